"""What the end of one call says about its system."""

from __future__ import annotations

from typing import Final

from domain.errors import SourceError, SourceInMaintenance, SourceThrottled, SourceTimeout, SourceUnavailable
from gateway.sources.resilient.breaker import Verdict

__all__ = ["verdict"]

FAIR_CHANCE: Final = 0.9
"""Part of a slow call's time after which a time-out is the system's doing; timers are not exact."""


def verdict(failure: SourceError | None, seconds: float, slow_s: float) -> Verdict | None:
    """Judge a call that was made, by the error that took its whole answer, if any. Units: seconds.

    An item of an answer that cannot be read, or that the system refuses, is no failure of the call.
    """
    match failure:
        case None:
            return Verdict.SLOW if seconds >= slow_s else Verdict.OK
        case SourceThrottled() | SourceInMaintenance():
            # Both have a remedy of their own.
            return None
        case SourceTimeout():
            # A caller in a hurry must not close the system to those who are not.
            return Verdict.HUNG if seconds >= slow_s * FAIR_CHANCE else None
        case SourceUnavailable(retryable=False):
            # The system is well enough to blame the request.
            return None
        case _:
            return Verdict.FAILED
