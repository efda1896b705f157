"""How life valuations are cached."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain import models
from domain.errors import Source
from gateway.settings.sources import CacheSettings
from gateway.sources.freshness import CachePolicy

__all__ = ["TAG", "policy"]

TAG: Final = "life_contract"
"""Kind of thing that all cached reads by contract number are about."""


def policy(settings: CacheSettings, patience_s: float, jobs: int, batch: int) -> CachePolicy[models.LifeValuation]:
    """Return the policy; ``patience_s`` is the least time that a computation gets, in seconds.

    Of the ``jobs`` that the engine runs at once, of ``batch`` contracts each, one is left to cold contracts if it runs
    more than one.
    """
    return CachePolicy(
        read="life_valuations",
        tag=TAG,
        source=Source.LIFE_VALUATION,
        operation="valuation_poll",
        fresh_until=settings.markets.freshness.fresh_until,
        as_stale=stale,
        revalidate_s=settings.revalidate_s,
        keep_s=settings.keep_s,
        missing_s=settings.missing_s,
        retry_s=settings.retry_s,
        lease_s=settings.lease_s,
        patience_s=patience_s,
        batch=batch,
        in_background=max(1, jobs - 1),
    )


def stale(valuation: models.LifeValuation) -> models.LifeValuation:
    """Mark a valuation; ``as_of`` goes on telling when it was made."""
    return replace(valuation, stale=True)
