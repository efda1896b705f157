"""The three legacy systems inside a test's process, their clocks standing still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from typing import Final

from dev.simulators.claims_core.simulator import ClaimsCore
from dev.simulators.kit import MOSCOW, Clock, Fault, Handle, Options, Simulator, running
from dev.simulators.life_valuation.jobs import Duration
from dev.simulators.life_valuation.simulator import LifeValuation
from dev.simulators.policy_core.simulator import PolicyCore
from domain.errors import Source
from tests.faults.matrix.virtual_loop import NOON

__all__ = ["SIMULATORS", "addresses", "started", "switches"]

SIMULATORS: Final[Mapping[Source, type[Simulator]]] = {
    Source.POLICY_CORE: PolicyCore,
    Source.CLAIMS_CORE: ClaimsCore,
    Source.LIFE_VALUATION: LifeValuation,
}
OWN: Final = {Source.LIFE_VALUATION: {"job_ms": Duration(0, 0)}}
PATHS: Final = {Source.POLICY_CORE: "/ws/PolicyCore"}
SECTIONS: Final = {
    Source.POLICY_CORE: {"USER": "gateway", "PASSWORD": "gateway-secret"},
    Source.CLAIMS_CORE: {"CLIENT_ID": "gateway", "CLIENT_SECRET": "gateway-secret"},
    Source.LIFE_VALUATION: {"KEY": "life-demo-key", "FIRST_POLL_S": "0.05", "POLL_PAUSE_S": "0.05"},
}
"""How the gateway signs in, as variables of its adapters' settings."""


class StoppedClock(Clock):
    """Noon for ever, so that answers of different minutes can be compared."""

    def now(self) -> datetime:
        """The present instant, in Moscow."""
        return NOON.astimezone(MOSCOW)

    def today(self) -> date:
        """The present day, in Moscow."""
        return self.now().date()


def switches(source: Source) -> list[Fault]:
    """Return every fault that a system can show."""
    kind = SIMULATORS[source]
    return [fault for fault in Fault if kind(Options()).supports(fault)]


@asynccontextmanager
async def started() -> AsyncIterator[Mapping[Source, Handle]]:
    """Run all three on loopback, as fast as they go."""
    async with AsyncExitStack() as stack:
        handles = {}
        for source, kind in SIMULATORS.items():
            simulator = kind(Options(clock=StoppedClock(), extra=OWN.get(source, {})))
            handles[source] = await stack.enter_async_context(running(simulator))
        yield handles


def addresses(handles: Mapping[Source, Handle]) -> dict[str, str]:
    """Return the settings by which a gateway finds them and signs in, as environment variables."""
    variables = {}
    for source, handle in handles.items():
        prefix = f"GATEWAY_{source.name}_"
        variables[f"{prefix}URL"] = handle.url + PATHS.get(source, "")
        variables |= {prefix + name: value for name, value in SECTIONS[source].items()}
    return variables
