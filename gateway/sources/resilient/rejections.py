"""Calls that are not made.

::

    SourceError
    ├── SourceTimeout ── TooLate              the time left would not do
    ├── SourceUnavailable ── HeldBack         circuit open, queue full, or the system asked to be left alone
    └── SourceInMaintenance                   closed on purpose

None of them says anything about the system that was not known before, so none counts for a breaker or is retried.
"""

from __future__ import annotations

import math
from enum import StrEnum

from domain.errors import Source, SourceError, SourceTimeout, SourceUnavailable

__all__ = ["HeldBack", "Reason", "TooLate", "reason_of"]


class Reason(StrEnum):
    """Why a call was not made."""

    CIRCUIT_OPEN = "circuit_open"
    DEADLINE = "deadline"
    MAINTENANCE = "maintenance"
    OVERLOADED = "overloaded"
    THROTTLED = "throttled"


class TooLate(SourceTimeout):
    """Not enough time was left to begin, or to wait for a turn any longer."""

    reason = Reason.DEADLINE

    def __init__(self, source: Source, operation: str) -> None:
        super().__init__(source, operation, "not enough time left to ask")


class HeldBack(SourceUnavailable):
    """We did not ask. Units: ``retry_after_s`` in seconds, rounded up to whole ones."""

    def __init__(self, source: Source, operation: str, reason: Reason, retry_after_s: float | None = None) -> None:
        whole_s = None if retry_after_s is None else float(math.ceil(retry_after_s))
        super().__init__(source, operation, reason.value.replace("_", " "), retry_after_s=whole_s)
        self.reason = reason


def reason_of(refused: SourceError) -> Reason:
    """Return why a call was not made, by the error that says so."""
    return refused.reason if isinstance(refused, HeldBack | TooLate) else Reason.MAINTENANCE
