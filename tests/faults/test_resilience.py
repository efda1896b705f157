"""What the gateway makes of the systems' troubles when nothing is switched off: it hides, spares, and recovers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dev.demo.stack import Stack
from tests.e2e.asking import Gateway, fetch, started
from tests.e2e.running import wait_for
from tests.faults.house import House

POLICY, CLAIMS, LIFE = "policy_core", "claims_core", "life_valuation"
MINIMUM_CALLS = 5


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    quick = {
        "breaker.minimum_calls": MINIMUM_CALLS,
        "breaker.window_calls": MINIMUM_CALLS,
        "breaker.failure_share": 1.0,
        "breaker.open_s": 0.5,
        "hold.maintenance_probe_s": 0.5,
        "retry.floor_per_s": 100.0,
    }
    with started({"resilience": quick}) as stack:
        yield stack


@pytest.fixture
def house(stack: Stack) -> Iterator[House]:
    house = House(Gateway(stack))
    yield house
    house.mend()
    wait_for(lambda: house.look().failures == set())


def guard(house: House, system: str) -> dict[str, Any]:
    found: dict[str, Any] = fetch("GET", f"{house.gateway.stack.url}/readyz?verbose")["guards"][system]
    return found


@pytest.mark.parametrize(
    ("system", "operation"), [(POLICY, "GetClients"), (CLAIMS, "listClaims"), (LIFE, "contracts_by_client")]
)
@pytest.mark.parametrize("fault", ["http_503", "reset_mid_body", "in_band_error"])
def test_a_failure_that_passes_is_never_seen(house: House, system: str, operation: str, fault: str) -> None:
    whole = house.look()
    house.gateway.forget()
    house.break_(system, fault, operation, next_calls=1)
    seen = house.look()
    assert house.gateway.calls()[system][operation] == 2
    assert (seen.data, seen.failures) == (whole.data, set())


def test_a_429_with_a_short_wait_is_never_seen(house: House) -> None:
    whole = house.look()
    house.break_(LIFE, "too_many_requests", "contracts_by_client", next_calls=1, retry_after_s=1)
    seen = house.look()
    assert (seen.data, seen.failures) == (whole.data, set())


def test_a_system_that_stays_down_is_left_alone_until_it_is_back(house: House) -> None:
    house.look()
    house.gateway.forget()
    house.break_(CLAIMS, "http_503", "listClaims")
    wait_for(lambda: bool(house.look().failures) and guard(house, CLAIMS)["breakers"]["listClaims"] == "open")
    house.gateway.forget()
    failures = house.look().failures
    assert [(each.path, each.code) for each in failures] == [("claims", "SOURCE_UNAVAILABLE")]
    # At most the probes of the periods that began meanwhile, if one did.
    assert house.gateway.calls()[CLAIMS].get("listClaims", 0) <= 1
    assert guard(house, POLICY)["breakers"]["GetClients"] == "closed"
    house.mend()
    wait_for(lambda: house.look().failures == set())
    assert guard(house, CLAIMS)["breakers"]["listClaims"] in {"closed", "half_open"}


def test_maintenance_closes_every_operation_of_its_system_and_no_other(house: House) -> None:
    until = (datetime.now(UTC) + timedelta(hours=2)).replace(second=0, microsecond=0)
    house.break_(LIFE, "maintenance", "*", until=until.isoformat())
    seen = house.look()
    assert {(each.path, each.code, each.source) for each in seen.failures} == {
        ("lifeContracts", "SOURCE_IN_MAINTENANCE", LIFE)
    }
    assert guard(house, LIFE)["maintenance"] == {"until": until.isoformat()}
    assert guard(house, POLICY)["maintenance"] is None


def test_the_metrics_tell_it_all(house: House) -> None:
    metrics = house.gateway.metrics()
    for line in (
        'gateway_retries_total{read="clients",source="policy_core"}',
        'gateway_source_rejections_total{operation="listClaims",reason="circuit_open",source="claims_core"}',
        'gateway_breaker_state{operation="listClaims",source="claims_core"}',
        'gateway_source_maintenance{source="life_valuation"} 0.0',
    ):
        assert line in metrics
