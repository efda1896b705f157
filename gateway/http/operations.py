"""Runs one GraphQL operation: parse, choose, validate, execute, each phase with its own errors."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import Any, Final, NamedTuple

from graphql import ExecutionResult, GraphQLError, OperationType

from domain.money import Locale
from domain.viewer import Viewer
from gateway.access.guard import Guard
from gateway.execution import Executor, Unsupported, chosen
from gateway.http.caching import NOBODY, Keeping, Keepings
from gateway.http.disclosing import Disclosing
from gateway.http.errors import told
from gateway.http.explaining import Explaining
from gateway.http.graphql_errors import (
    BAD_USER_INPUT,
    PARSE_FAILED,
    VALIDATION_FAILED,
    document_errors,
    execution_errors,
    write,
)
from gateway.http.parameters import Parameters
from gateway.http.refusals import MutationOverGet, OperationUnknown
from gateway.limits.documents import Document, Documents
from gateway.observability import facts
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from resolvers.context import Context

__all__ = ["Answer", "Operations", "Run"]

NAME_IN_LOG: Final = 64
EXPLAIN: Final = "explain"
"""Request and response extension that tells how an operation was executed."""


class Run(Enum):
    """How far an operation got."""

    REFUSED = "refused"
    EXECUTED = "executed"


class Answer(NamedTuple):
    """A GraphQL response; it has a ``data`` entry only when the operation was executed.

    ``keeping`` is None for what has errors, and for what cannot be kept by its kind.
    """

    run: Run
    payload: dict[str, Any]
    keeping: Keeping | None = None


class Operations:
    """Runs operations of one schema."""

    def __init__(
        self, executor: Executor, documents: Documents, metrics: Metrics, *, explain_to_all: bool = False
    ) -> None:
        self._executor = executor
        self._explain_to_all = explain_to_all
        self._documents = documents
        self._metrics = metrics
        self._keepings = Keepings(executor.schema)
        self._guard = Guard(executor.schema)

    async def warm(self, text: str) -> None:
        """Compile a document ahead of its first use; one of a trusted list has been found good before."""
        document = self._documents.parsed(text)
        await self._documents.checked(document, self._executor.schema)
        for operation in document.operations:
            name = operation.name.value if operation.name else None
            try:
                await self._executor.prepare(document.tree, name, fields=document.fields, key=document.key)
            except Unsupported as unsupported:
                reason = unsupported.reason
                logger().info("trusted operation interpreted", graphql_document=document.hash, reason=reason)

    async def run(
        self,
        parameters: Parameters,
        context: Context,
        *,
        only_queries: bool,
        explaining: Explaining | None = None,
        disclosing: Disclosing | None = None,
    ) -> Answer:
        """Answer a request. Raises: ``MutationOverGet``."""
        try:
            document = self._documents.parsed(parameters.query)
        except GraphQLError as error:
            return self._counted("unknown", self._refused([error], PARSE_FAILED))
        facts.note(graphql_document=document.hash)
        operation = chosen(document.operations, parameters.operation_name)
        if operation is None:
            return self._counted("unknown", self._unknown_operation(context.locale))
        kind = operation.operation.value
        name = operation.name.value[:NAME_IN_LOG] if operation.name else None
        facts.note(graphql_operation=name, graphql_type=kind)
        if only_queries and operation.operation is not OperationType.QUERY:
            raise MutationOverGet
        if errors := await self._documents.checked(document, self._executor.schema):
            return self._counted(kind, self._refused(errors, VALIDATION_FAILED))
        result = self._guard.refused(document, operation, context.viewer, parameters.variables)
        if result is None:
            execute = partial(self._execute, document, parameters, explaining)
            if disclosing is None:
                result = await execute(context)
            else:
                result = await disclosing.executed(execute, context, operation, document.hash)
        answer = self._answered(result, context.locale)
        if only_queries and answer.run is Run.EXECUTED and "errors" not in answer.payload:
            # What an operation took is told of one time, not of the next.
            explained = "extensions" in answer.payload
            answer = answer._replace(keeping=NOBODY if explained else self._keepings.of(document, operation))
        return self._counted(kind, answer)

    async def _execute(
        self, document: Document, parameters: Parameters, explaining: Explaining | None, context: Context
    ) -> ExecutionResult:
        return await self._executor.execute(
            document.tree,
            context_value=context,
            variable_values=parameters.variables,
            operation_name=parameters.operation_name,
            explain=None if explaining is None else explaining.tell,
            fields=document.fields,
            key=document.key,
        )

    def _answered(self, result: ExecutionResult, locale: Locale) -> Answer:
        errors = result.errors or []
        if result.data is None and all(error.path is None for error in errors):
            return self._refused(errors, BAD_USER_INPUT)
        payload: dict[str, Any] = {"data": result.data}
        if errors:
            payload["errors"] = execution_errors(errors, locale, self._metrics)
        if result.extensions:
            payload["extensions"] = result.extensions
        return Answer(Run.EXECUTED, payload)

    def explains(self, parameters: Parameters, viewer: Viewer | None) -> bool:
        """Whether to tell how the operation is executed: to employees who ask for it, and to all where that is set."""
        if parameters.extensions is None or parameters.extensions.get(EXPLAIN) is not True:
            return False
        return self._explain_to_all or (viewer is not None and viewer.is_employee)

    def _refused(self, errors: Sequence[GraphQLError], code: str) -> Answer:
        return Answer(Run.REFUSED, {"errors": document_errors(errors, code, self._metrics)})

    def _unknown_operation(self, locale: Locale) -> Answer:
        refusal = OperationUnknown()
        said = told(refusal, locale)
        write(said, refusal)
        self._metrics.errors.labels(said.code).inc()
        return Answer(Run.REFUSED, {"errors": [{"message": said.message, "extensions": said.extensions}]})

    def _counted(self, kind: str, answer: Answer) -> Answer:
        self._metrics.operations.inc(kind, _outcome(answer))
        return answer


def _outcome(answer: Answer) -> str:
    if answer.run is not Run.EXECUTED:
        return str(answer.run.value)
    if "errors" not in answer.payload:
        return "ok"
    return "partial" if answer.payload["data"] is not None else "failed"
