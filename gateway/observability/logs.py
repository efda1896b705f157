"""One JSON object per line, and nothing in it that must not be there.

Written: what happened, codes, counts, durations, ids made here. Never written: bodies, documents, variables, tokens,
addresses with parameters, personal data. The texts of unknown errors may quote any of these, so an exception is
written as its type and the places it passed.
"""

from __future__ import annotations

import asyncio
import logging
import logging.config
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import orjson
import structlog

from gateway.observability import access_log, facts
from gateway.settings import Log

__all__ = ["FORBIDDEN", "Logger", "configure", "logger", "places", "report_loop_error"]

Logger = structlog.typing.FilteringBoundLogger

FORBIDDEN: Final = frozenset(
    {
        "authorization", "body", "cookie", "document", "email", "headers", "name", "password", "phone", "query",
        "secret", "token", "url", "variables",
    }
)  # fmt: skip
"""Names under which something would be written that must not be."""

MAX_PLACES: Final = 12


def logger() -> Logger:
    """Return the gateway's logger; lines carry the request's id by themselves."""
    made: Logger = structlog.get_logger()
    return made


def configure(settings: Log, stream: TextIO | None = None) -> None:
    """Send everything, libraries' lines included, to one stream."""
    out = stream or sys.stdout
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[structlog.typing.Processor] = [
        facts.merged,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _ExceptionPlaces(with_text=settings.exception_text),
        _without_forbidden,
        access_log.ahead,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(_json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
    )
    access_log.use(access_log.AccessLog(out if level <= logging.INFO else None))
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(_json),
            ],
        )
    )
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "root": {"handlers": []}})
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    # It writes every error of every operation with its text, which may quote arguments; ours are written by the route.
    logging.getLogger("strawberry.execution").disabled = True


def places(error: BaseException) -> list[str]:
    """Return where an exception passed, innermost first, as ``file:line function``."""
    frames = traceback.extract_tb(error.__traceback__, limit=-MAX_PLACES)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


def report_loop_error(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Write what reached the event loop; its own handler would print the exception's text."""
    logger().error("event loop error", reason=context["message"], exc_info=context.get("exception"))


class _ExceptionPlaces:
    """Turns ``exc_info`` into type and places, and drops what a library formatted."""

    def __init__(self, *, with_text: bool) -> None:
        self._with_text = with_text

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        error = event.pop("exc_info", None)
        if isinstance(error, tuple):
            error = error[1]
        elif error is True:
            error = sys.exc_info()[1]
        if isinstance(error, BaseException):
            event["exception"] = type(error).__qualname__
            event["places"] = places(error)
            if self._with_text:
                event["exception_text"] = str(error)
        return event


def _without_forbidden(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in FORBIDDEN & event.keys():
        event[name] = "***"
    return event


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
