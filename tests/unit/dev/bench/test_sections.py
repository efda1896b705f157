"""What sections conclude from what was measured."""

from collections.abc import Mapping

import pytest

from dev.bench.duel import Arm, Turn
from dev.bench.load import Phase, Sample
from dev.bench.load.job import GOOD
from dev.bench.run import faults_of
from dev.bench.sections import SECTIONS, latency
from dev.bench.sections.hanging import CASES, in_time, is_expected, undisturbed, unexpected
from dev.bench.sections.upstream_calls import Counted, calls_table, goal
from dev.bench.table import Table

LOOKED = {"policy_core.FindPolicies": 1}
(CLAIMS,) = [each for each in CASES if each.system == "claims_core"]


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
    assert is_expected(Sample(operation, 0, 1, verdict), CLAIMS) is expected


def phased(operation: str, phase: Phase, pair: int, *times_ms: float, verdict: str = GOOD) -> list[Sample]:
    return [Sample(operation, 0, took_ms, verdict, phase, pair) for took_ms in times_ms]


def test_phases_are_compared_in_pairs_of_which_the_median_counts() -> None:
    samples = [
        *phased("life_page", Phase.NORMAL, 0, 100, 110),
        *phased("life_page", Phase.HANGING, 0, 100, 121),
        # The machine stalls in one phase.
        *phased("life_page", Phase.NORMAL, 1, 100, 110),
        *phased("policy_page", Phase.HANGING, 1, 100, 1_100),
        *phased("policy_page", Phase.NORMAL, 2, 100, 200),
        *phased("life_page", Phase.HANGING, 2, 100, 200),
        *phased("claim_list", Phase.HANGING, 2, 9_000),
    ]
    table = Table(("",) * 8)
    reached = undisturbed(CLAIMS, samples, table)
    assert (reached.found, reached.met) == ("1.10", True)
    assert table.rows[0][-2:] == ("1.10 (1.00..10.00)", "6")


@pytest.mark.parametrize(("last_ms", "met"), [(2_190.0, True), (2_210.0, False)])
def test_who_needs_the_system_is_answered_by_the_deadline(last_ms: float, met: bool) -> None:
    samples = phased("claim_list", Phase.HANGING, 0, 2_000, last_ms, verdict="error SOURCE_TIMEOUT of CLAIMS_CORE")
    table = Table(("",) * 6)
    assert in_time(CLAIMS, "claim_list", samples, table).met is met
    assert table.rows[0][-1] == "error SOURCE_TIMEOUT of CLAIMS_CORE: 2"


def test_an_error_is_expected_only_while_the_system_hangs() -> None:
    late = "error SOURCE_TIMEOUT of CLAIMS_CORE"
    samples = [
        *phased("claim_list", Phase.NORMAL, 0, 1, verdict=late),
        *phased("claim_list", Phase.HANGING, 0, 1, verdict=late),
        *phased("life_page", Phase.HANGING, 0, 1, verdict="wrong data"),
        *phased("claim_list", Phase.RECOVERY, 0, 1, verdict=late),
    ]
    assert unexpected(CLAIMS, samples) == [
        f"claims_core, normal: 1 of claim_list failed: {late}",
        "claims_core, hanging: 1 of life_page failed: wrong data",
        f"claims_core, recovery: 1 of claim_list failed: {late}",
    ]


def test_every_number_of_the_goals_has_its_section() -> None:
    assert list(SECTIONS) == ["latency", "calls", "stampede", "hanging", "processor", "memory", "accounts", "commands"]
