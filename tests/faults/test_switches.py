"""Every fault switch of every system, as a client of the gateway sees it: the rest is whole, and nothing is a 500."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.running import wait_for
from tests.faults.house import Failure, House

TIMEOUT, UNAVAILABLE = ("SOURCE_TIMEOUT", True), ("SOURCE_UNAVAILABLE", True)
REFUSED, GARBLED = ("SOURCE_UNAVAILABLE", False), ("SOURCE_GARBLED", False)
CLOSED = ("SOURCE_IN_MAINTENANCE", True)

POLICY, CLAIMS, LIFE = "policy_core", "claims_core", "life_valuation"
UNTIL = (datetime.now(UTC) + timedelta(hours=2)).replace(second=0, microsecond=0)
SWITCH = {POLICY: "GetClients", CLAIMS: "listClaims", LIFE: "contracts_by_client"}
LOST = {POLICY: "profile", CLAIMS: "claims", LIFE: "lifeContracts"}
WHOLE_POLICY_CORE = ("profile", "policies", "claims")


@dataclass(frozen=True, slots=True)
class Case:
    """A switch and what it costs.

    ``told`` is the code and whether a retry may help, None when nothing is lost; ``lost`` are the paths that are null.
    """

    system: str
    fault: str
    told: tuple[str, bool] | None
    lost: tuple[str, ...]
    operation: str
    parameters: dict[str, Any] = field(default_factory=dict)
    until: str | None = None
    retry_after_s: float | None = None

    def __str__(self) -> str:
        return f"{self.system}-{self.fault}"

    @property
    def failures(self) -> set[Failure]:
        """What the client must be told."""
        if self.told is None:
            return set()
        code, retryable = self.told
        return {Failure(path, code, self.system, retryable, self.until, self.retry_after_s) for path in self.lost}


def case(system: str, fault: str, told: tuple[str, bool] | None, **changes: Any) -> Case:
    """A case that costs the one thing its operation brings, or nothing when nothing is told."""
    usual: dict[str, Any] = {"operation": SWITCH[system], "lost": (LOST[system],) if told else ()}
    return Case(system, fault, told, **usual | changes)


def on_the_wire(system: str) -> list[Case]:
    """Faults that look the same whatever the protocol."""
    everything = {"operation": "*", **({"lost": WHOLE_POLICY_CORE} if system == POLICY else {})}
    return [
        *(case(system, each, TIMEOUT) for each in ("hang", "slow_first_byte", "slow_body", "timeout_after_commit")),
        *(case(system, each, UNAVAILABLE) for each in ("http_500", "http_502", "http_503", "http_504")),
        *(case(system, each, GARBLED) for each in ("wrong_charset", "truncated_body", "oversized_body")),
        case(system, "reset_mid_body", UNAVAILABLE),
        case(system, "refuse_connection", UNAVAILABLE, **everything),
        case(system, "too_many_requests", UNAVAILABLE, parameters={"retry_after_s": 7}, retry_after_s=7),
        case(
            system,
            "maintenance",
            CLOSED,
            parameters={"until": UNTIL.isoformat()},
            until=UNTIL.isoformat(),
            **everything,
        ),
        # Reads see no events, and nothing has been written that could be stale.
        case(system, "reordered_rows", None),
    ]


CASES = [
    *on_the_wire(POLICY),
    # The policy core announces its breaks by a page of HTML; this one says no end.
    case(POLICY, "html_page", CLOSED, operation="*", lost=WHOLE_POLICY_CORE),
    case(POLICY, "soap_fault", UNAVAILABLE),
    case(POLICY, "in_band_error", UNAVAILABLE),
    case(POLICY, "expired_token", None, parameters={"next_calls": 1}),
    case(POLICY, "partial_batch", UNAVAILABLE, operation="FindPolicies", lost=("policies", "claims")),
    case(POLICY, "missing_rows", GARBLED),
    case(POLICY, "missing_rows", GARBLED, operation="FindPolicies", lost=("policies", "claims")),
    case(POLICY, "duplicated_rows", GARBLED),
    case(POLICY, "unknown_enum", GARBLED),
    case(POLICY, "float_id", GARBLED),
    case(POLICY, "page_drift", None, operation="FindPolicies"),
    case(POLICY, "stale_read", None),
    case(POLICY, "redelivered_events", None),
    *on_the_wire(CLAIMS),
    case(CLAIMS, "html_page", GARBLED),
    case(CLAIMS, "in_band_error", UNAVAILABLE),
    case(CLAIMS, "expired_token", None, parameters={"next_calls": 1}),
    case(CLAIMS, "partial_batch", UNAVAILABLE),
    case(CLAIMS, "missing_rows", GARBLED),
    case(CLAIMS, "page_drift", None),
    case(CLAIMS, "redelivered_events", None),
    *on_the_wire(LIFE),
    case(LIFE, "html_page", GARBLED),
    case(LIFE, "in_band_error", UNAVAILABLE),
    # A partner's key cannot be renewed by asking.
    case(LIFE, "expired_token", REFUSED),
    case(LIFE, "missing_rows", GARBLED),
    case(LIFE, "stale_read", None),
    case(LIFE, "float_id", None),
]

ONE_OF_A_BATCH = [
    (LIFE, "partial_batch", "valuation_poll", UNAVAILABLE),
    (LIFE, "missing_rows", "valuation_poll", GARBLED),
    (LIFE, "duplicated_rows", "valuation_poll", GARBLED),
    (LIFE, "unknown_enum", "valuation_poll", GARBLED),
]
"""Faults that spoil one contract's valuation and leave the two others."""

ONE_OF_A_LIST = [
    *((POLICY, fault, "FindPolicies") for fault in ("duplicated_rows", "unknown_enum", "float_id")),
    *((CLAIMS, fault, "listClaims") for fault in ("duplicated_rows", "unknown_enum", "float_id")),
    *((LIFE, fault, "contracts_by_client") for fault in ("duplicated_rows", "unknown_enum")),
]
"""Faults that spoil one row of a list and leave its neighbours."""

LISTS = {POLICY: ("policies", "claims"), CLAIMS: ("claims",), LIFE: ("lifeContracts",)}
"""Where such a row shows: the claims on a policy that could not be read are not known either."""

UNNOTICED = {(CLAIMS, "stale_read")}
"""What nothing in an answer betrays: a state that was true a moment ago."""


def without(data: dict[str, Any], lost: tuple[str, ...]) -> dict[str, Any]:
    """The data with each lost path null."""
    blanked = deepcopy(data)
    for path in lost:
        blanked[path] = None
    return blanked


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_costs_what_it_concerns_and_is_told(house: House, case: Case) -> None:
    whole = house.look()
    assert (whole.status, whole.failures) == (200, set())
    house.gateway.forget()
    fired, garbled = house.fired(case.system, case.fault), house.garbled(case.system)

    house.break_(case.system, case.fault, case.operation, **case.parameters)
    seen = house.look()

    assert house.fired(case.system, case.fault) > fired
    assert seen.status == 200
    assert seen.failures == case.failures
    assert seen.data == without(whole.data, case.lost)
    assert all(seen.messages)
    assert (house.garbled(case.system) > garbled) is (case.told == GARBLED)

    house.mend()
    # After maintenance one call finds out that it is over, before all others may ask again.
    wait_for(lambda: house.look().failures == set())


@pytest.mark.parametrize("system, fault, operation, told", ONE_OF_A_BATCH)
def test_a_fault_of_one_item_costs_that_item_alone(
    house: House, system: str, fault: str, operation: str, told: tuple[str, bool]
) -> None:
    whole = house.look().data
    house.gateway.forget()
    garbled = house.garbled(system)
    house.break_(system, fault, operation, next_calls=1)
    seen = house.look()
    (spoilt,) = [index for index, each in enumerate(seen.data["lifeContracts"]) if each["valuation"] is None]
    code, retryable = told
    assert seen.failures == {Failure(f"lifeContracts.{spoilt}.valuation", code, system, retryable)}
    whole["lifeContracts"][spoilt]["valuation"] = None
    assert seen.data == whole
    assert (house.garbled(system) > garbled) is (told == GARBLED)


def test_instalments_left_out_are_garbled_for_their_policy_alone(house: House) -> None:
    whole = house.look().data
    house.break_(POLICY, "missing_rows", "GetInstalments", next_calls=1)
    seen = house.look()
    code, retryable = GARBLED
    edges = seen.data["policies"]["edges"]
    (spoilt,) = [index for index, edge in enumerate(edges) if edge["node"]["instalments"] is None]
    assert seen.failures == {Failure(f"policies.edges.{spoilt}.node.instalments", code, POLICY, retryable)}
    whole["policies"]["edges"][spoilt]["node"]["instalments"] = None
    assert seen.data == whole


@pytest.mark.parametrize("system, fault, operation", ONE_OF_A_LIST)
def test_a_fault_of_one_row_costs_that_row_alone(house: House, system: str, fault: str, operation: str) -> None:
    whole = house.look().data
    garbled = house.garbled(system)
    house.break_(system, fault, operation, next_calls=1)
    seen = house.look()
    paths = set()
    for name in LISTS[system]:
        *kept, last = nodes(seen.data[name])
        assert last is None
        assert kept == [each for each in nodes(whole[name]) if each in kept]
        paths.add(f"{name}.{len(kept)}" if name == "lifeContracts" else f"{name}.edges.{len(kept)}.node")
    assert len(nodes(seen.data[LISTS[system][0]])) == len(nodes(whole[LISTS[system][0]]))
    assert seen.failures == {Failure(path, "SOURCE_GARBLED", system, retryable=False) for path in paths}
    assert without(seen.data, LISTS[system]) == without(whole, LISTS[system])
    assert house.garbled(system) == garbled + 1


def nodes(listed: Any) -> list[Any]:
    """The items of a list or of a connection."""
    return [edge["node"] for edge in listed["edges"]] if isinstance(listed, dict) else listed


def test_a_stale_read_shows_an_earlier_state_and_nothing_else(house: House) -> None:
    whole = house.look().data
    house.break_(CLAIMS, "stale_read", "listClaims")
    seen = house.look()
    now, then = (
        {edge["node"]["number"]: edge["node"] for edge in data["claims"]["edges"]} for data in (whole, seen.data)
    )
    assert [number for number in now if now[number]["status"] != then[number]["status"]]
    assert [each | {"status": None} for each in then.values()] == [each | {"status": None} for each in now.values()]
    assert (seen.data | {"claims": None}, seen.failures) == (whole | {"claims": None}, set())


@pytest.mark.parametrize("system", [POLICY, CLAIMS, LIFE])
def test_no_switch_is_left_untried(house: House, system: str) -> None:
    tried = {each.fault for each in CASES if each.system == system}
    tried |= {fault for of, fault, _, _ in ONE_OF_A_BATCH if of == system}
    tried |= {fault for of, fault, _ in ONE_OF_A_LIST if of == system}
    tried |= {fault for of, fault in UNNOTICED if of == system}
    assert tried == house.faults(system)


def test_every_system_down_at_once_is_still_an_answer(house: House) -> None:
    for system in (POLICY, CLAIMS, LIFE):
        house.break_(system, "http_503", "*")
    seen = house.look()
    assert seen.status == 200
    assert seen.data == dict.fromkeys(["profile", "policies", "claims", "lifeContracts"])
    # Claims are found by the policies, so the policy core is to blame for both.
    assert {(each.path, each.source) for each in seen.failures} == {
        ("profile", POLICY),
        ("policies", POLICY),
        ("claims", POLICY),
        ("lifeContracts", LIFE),
    }
