"""The policy core for whoever follows its journal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from adapters import policy_core
from domain import models
from domain.clock import Clock
from domain.errors import Source
from domain.journal import Stretch
from domain.ports import Call, Read
from gateway.feed.outdating import Outdate
from gateway.rows import Rows
from gateway.settings import Settings
from gateway.sources import cache as caching
from gateway.sources.resilient import Resilient
from gateway.wiring.outdating import outdating
from gateway.wiring.parts import Telemetry, guard, wire

__all__ = ["Core", "connect_journal"]


@dataclass(frozen=True, slots=True)
class Core:
    """The policy core for whoever follows its journal; it is ``domain.journal.Journal``, with the reads it takes."""

    adapter: policy_core.Adapter
    policies_by_number: Read[models.PolicyNumber, models.Policy]
    clients: Read[models.Isn, models.Client]
    outdate: Outdate

    async def events(self, after_seq: int, count: int, call: Call) -> Stretch:
        """Return events of the journal. Raises: ``SourceError``."""
        return await self.adapter.events(after_seq, count, call)


@asynccontextmanager
async def connect_journal(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[Core]:
    """Open the policy core and the cache alone, for who follows the journal.

    What the core is asked for is shared with nobody, and asked again when that may help.
    """
    async with AsyncExitStack() as stack:
        guarding = guard(settings, Source.POLICY_CORE, clock, telemetry)
        policies = policy_core.Adapter(*wire(settings, guarding, telemetry))
        await policies.start()
        stack.push_async_callback(policies.close)
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        yield Core(
            policies,
            Resilient(policies.policies_by_number, "policies_by_number", guarding),
            Resilient(policies.clients, "clients", guarding),
            outdating(Rows(settings, guarding, clock, telemetry, cache), policies),
        )
