"""What is kept of a policy is outdated when the journal tells of it, before anybody else sees to the event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from domain.errors import StoreUnavailable
from domain.journal import Stretch
from domain.models import PolicyNumber
from domain.ports import Call
from gateway.feed.follower import Sees
from gateway.sources.store import StoreFailed

__all__ = ["Outdate", "Outdating"]

Outdate = Callable[[Iterable[PolicyNumber]], Awaitable[None]]
"""Outdates all that is kept about policies, in every process. Raises: ``StoreFailed``."""


@dataclass(frozen=True, slots=True)
class Outdating:
    """``Sees``: outdates, and has the next one see to the same part of the journal, which moves the position.

    So an event outdates at least once. While the other processes cannot be told, the journal waits: whoever goes on
    would leave something old behind.
    """

    outdate: Outdate
    then: Sees

    async def see_to(self, stretch: Stretch, call: Call) -> None:
        """See to a part of the journal. Raises: as ``Sees.see_to``."""
        policies = dict.fromkeys(each.policy for each in stretch.events if each.policy is not None)
        try:
            await self.outdate(policies)
        except StoreFailed as failed:
            raise StoreUnavailable(f"cache: {type(failed).__name__}") from failed
        await self.then.see_to(stretch, call)
