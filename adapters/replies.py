"""HTTP answers as a client is given them, and what their status and headers say of a system's load."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from domain.errors import Source, SourceThrottled, SourceUnavailable

__all__ = ["Body", "Reply", "refused_by_load", "retry_after_s"]

TOO_MANY_REQUESTS: Final = 429
SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """An HTTP answer whose body is still on its way. ``chunks`` raises ``SourceError`` if it breaks off."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


def refused_by_load(source: Source, operation: str, reply: Reply | Body) -> SourceUnavailable | None:
    """Return the error of a 429 or 5xx with the wait it asks for, or None for any other status."""
    if reply.status == TOO_MANY_REQUESTS:
        return SourceThrottled(source, operation, f"HTTP {reply.status}", retry_after_s=retry_after_s(reply.headers))
    if reply.status >= SERVER_ERROR:
        return SourceUnavailable(source, operation, f"HTTP {reply.status}", retry_after_s=retry_after_s(reply.headers))
    return None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3), None when it says nothing readable.

    A date is measured against the answer's own, so the two machines' clocks need not agree.
    """
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked)
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
