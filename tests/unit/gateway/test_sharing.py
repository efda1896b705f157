"""Every read is wired to be shared, in calls of the size that its system takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters import claims_core, life_valuation, policy_core
from domain.ports import Reads
from gateway import wiring
from gateway.clock import SystemClock
from gateway.observability.metrics import Metrics
from gateway.observability.sources import SourceTelemetry
from gateway.settings import CoalescingSettings, Limits, RedisSettings
from gateway.sources.coalesced import Coalesced
from tests.fakes.reads import OWNED, READS
from tests.unit.gateway.world import settings

NOWHERE = "http://127.0.0.1:9"
TAKES_ONE = {
    "client_lookups",
    "renewals",
    "renewal_choices",
    "bills",
    "product_rules",
    "claim_messages",
    "repair_stations",
}
OF_OTHERS = {
    "clients": 41,
    "policies_of_holder": 43,
    "claims": 44,
    "claims_by_number": 45,
    "claims_of_policy": 46,
    "life_contracts_of_holder": 48,
    "life_valuations": 49,
    "underlying_levels": 50,
}


@asynccontextmanager
async def wired(folder: Path, **changed: Any) -> AsyncIterator[Reads]:
    """The reads over systems that nobody asks anything; each limit has a number of its own."""
    adapters = {
        "policy_core": policy_core.Settings(NOWHERE, "user", "pw", max_clients=41, max_policies=42, max_holders=43),
        "claims_core": claims_core.Settings(NOWHERE, "id", "pw", max_ids=44, max_numbers=45, max_policies=46),
        "life_valuation": life_valuation.Settings(
            NOWHERE,
            "key",
            contracts_per_call=47,
            clients_per_call=48,
            contracts_per_job=49,
            tickers_per_call=50,
            jobs=3,
        ),
    }
    redis = RedisSettings(unix_socket_path=str(folder / "no.sock"))
    chosen = settings(folder / "jwks.json", adapters=adapters, redis=redis, **changed)
    async with wiring.connect(chosen, SystemClock(), SourceTelemetry(Metrics())) as systems:
        yield systems.reads


async def test_every_read_is_shared_in_calls_of_its_systems_size(tmp_path: Path) -> None:
    async with wired(tmp_path, coalescing=CoalescingSettings(in_flight=2, hold_s=0.25)) as reads:
        for source, names in OWNED.items():
            others = 47 if source == "life_valuation" else 42
            for name in names:
                read = getattr(reads, name)
                assert isinstance(read, Coalesced)
                assert (read.source, read.name, read.rules.hold_s) == (source, name, 0.25)
                assert read.rules.max_batch == (1 if name in TAKES_ONE else OF_OTHERS.get(name, others))
                # A cold contract waits for no other's job.
                assert read.rules.in_flight == (3 if name == "life_valuations" else 2)


async def test_no_two_reads_share_a_budget(tmp_path: Path) -> None:
    async with wired(tmp_path) as reads:
        assert len({id(getattr(reads, name).budget) for name in READS}) == len(READS)


async def test_a_batch_is_never_more_patient_than_half_a_request(tmp_path: Path) -> None:
    for deadline_s, patience_s in ((4.0, 2.0), (60.0, 5.0)):
        async with wired(tmp_path, limits=Limits(request_deadline_s=deadline_s)) as reads:
            assert {getattr(reads, name).rules.patience_s for name in READS} == {patience_s}


async def test_sharing_can_be_switched_off(tmp_path: Path) -> None:
    async with wired(tmp_path, coalescing=CoalescingSettings(enabled=False)) as reads:
        assert not any(isinstance(getattr(reads, name), Coalesced) for name in READS)
