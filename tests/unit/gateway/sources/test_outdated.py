"""Who follows the journal, and who delivers commands, outdates what the gateway's processes keep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters import claims_core, life_valuation, policy_core
from dev.simulators.kit import Options, running
from dev.simulators.policy_core.simulator import PASSWORD, PATH, USER, PolicyCore
from domain.clock import Deadline
from domain.models import PolicyNumber
from domain.ports import Call
from gateway import wiring
from gateway.clock import SystemClock
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import RedisSettings
from tests.unit.gateway.world import settings


@pytest.mark.parametrize("connecting", [wiring.connect_journal, wiring.connect_commands])
async def test_a_kept_offer_is_asked_for_again_by_every_process_once_another_has_outdated_it(
    tmp_path: Path, redis_settings: RedisSettings, connecting: Callable[..., Any]
) -> None:
    async with running(PolicyCore(Options(seed=1))) as core:
        adapters = {
            "policy_core": policy_core.Settings(core.url + PATH, USER, PASSWORD),
            "claims_core": claims_core.Settings("http://127.0.0.1:9", "id", "secret"),
            "life_valuation": life_valuation.Settings("http://127.0.0.1:9", "key"),
        }
        chosen = settings(tmp_path / "jwks.json", adapters=adapters, redis=redis_settings)
        clock, telemetry, number = SystemClock(), SourceTelemetry(Metrics()), PolicyNumber("P10033148")

        async def asked(systems: wiring.Connected) -> int:
            await systems.reads.renewals([number], Call(Deadline.after(clock, 10)))
            return core.calls.of("GetRenewalOptions").calls

        async with (
            wiring.connect(chosen, clock, telemetry) as reading,
            connecting(chosen, clock, telemetry) as writing,
        ):
            assert [await asked(reading), await asked(reading)] == [1, 1]
            await writing.outdate([number])
            assert await asked(reading) == 2
