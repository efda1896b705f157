"""One line a request, written without the machinery that rarer lines pass.

Lines are gathered for a moment before they are made and go out together: the write is dearer than the line, and a line
in a row of lines is cheaper than one. Whatever else is written goes behind them and takes them along, so the order
stays; a killed process loses the lines of its last moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

__all__ = ["AccessLog", "ahead", "current", "use"]

GATHERED_S: Final = 0.2
MOST_GATHERED: Final = 250
OPTIONS: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z


Facts = Mapping[str, Any]


class AccessLog:
    """Writes request lines to a stream; without one it writes nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._gathered: list[tuple[Facts, Facts, float]] = []
        self._due: asyncio.TimerHandle | None = None

    def write(self, facts: Facts, **fields: Any) -> None:
        """Write one line: what was noted of the request, which must not change any more, then what came of it."""
        if self._stream is None:
            return
        self._gathered.append((facts, fields, time.time()))
        if len(self._gathered) >= MOST_GATHERED:
            self.flush()
        elif self._due is None:
            self._due = asyncio.get_running_loop().call_later(GATHERED_S, self.flush)

    def flush(self) -> None:
        """Let go what was gathered."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._gathered and self._stream is not None:
            gathered, self._gathered = self._gathered, []
            self._stream.write(b"".join([_line(*each) for each in gathered]).decode())
            self._stream.flush()


def _line(facts: Facts, fields: Facts, at_s: float) -> bytes:
    at = datetime.fromtimestamp(at_s, UTC)
    line = {**facts, **fields, "event": "request", "level": "info", "timestamp": at}
    return orjson.dumps(line, default=str, option=OPTIONS)


_current = AccessLog(None)


def current() -> AccessLog:
    """Return the log that request lines go to."""
    return _current


def use(log: AccessLog) -> None:
    """Have request lines go to another log."""
    global _current  # noqa: PLW0603 - one a process, as for every logging set-up
    _current.flush()
    _current = log


def ahead(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let request lines go before another line is written (a structlog processor)."""
    _current.flush()
    return event
