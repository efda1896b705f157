"""GraphQL errors as they leave: expected ones in the reader's language, faults of ours masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from graphql import GraphQLError, ValueNode

from domain.errors import AcquirerError, SourceError, StoreUnavailable
from domain.money import Locale
from gateway.http.errors import Told, told
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["BAD_USER_INPUT", "PARSE_FAILED", "VALIDATION_FAILED", "document_errors", "execution_errors", "write"]

PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT: Final = "BAD_USER_INPUT"


def document_errors(errors: Iterable[GraphQLError], code: str, metrics: Metrics) -> list[dict[str, Any]]:
    """Format what is wrong with a document or its variables, in graphql-core's technical English.

    ``code`` is that of the phase; a limit brings its own. The texts quote the document, so they are not logged.
    """
    formatted = []
    for error in errors:
        extensions = {"code": code, **(error.extensions or {})}
        formatted.append(_formatted(error, error.message, extensions))
        metrics.errors.labels(extensions["code"]).inc()
    codes = sorted({each["extensions"]["code"] for each in formatted})
    logger().info("operation refused", codes=codes, errors=len(formatted))
    return formatted


def execution_errors(errors: Iterable[GraphQLError], locale: Locale, metrics: Metrics) -> list[dict[str, Any]]:
    """Format what failed while an operation ran."""
    formatted = []
    written: set[tuple[str, str | None, str | None]] = set()
    faults: dict[int, Told] = {}
    for error in errors:
        cause = _cause(error)
        if cause is None and _blames_argument(error):
            shown = _formatted(error, error.message, {"code": BAD_USER_INPUT})
        else:
            # One exception that stands at many places is one fault, with one reference.
            is_known = id(cause) in faults
            said = faults[id(cause)] if is_known else told(cause, locale)
            shown = _formatted(error, said.message, said.extensions)
            kind = (said.code, getattr(cause, "source", None), getattr(cause, "operation", None))
            # A list of a hundred rows fails a hundred times for one reason; a fault of ours has a reference to find.
            if not is_known and (said.is_internal or kind not in written):
                written.add(kind)
                write(said, cause or error)
            if cause is not None and said.is_internal:
                faults[id(cause)] = said
        metrics.errors.labels(shown["extensions"]["code"]).inc()
        formatted.append(shown)
    return formatted


def write(said: Told, error: BaseException) -> None:
    """Write one line about an error that a client was told of."""
    details: dict[str, Any] = {"code": said.code}
    if isinstance(error, SourceError):
        details |= {"source": error.source.value, "operation": error.operation, "detail": error.detail}
    if isinstance(error, StoreUnavailable):
        details["detail"] = error.detail
    if isinstance(error, AcquirerError):
        details |= {"operation": error.operation, "detail": error.detail}
    if reason := getattr(error, "reason", None):
        details["reason"] = reason
    if said.is_internal:
        details |= {"reference": said.details["reference"], "exc_info": error}
    logger().log(said.level, "error told", **details)


def _cause(error: GraphQLError) -> Exception | None:
    """Return what was raised, None when graphql-core itself complains."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _blames_argument(error: GraphQLError) -> bool:
    """Whether graphql-core points at a value in the document; its other complaints may quote what a resolver gave."""
    return any(isinstance(node, ValueNode) for node in error.nodes or ())


def _formatted(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    formatted: dict[str, Any] = {"message": message}
    if error.locations:
        formatted["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    formatted["extensions"] = extensions
    return formatted
