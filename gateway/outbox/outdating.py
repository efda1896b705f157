"""What is kept of a policy is outdated as soon as a command to it has had its effect, if that is possible then."""

from __future__ import annotations

from collections.abc import Sequence

from domain.models import PolicyNumber
from gateway.feed import outdating
from gateway.observability.logs import logger
from gateway.sources.store import StoreFailed
from resolvers.use_cases.delivering import Outdate

__all__ = ["if_possible"]


def if_possible(outdate: outdating.Outdate) -> Outdate:
    """Return the same, without a failure: the effect is there, and what is kept ends by itself in minutes."""

    async def tried(policies: Sequence[PolicyNumber]) -> None:
        try:
            await outdate(policies)
        except StoreFailed as failed:
            logger().warning("policies not outdated", count=len(policies), detail=type(failed).__name__)

    return tried
