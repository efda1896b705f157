"""``python -m gateway warm-up`` against running systems: what the morning asks for is there already."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.clock import MOSCOW
from gateway import settings as configuration
from gateway.clock import SystemClock
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import Settings
from gateway.sources import cache as caching
from gateway.sources import valuations
from gateway.sources.naming import Tag
from gateway.wiring import ADAPTER_SETTINGS
from tests.e2e.asking import Gateway

CONTRACT = "P10033148"
MORNINGS = 3
TAKES_S = 60


@dataclass(frozen=True, slots=True)
class ThatMorning:
    """A clock that stands at seven in the morning, Moscow time, some days ago."""

    back: int
    clock: SystemClock = field(default_factory=SystemClock)

    def now(self) -> datetime:
        day = self.clock.now().astimezone(MOSCOW) - timedelta(days=self.back)
        return day.replace(hour=7, minute=0).astimezone(UTC)

    def monotonic(self) -> float:
        return self.clock.monotonic()


async def visit(settings: Settings, back: int) -> None:
    """Look at the contract on a morning past."""
    telemetry = SourceTelemetry(Metrics())
    async with caching.connected(settings.redis, settings.cache, ThatMorning(back), telemetry) as cache:
        cache.visits.note([cache.keyer.name("life_valuations", "any", Tag(valuations.TAG, CONTRACT))])


def warm_up(config: Path) -> list[str]:
    """Run the command with yesterday's file, which is there at any hour; return what it said."""
    yesterday = datetime.now(MOSCOW).date() - timedelta(days=1)
    command = [sys.executable, "-m", "gateway", "warm-up", "--config", str(config), "--day", yesterday.isoformat()]
    process = subprocess.run(command, capture_output=True, text=True, timeout=TAKES_S, check=False)
    assert process.returncode == 0, process.stderr
    return process.stderr.splitlines()


def test_a_warmed_contract_costs_the_morning_nothing(gateway: Gateway) -> None:
    config = gateway.stack.folder / "gateway.toml"
    settings = configuration.load(ADAPTER_SETTINGS, config, {})
    gateway.forget()
    for back in range(1, MORNINGS + 1):
        asyncio.run(visit(settings, back))
    first, *_, last = warm_up(config)
    assert first == "warm-up: reading the nightly file"
    assert last == "warm-up: 1 of 1 contracts: 1 computed, 0 fresh, 0 failed; done"
    assert gateway.calls()["life_valuation"]["valuation_submit"] == 1
    assert warm_up(config)[-1] == "warm-up: 1 of 1 contracts: 0 computed, 1 fresh, 0 failed; done"
    gateway.ask("life_page")
    assert gateway.calls()["life_valuation"]["valuation_submit"] == 1
