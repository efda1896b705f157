"""What outdates all that is kept about policies."""

from __future__ import annotations

from collections.abc import Iterable

from adapters import policy_core
from domain import models
from gateway.feed.outdating import Outdate
from gateway.rows import Rows
from gateway.sources import renewals
from gateway.sources.naming import Tag

__all__ = ["outdating"]


def outdating(rows: Rows, policies: policy_core.Adapter) -> Outdate:
    """Return what outdates all that is kept about policies."""
    # The cache outdates by the reads that it knows of.
    rows.renewals("renewals", policies.renewals, 1)

    async def outdate(numbers: Iterable[models.PolicyNumber]) -> None:
        await rows.cache.invalidate([Tag(renewals.TAG, number) for number in numbers])

    return outdate
