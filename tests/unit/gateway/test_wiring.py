"""Every read is wired to its own system, by way of that system's guard."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters import claims_core, life_valuation, policy_core
from dev.simulators.claims_core import ClaimsCore
from dev.simulators.kit import Fault, Options, Switch, running
from dev.simulators.policy_core.simulator import PASSWORD, PATH, USER, PolicyCore
from domain import models
from domain.clock import Deadline
from domain.commands import Commands
from domain.errors import Source, SourceError, SourceInMaintenance, SourceUnavailable
from domain.ports import Call
from gateway import wiring
from gateway.clock import SystemClock
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import ResilienceSettings
from gateway.settings.resilience import BreakerSettings, RetrySettings
from gateway.sources.cache import Cache
from gateway.sources.freshness import CachePolicy
from gateway.sources.resilient.rejections import HeldBack, Reason
from tests.fakes.reads import OWNED, READS
from tests.unit.gateway.world import settings

KEYS = {
    "client_lookups": models.ClientLookup(policy=models.PolicyNumber("P10033148")),
    "claims": models.ClaimId("00000000-0000-4000-8000-000000000001"),
    "claims_by_number": "CL-000000001",
    "claim_messages": models.ClaimId("00000000-0000-4000-8000-000000000001"),
    "repair_stations": "Тверь",
    "product_rules": "KASKO",
    "underlying_levels": "TECHX",
}
BY_ISN = {"clients", "policies", "bills", "policies_of_holder", "life_contracts_of_holder"}
OPENS = ResilienceSettings(
    retry=RetrySettings(attempts=1), breaker=BreakerSettings(minimum_calls=1, window_calls=1, open_s=600)
)


@asynccontextmanager
async def connected(jwks: Path) -> AsyncIterator[wiring.Connected]:
    """Wire everything to a port where nobody listens."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        adapters = {
            "policy_core": policy_core.Settings(url, "user", "password"),
            "claims_core": claims_core.Settings(url, "id", "secret"),
            "life_valuation": life_valuation.Settings(url, "key"),
        }
        chosen = settings(jwks, adapters=adapters, resilience=OPENS)
        chosen = replace(chosen, redis=replace(chosen.redis, unix_socket_path=str(jwks.with_name("no.sock"))))
        async with wiring.connect(chosen, SystemClock(), SourceTelemetry(Metrics())) as systems:
            yield systems


@pytest.mark.parametrize("name", READS)
async def test_a_read_fails_once_and_is_then_held_back(tmp_path: Path, name: str) -> None:
    (owner,) = [source for source, names in OWNED.items() if name in names]
    key = KEYS.get(name, models.Isn(1) if name in BY_ISN else models.PolicyNumber("P10033148"))
    async with connected(tmp_path / "jwks.json") as systems:
        outcomes = []
        for _ in range(2):
            call = Call(Deadline.after(SystemClock(), 5), alone=True)
            (outcome,) = await getattr(systems.reads, name)([key], call)
            assert isinstance(outcome, SourceError)
            outcomes.append(outcome)
        down, held = outcomes
        assert (type(down), down.source) == (SourceUnavailable, owner)
        assert isinstance(held, HeldBack)
        assert (held.source, held.reason) == (owner, Reason.CIRCUIT_OPEN)
        opened = {source for source in Source if "open" in systems.guards[source].snapshot()["breakers"].values()}
        assert opened == {owner}


FILES = {
    "policy_document": (Source.POLICY_CORE, models.DocumentKey(models.PolicyNumber("P10033148"), "60000000200")),
    "claim_file": (
        Source.CLAIMS_CORE,
        models.ClaimFileKey(models.ClaimId("00000000-0000-4000-8000-000000000001"), "file"),
    ),
}


async def download(systems: wiring.Connected, name: str) -> SourceError:
    """Try a download that fails."""
    _, key = FILES[name]
    try:
        async with getattr(systems.files, name)(key, Call(Deadline.after(SystemClock(), 5))):
            pass
    except SourceError as failure:
        return failure
    raise AssertionError("nobody answers there")


@pytest.mark.parametrize("name", FILES)
async def test_a_download_fails_once_and_is_then_held_back(tmp_path: Path, name: str) -> None:
    async with connected(tmp_path / "jwks.json") as systems:
        down, held = await download(systems, name), await download(systems, name)
        assert (type(down), type(held)) == (SourceUnavailable, HeldBack)


@pytest.mark.parametrize("name", FILES)
async def test_a_download_in_maintenance_asks_for_nothing_and_tells_the_end(tmp_path: Path, name: str) -> None:
    source, _ = FILES[name]
    until = SystemClock().now() + timedelta(hours=1)
    async with connected(tmp_path / "jwks.json") as systems:
        guard = systems.guards[source]
        with suppress(SourceInMaintenance):
            async with guard.admitted("an operation", Call(Deadline.after(SystemClock(), 5))):
                raise SourceInMaintenance(source, "an operation", until)
        failure = await download(systems, name)
        # Not even a log-in was tried, which would have failed otherwise.
        assert isinstance(failure, SourceInMaintenance)
        assert failure.until == until


async def test_files_have_lanes_of_their_own(tmp_path: Path) -> None:
    async with connected(tmp_path / "jwks.json") as systems:
        lanes = {source: set(guard.snapshot()["lanes"]) for source, guard in systems.guards.items()}
    assert lanes == {
        Source.POLICY_CORE: {"common", "GetDocument"},
        Source.CLAIMS_CORE: {"common", "getDocument"},
        Source.LIFE_VALUATION: {"common", "valuation_poll", "nightly"},
    }


async def test_a_command_passes_the_guard_and_is_never_repeated_by_it(tmp_path: Path) -> None:
    async with running(PolicyCore(Options(seed=1))) as core:
        core.switchboard.set(Switch(Fault.HTTP_503, "UpdateContacts"))
        adapters = {
            "policy_core": policy_core.Settings(core.url + PATH, USER, PASSWORD),
            "claims_core": claims_core.Settings("http://127.0.0.1:9", "id", "secret"),
            "life_valuation": life_valuation.Settings("http://127.0.0.1:9", "key"),
        }
        retrying = ResilienceSettings(breaker=BreakerSettings(minimum_calls=2, window_calls=2, open_s=600))
        chosen = settings(tmp_path / "jwks.json", adapters=adapters, resilience=retrying)
        clock, client = SystemClock(), models.Isn(2596516901)
        failures = []
        async with wiring.connect_commands(chosen, clock, SourceTelemetry(Metrics())) as written:
            for number in range(3):
                call = Call(Deadline.after(clock, 10))
                with pytest.raises(SourceUnavailable) as failed:
                    await written.commands.update_contacts(client, "+79050001122", None, f"request-{number}", call)
                failures.append(type(failed.value))
        assert failures == [SourceUnavailable, SourceUnavailable, HeldBack]
        assert core.calls.of("UpdateContacts").calls == 2


async def test_a_command_of_the_claims_core_passes_its_own_guard(tmp_path: Path) -> None:
    async with running(ClaimsCore(Options(seed=1))) as claims:
        claims.switchboard.set(Switch(Fault.HTTP_503, "recordDeductible"))
        adapters = {
            "policy_core": policy_core.Settings("http://127.0.0.1:9", "user", "secret"),
            "claims_core": claims_core.Settings(claims.url, "gateway", "gateway-secret"),
            "life_valuation": life_valuation.Settings("http://127.0.0.1:9", "key"),
        }
        chosen = settings(tmp_path / "jwks.json", adapters=adapters, resilience=OPENS)
        clock, claim = SystemClock(), KEYS["claims"]
        assert isinstance(claim, str)
        failures = []
        async with wiring.connect_commands(chosen, clock, SourceTelemetry(Metrics())) as written:
            for number in range(2):
                call = Call(Deadline.after(clock, 10))
                with pytest.raises(SourceUnavailable) as failed:
                    await written.commands.record_deductible(
                        models.ClaimId(claim), "B-1", clock.now(), f"request-{number}", call
                    )
                failures.append((type(failed.value), failed.value.source))
        assert failures == [(SourceUnavailable, Source.CLAIMS_CORE), (HeldBack, Source.CLAIMS_CORE)]
        assert claims.calls.of("recordDeductible").calls == 1


async def test_every_command_is_wired(tmp_path: Path) -> None:
    adapters = {
        "policy_core": policy_core.Settings("http://127.0.0.1:9", "user", "secret"),
        "claims_core": claims_core.Settings("http://127.0.0.1:9", "id", "secret"),
        "life_valuation": life_valuation.Settings("http://127.0.0.1:9", "key"),
    }
    chosen = settings(tmp_path / "jwks.json", adapters=adapters)
    async with wiring.connect_commands(chosen, SystemClock(), SourceTelemetry(Metrics())) as written:
        wired = {each.name: getattr(written.commands, each.name).__name__ for each in fields(Commands)}
    assert wired == {name: name for name in wired}


async def test_nothing_is_kept_of_a_system_whose_feed_tells_of_changes_and_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Source] = {}
    over = Cache.over

    def noted(cache: Cache, read: Any, codec: Any, policy: CachePolicy[Any], **more: Any) -> Any:
        kept[policy.read] = policy.source
        return over(cache, read, codec, policy, **more)

    monkeypatch.setattr(Cache, "over", noted)
    async with connected(tmp_path / "jwks.json"):
        pass
    # The policy core's journal is followed; the engine has none. The claims core's feed is read by nobody.
    assert kept == {"renewals": Source.POLICY_CORE, "life_valuations": Source.LIFE_VALUATION}
