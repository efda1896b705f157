"""The systems for who only writes: the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from adapters import claims_core, policy_core
from domain.clock import Clock
from domain.commands import Commands
from domain.errors import Source
from gateway.feed.outdating import Outdate
from gateway.rows import Rows
from gateway.settings import Settings
from gateway.sources import cache as caching
from gateway.wiring.outdating import outdating
from gateway.wiring.parts import Telemetry, guard, wire

__all__ = ["Written", "connect_commands"]


@dataclass(frozen=True, slots=True)
class Written:
    """The systems for who only writes. ``outdate``: of policies that were written to."""

    commands: Commands
    outdate: Outdate


@asynccontextmanager
async def connect_commands(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[Written]:
    """Open the two cores and the cache, for who only writes. A command has its system's guard before it, no more."""
    async with AsyncExitStack() as stack:
        guarding = guard(settings, Source.POLICY_CORE, clock, telemetry)
        core = policy_core.Adapter(*wire(settings, guarding, telemetry))
        claims = claims_core.Adapter(*wire(settings, guard(settings, Source.CLAIMS_CORE, clock, telemetry), telemetry))
        for adapter in (core, claims):
            await adapter.start()
            stack.push_async_callback(adapter.close)
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        commands = Commands(
            update_contacts=core.update_contacts,
            create_bill=core.create_bill,
            open_online_bill=core.open_online_bill,
            confirm_payment=core.confirm_payment,
            quote_renewal=core.quote_renewal,
            create_agreement=core.create_agreement,
            record_deductible=claims.record_deductible,
        )
        yield Written(commands, outdating(Rows(settings, guarding, clock, telemetry, cache), core))
