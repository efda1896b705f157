"""The life valuation engine and the cache, for the nightly warm-up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import Any, cast

from adapters import life_valuation
from adapters.life_valuation.mapping import NightlySurrender
from domain import models
from domain.clock import Clock
from domain.errors import Source
from domain.ports import Call
from gateway.rows import Rows
from gateway.schedule.warm_up import WarmUp
from gateway.settings import Settings
from gateway.sources import cache as caching
from gateway.wiring.parts import Telemetry, guard, wire

__all__ = ["connect_warm_up"]


@asynccontextmanager
async def connect_warm_up(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[WarmUp]:
    """Open the life valuation engine and the cache alone, and what fills the one from the other."""
    async with AsyncExitStack() as stack:
        guarding = guard(settings, Source.LIFE_VALUATION, clock, telemetry)
        life = life_valuation.Adapter(*wire(settings, guarding, telemetry))
        await life.start()
        stack.push_async_callback(life.close)
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        cached = Rows(settings, guarding, clock, telemetry, cache).remembered("life_valuations", life.life_valuations)

        @asynccontextmanager
        async def nightly(day: date, call: Call) -> AsyncIterator[AsyncIterator[models.PolicyNumber]]:
            async with life.nightly(day, call) as rows:
                yield (row.contract async for row in rows if isinstance(row, NightlySurrender))

        section: life_valuation.Settings = cast("Any", settings.adapters[Source.LIFE_VALUATION.value])
        yield WarmUp(cached, cache, nightly, settings.cache.warm_up, section.jobs, section.contracts_per_job, clock)
