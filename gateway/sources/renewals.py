"""How renewal offers are cached: for minutes, and only while they are fresh."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from domain import models
from domain.clock import MOSCOW
from domain.errors import Source
from gateway.settings.sources import CacheSettings
from gateway.sources.freshness import CachePolicy

__all__ = ["TAG", "policy"]

TAG: Final = "policy"
"""Kind of thing that all cached reads by policy number are about."""


def policy(settings: CacheSettings, patience_s: float) -> CachePolicy[models.Renewal]:
    """Return the policy; ``patience_s`` is the least time that a computation gets, in seconds.

    The core is asked by policy number alone, so an offer is the same whoever asks. It bears no mark of its age, so an
    old one is never shown. What the core does not know is asked again each time: it may just have been concluded.
    """
    fresh = timedelta(seconds=settings.renewals_s)
    return CachePolicy(
        read="renewals",
        tag=TAG,
        source=Source.POLICY_CORE,
        operation="GetRenewalOptions",
        fresh_until=lambda computed_at: min(computed_at + fresh, midnight(computed_at)),
        as_stale=lambda renewal: renewal,
        revalidate_s=0.0,
        keep_s=settings.renewals_s,
        missing_s=0.0,
        retry_s=settings.retry_s,
        lease_s=settings.lease_s,
        patience_s=patience_s,
        batch=1,
        in_background=1,
    )


def midnight(instant: datetime) -> datetime:
    """Return the next midnight in Moscow: windows of renewal open and close with the day."""
    day = instant.astimezone(MOSCOW).date() + timedelta(days=1)
    return datetime.combine(day, time(), MOSCOW)
