"""What the bench makes of sign-ins: who comes when, what must come back, which times count."""

import base64
import json
from collections import Counter
from datetime import date
from typing import Any

import orjson
import pytest

from dev.bench.accounts import crowd, pace
from dev.bench.accounts.answers import ANSWERS, NOBODY, client_of
from dev.bench.accounts.crowd import OPERATION, Kind, Phase, compared, in_turn, phase_of, unexpected
from dev.bench.accounts.effort import Effort, calls_of
from dev.bench.accounts.holders import holders, nobodies, sign_in
from dev.bench.accounts.telling import ARMS, Told, alternated, apart, pictures_wanted
from dev.bench.load import Sample
from dev.bench.load.asking import verdict
from dev.bench.load.job import BUSY, GOOD
from dev.bench.unbound import UNBOUND
from dev.simulators.population import population_on
from gateway.settings import ThrottleSettings

POPULATION = population_on(1, date(2026, 1, 15))
ISN = 2_596_600_007


def token(isn: int) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"client_isn": isn}).encode()).rstrip(b"=").decode()
    return f"e30.{claims}.signature"


def judged(operation: str, isn: int, payload: dict[str, Any]) -> str:
    field = {"sign_in": "signIn", "start_recovery": "startRecovery"}[operation]
    body = orjson.dumps({"data": {field: payload}})
    return verdict(200, body, operation, ANSWERS[operation].known(POPULATION, isn))


def signed_in(isn: int) -> dict[str, Any]:
    return {"tokens": {"accessToken": token(isn)}, "errors": []}


REFUSED: dict[str, Any] = {"tokens": None, "errors": [{"__typename": "WrongSignIn"}]}
PROGRESS = {"token": "t", "step": "PHONE_CODE", "sentTo": "+7 *** **-12"}


@pytest.mark.parametrize("isn", [ISN, 1, 99_999_999_999])
def test_a_client_is_read_from_a_token_of_any_length(isn: int) -> None:
    assert client_of(token(isn)) == isn


@pytest.mark.parametrize(
    ("isn", "payload", "said"),
    [
        (ISN, signed_in(ISN), GOOD),
        (ISN, signed_in(ISN + 1), "wrong data"),
        (ISN, REFUSED, "wrong data"),
        (NOBODY, REFUSED, GOOD),
        (NOBODY, signed_in(ISN), "wrong data"),
        (NOBODY, {"tokens": None, "errors": [{"__typename": "TryLater"}]}, "wrong data"),
    ],
)
def test_a_sign_in_is_good_when_it_came_to_what_it_must(isn: int, payload: dict[str, Any], said: str) -> None:
    assert judged("sign_in", isn, payload) == said


@pytest.mark.parametrize("isn", [ISN, NOBODY])
def test_a_recovery_must_begin_whether_there_is_an_account_or_not(isn: int) -> None:
    assert judged("start_recovery", isn, {"progress": PROGRESS, "errors": []}) == GOOD
    assert judged("start_recovery", isn, {"progress": {**PROGRESS, "sentTo": None}, "errors": []}) == "wrong data"
    assert judged("start_recovery", isn, {"progress": None, "errors": [{"__typename": "X"}]}) == "wrong data"


def test_accounts_and_their_absence_look_alike_but_never_meet() -> None:
    there, absent = holders(500), nobodies(500)
    assert not {each.phone for each in there} & {each.phone for each in absent}
    assert {len(each.phone) for each in (*there, *absent)} == {12}
    assert len({each.isn for each in there}) == 500
    assert (sign_in(there[3]).isn, sign_in(there[3], knows_password=False).isn) == (there[3].isn, NOBODY)
    assert sign_in(there[3]).token == ""


def test_no_limit_binds() -> None:
    limits = ThrottleSettings(**UNBOUND).table()  # type: ignore[arg-type]
    assert limits.keys() == ThrottleSettings().table().keys()
    assert {each.attempts for each in limits.values()} == {999_999}


def test_arms_take_turns_and_each_is_first_as_often_as_the_other() -> None:
    order = list(alternated(4))
    assert order == ["existing", "unknown", "unknown", "existing"] * 2
    assert Counter(alternated(401)) == {"existing": 401, "unknown": 401}


def test_there_are_pictures_for_times_and_effort() -> None:
    assert pictures_wanted(40) == 8 + 2 * 40 + 2 * 3 * 10


def test_each_repetition_begins_with_another_phase() -> None:
    orders = [in_turn(repetition) for repetition in range(4)]
    assert [order[0] for order in orders] == [Kind.ALONE, Kind.CROWD, Kind.EQUAL, Kind.ALONE]
    assert {frozenset(order) for order in orders} == {frozenset(Kind)}


def read(due_ms: float, took_ms: float, said: str = GOOD) -> Sample:
    return Sample(OPERATION, due_ms, took_ms, said)


def test_reads_count_from_the_crowds_coming_until_its_last_is_in() -> None:
    samples = [
        read(0, 900),
        read(1_000, 11),
        read(2_999, 12),
        read(3_000, 13),
        Sample("sign_in", 1_000, 500, GOOD),
        Sample("sign_in", 1_000, 10, BUSY),
        Sample("sign_in", 2_500, 500, GOOD),
    ]
    phase = phase_of(samples, used_s=1.5, busy_percent=80.0)
    assert phase.reads_ms == [11, 12]
    assert phase.entered_ms == [500, 2_000]
    assert (phase.refusals, phase.busy_percent) == (1, 80.0)
    assert phase.cores == pytest.approx(1.5 / 3.013)


def test_without_a_crowd_reads_count_to_the_end() -> None:
    phase = phase_of([read(0, 900), read(1_000, 11), read(9_000, 12)], used_s=1, busy_percent=0)
    assert (phase.reads_ms, phase.entered_ms, phase.refusals) == ([11, 12], [], 0)


def test_to_be_told_to_come_again_is_no_fault_but_to_stay_outside_is() -> None:
    told = Sample("sign_in", 0, 1, BUSY)
    assert unexpected([told, Sample("sign_in", 2, 1, GOOD), read(0, 1)], crowd=1) == []
    assert unexpected([told, read(0, 1, BUSY)], crowd=1) == [
        f"reads and crowd: 1 of {OPERATION} failed: {BUSY}",
        "1 of 1 did not get in",
    ]


@pytest.mark.parametrize(("stalled_ms", "found", "met"), [(250.0, "2.50", True), (350.0, "3.50", False)])
def test_the_median_of_the_repetitions_is_held_against_the_goal(stalled_ms: float, found: str, met: bool) -> None:
    calm = [Phase([90.0, 100.0], 0.3, 50), Phase([90.0, 100.0], 0.3, 50), Phase([10.0], 0.3, 50)]
    crowded = [
        Phase([90.0, 100.0], 1.1, 90, [100.0, 5_000.0], 3),
        Phase([90.0, stalled_ms], 1.1, 90, [100.0, 6_000.0], 5),
        Phase([9_000.0], 1.1, 90, [100.0, 7_000.0], 4),
    ]
    equal = [Phase([500.0], 1.4, 95, [10.0], 9) for _ in calm]
    phases = {Kind.ALONE: calm, Kind.CROWD: crowded, Kind.EQUAL: equal}
    (reads, entering), goal = compared(phases, rate=50.4, crowd=2)
    assert (goal.found, goal.met) == (found, met)
    assert reads.header[0] == f"{OPERATION}, 50 a second"
    assert [row[3] for row in reads.rows] == ["", f"{found} (1.00..900.00)", "5.00 (5.00..50.00)"]
    assert [row[0] for row in entering.rows] == [Kind.CROWD, Kind.EQUAL]
    assert entering.rows[0][3:] == ("6.0 (5.0..7.0)", "4 (3..5)")


def test_what_one_answer_takes_is_the_difference_by_the_answers() -> None:
    assert Effort(30.0, 50.0, 7.0).each_since(Effort(10.0, 10.0, 3.0), 4) == Effort(5.0, 10.0, 1.0)


def test_commands_of_looking_are_not_counted() -> None:
    said = {"cmdstat_get": {"calls": 3}, "cmdstat_evalsha": {"calls": 2}, "cmdstat_info": {"calls": 9}}
    assert calls_of(said) == 5


def told(existing: list[float], unknown: list[float]) -> Told:
    efforts = [Effort(45.0, 12.0, 0.0)]
    return Told("sign-in", dict(zip(ARMS, (existing, unknown), strict=True)), dict.fromkeys(ARMS, efforts))


def test_arms_that_are_the_same_meet_the_goal() -> None:
    (times, guess, work), (goal,) = apart([told([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0])])
    assert goal.met
    assert [row[:3] for row in times.rows] == [("sign-in", "existing", "1.0"), ("sign-in", "unknown", "1.0")]
    assert guess.rows == [("sign-in", "0.500", "0.500 ± 0.424", "+0.00")]
    assert work.rows[0][1:] == ("existing", "45.0 (45.0..45.0)", "12.00 (12.00..12.00)", "0.00 (0.00..0.00)")


@pytest.mark.parametrize(("shift", "likely"), [(10.0, "1.000"), (-10.0, "0.000")])
def test_arms_that_can_be_told_apart_either_way_do_not(shift: float, likely: str) -> None:
    unknown = [1.0, 2.0, 3.0, 4.0]
    _, (goal,) = apart([told([each + shift for each in unknown], unknown)])
    assert (goal.found, goal.met) == (likely, False)


def test_many_answers_are_held_to_less_than_chance_leaves_to_few() -> None:
    few, many = [float(each) for each in range(40)], [float(each) for each in range(1_000)]
    [goals] = [apart([told([each + 1.5 for each in few], few), told([each + 60 for each in many], many)])[1]]
    assert [(each.wanted, each.met) for each in goals] == [
        ("0.5, give or take 0.13", True),
        ("0.5, give or take 0.05", False),
    ]


def test_pace_is_good_answers_until_the_last() -> None:
    samples = [Sample("sign_in", 0, 500, GOOD), Sample("sign_in", 500, 1_500, GOOD), Sample("sign_in", 0, 1, BUSY)]
    assert pace.pace(samples) == 1.0


def test_reads_are_a_part_of_what_can_be_read() -> None:
    assert crowd.SHARE == 0.3
