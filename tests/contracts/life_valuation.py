"""The life valuation engine's row of the contract suite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.life_valuation import Adapter, Settings
from adapters.transport import Transport
from dev.simulators.kit import Options, running
from dev.simulators.life_valuation.jobs import Duration
from dev.simulators.life_valuation.simulator import DEFAULT_KEY, LifeValuation
from dev.simulators.population import population_on
from domain.errors import Source
from domain.models import Isn, PolicyNumber
from tests.contracts.subjects import Observed, Opened, ReadUnderTest, SystemUnderTest
from tests.fakes.clock import TODAY

CLIENTS = (Isn(2596516901), Isn(2596516902))
NO_CLIENT = Isn(7)
DEMO, *_, COUPONS = population_on(1, TODAY).life_contracts_of(CLIENTS[0])
NUMBERS = (PolicyNumber(DEMO.number), PolicyNumber(COUPONS.number))
NO_NUMBER = PolicyNumber("NOSUCH")


@asynccontextmanager
async def opened(timeout_s: float) -> AsyncIterator[Opened]:
    """Start both on the day of the worked life example, with jobs that take no time."""
    options = Options(seed=1, today=TODAY, extra={"job_ms": Duration.parse("0")})
    async with running(LifeValuation(options)) as handle:
        settings = Settings(handle.url, DEFAULT_KEY, timeout_s=timeout_s)
        observed = Observed()
        adapter = Adapter(settings, Transport(Source.LIFE_VALUATION, settings.limits, observed))
        await adapter.start()
        try:
            yield Opened(adapter, handle, observed)
        finally:
            await adapter.close()


SYSTEM = SystemUnderTest(
    Source.LIFE_VALUATION,
    opened,
    (
        ReadUnderTest("life_contracts", "contracts_by_number", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("life_contracts_of_holder", "contracts_by_client", CLIENTS, NO_CLIENT, 50, absent=(), rows=True),
        ReadUnderTest("life_valuations", "valuation_poll", NUMBERS, NO_NUMBER, 25),
        ReadUnderTest("life_surrender_tables", "surrender_table", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("life_strategies", "strategies_on_offer", NUMBERS, NO_NUMBER, 50, spoilable=False),
        ReadUnderTest("life_operations", "operations_on_offer", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("life_orders", "orders", NUMBERS, NO_NUMBER, 50),
        ReadUnderTest("underlying_levels", "underlying_levels", ("TECHX", "GOLDX"), "NOSUCH", 20, spoilable=False),
    ),
)
