"""One line a request, written without the machinery that rarer lines pass.

Lines are gathered for a moment before they go out, as the write is dearer than the line. Whatever else is written goes
behind them and takes them along, so the order stays; a killed process loses the lines of its last moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

__all__ = ["AccessLog", "current", "use"]

GATHERED_S: Final = 0.2


class AccessLog:
    """Writes request lines to a stream; without one it writes nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._flush: asyncio.TimerHandle | None = None

    def write(self, facts: Mapping[str, Any], **fields: Any) -> None:
        """Write one line: what was noted of the request, then what came of it."""
        if self._stream is None:
            return
        line = {
            **facts,
            **fields,
            "event": "request",
            "level": "info",
            "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        self._stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode())
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(GATHERED_S, self._flushed)

    def _flushed(self) -> None:
        self._flush = None
        if self._stream is not None:
            self._stream.flush()


_current = AccessLog(None)


def current() -> AccessLog:
    """Return the log that request lines go to."""
    return _current


def use(log: AccessLog) -> None:
    """Have request lines go to another log."""
    global _current  # noqa: PLW0603 - one a process, as for every logging set-up
    _current = log
