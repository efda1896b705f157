"""What sections conclude from what was measured."""

from collections.abc import Mapping

import pytest

from dev.bench.duel import Arm, Turn
from dev.bench.load import Sample
from dev.bench.load.job import GOOD
from dev.bench.run import faults_of
from dev.bench.sections import SECTIONS, latency
from dev.bench.sections.hanging import CASES, is_expected
from dev.bench.sections.upstream_calls import Counted, calls_table, goal

LOOKED = {"policy_core.FindPolicies": 1}


def duel(gateway_ms: float, calls: Mapping[str, int] = LOOKED, verdict: str = GOOD) -> list[Turn]:
    turns = [
        Turn("claim_list", Arm.GATEWAY, -1, 5_000.0, GOOD, dict(calls)),
        Turn("claim_list", Arm.REFERENCE, -1, 5_000.0, GOOD, dict(LOOKED)),
        Turn("claim_list", Arm.GATEWAY, 0, 9_000.0, verdict),
    ]
    for block in range(2):
        turns += [Turn("claim_list", Arm.GATEWAY, block, gateway_ms + each, GOOD) for each in (-1.0, 0.0, 1.0)]
        turns += [Turn("claim_list", Arm.REFERENCE, block, 100.0 + each, GOOD) for each in (-1.0, 0.0, 1.0)]
    return turns


@pytest.mark.parametrize(("gateway_ms", "met"), [(109.0, True), (112.0, False)])
def test_the_ratio_of_medians_is_held_against_the_goal(gateway_ms: float, met: bool) -> None:
    (reached,) = latency.summed_up(duel(gateway_ms, verdict="wrong data")).goals
    assert reached.found == f"{gateway_ms / 100:.3f}"
    assert reached.met is met


def test_an_answer_that_is_not_good_is_a_fault_and_no_time() -> None:
    found = latency.summed_up(duel(105.0, verdict="wrong data"))
    assert found.faults == ["claim_list by the gateway: wrong data"]
    assert "9000" not in "".join(found.tables[0].rows[0])


def test_arms_that_ask_for_different_things_are_not_compared_in_silence() -> None:
    found = latency.summed_up(duel(105.0, calls={"policy_core.FindPolicies": 2}))
    assert found.faults == [
        "claim_list: the gateway asked {'policy_core.FindPolicies': 2}, the reference {'policy_core.FindPolicies': 1}"
    ]


def test_failures_are_counted_by_kind() -> None:
    samples = [Sample("own_name", 0, 1, each) for each in (GOOD, "wrong data", "wrong data", "error X")]
    assert faults_of(samples, "here") == [
        "here: 1 of own_name failed: error X",
        "here: 2 of own_name failed: wrong data",
    ]


def counted(finds: float, renewals: float) -> Counted:
    calls = {("policy_core", "FindPolicies"): finds, ("policy_core", "GetRenewalOptions"): renewals}
    keys = {("policy_core", "FindPolicies"): 1.0, ("policy_core", "GetRenewalOptions"): renewals}
    return Counted(calls, keys, [])


def test_a_systems_operations_are_added_up_before_they_are_held_against_the_goal() -> None:
    assert not goal("policy_core", [counted(0.6, 0.5)]).met
    assert goal("policy_core", [counted(0.25, 0.5)]).met


def test_calls_are_told_with_and_without_coalescing() -> None:
    found = {"coalesced": [counted(0.25, 0.5)], "each for itself": [counted(1.0, 0.5)]}
    assert [row[:3] for row in calls_table(["policy_core"], found).rows] == [
        ("**policy_core**", "0.75 (0.75..0.75)", "1.50 (1.50..1.50)"),
        ("FindPolicies", "0.25 (0.25..0.25)", "1.00 (1.00..1.00)"),
        ("GetRenewalOptions", "0.50 (0.50..0.50)", "0.50 (0.50..0.50)"),
    ]
    assert [row[3] for row in calls_table(["policy_core"], found).rows[1:]] == ["4.0 (4.0..4.0)", "1.0 (1.0..1.0)"]


@pytest.mark.parametrize(
    ("operation", "verdict", "expected"),
    [
        ("claim_list", "error SOURCE_TIMEOUT of CLAIMS_CORE", True),
        ("claim_list", GOOD, True),
        ("claim_list", "error SOURCE_TIMEOUT of CLAIMS_CORE, SOURCE_TIMEOUT of POLICY_CORE", False),
        ("claim_list", "error INTERNAL_SERVER_ERROR", False),
        ("claim_list", "wrong data", False),
        ("claim_list", "no answer: TimeoutError", False),
        ("life_page", "error SOURCE_TIMEOUT of CLAIMS_CORE", False),
    ],
)
def test_only_errors_that_name_the_hanging_system_are_expected(operation: str, verdict: str, expected: bool) -> None:
    (case,) = [each for each in CASES if each.system == "claims_core"]
    assert is_expected(Sample(operation, 0, 1, verdict), case) is expected


def test_every_number_of_the_goals_has_its_section() -> None:
    assert list(SECTIONS) == ["latency", "calls", "stampede", "hanging", "processor", "memory"]
