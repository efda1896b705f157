"""What the bench makes of commands: who pays what, what must come back, what is held against what."""

from datetime import date
from itertools import islice
from typing import Any

import orjson
import pytest

from dev.bench.commands import tables
from dev.bench.commands.answers import ANSWERS
from dev.bench.commands.backlogs import Backlog
from dev.bench.commands.customers import indebted
from dev.bench.commands.debts import debt_of
from dev.bench.commands.ledger import Kept
from dev.bench.commands.paying import Begun, Phase, amiss, in_turn
from dev.bench.load.asking import verdict
from dev.bench.load.job import GOOD
from dev.simulators.population import population_on

POPULATION = population_on(1, date(2026, 1, 15))
DEBTORS = list(islice(indebted(POPULATION), 20))
ISN, DEBT = DEBTORS[0]


def judged(payment: Any, *problems: str) -> str:
    payload = {"payment": payment, "errors": [{"__typename": each} for each in problems]}
    body = orjson.dumps({"data": {"startPayment": payload}})
    return verdict(200, body, "start_payment", ANSWERS["start_payment"].known(POPULATION, ISN))


def payment(state: str = "OPEN", number: int = DEBT.number, amount: str = str(DEBT.amount)) -> Any:
    return {"number": "1", "state": state, "address": None, "amount": {"amount": amount}, "payable": {"number": number}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (payment("OPEN"), GOOD),
        (payment("WAITING"), GOOD),
        (payment("FAILED"), "wrong data"),
        (payment("STOPPED"), "wrong data"),
        (payment(number=DEBT.number + 1), "wrong data"),
        (payment(amount=str(DEBT.amount + 1)), "wrong data"),
    ],
)
def test_a_payment_is_good_when_it_goes_on_and_is_of_ones_own_instalment(given: Any, said: str) -> None:
    assert judged(given) == said


def test_a_problem_instead_of_a_payment_is_not_good() -> None:
    assert judged(None, "KeyReused") == "wrong data"


def test_everybody_who_pays_owes_something_and_comes_once() -> None:
    assert len({isn for isn, _ in DEBTORS}) == 20
    for isn, debt in DEBTORS:
        assert debt == debt_of(POPULATION, isn)
        [policy] = [each for each in POPULATION.policies_of(isn) if each.isn == debt.policy]
        [part] = [each for each in POPULATION.instalments(policy) if each.number == debt.number]
        assert (part.paid_on, part.amount) == (None, debt.amount)


def test_with_and_without_others_that_wait_take_turns() -> None:
    assert list(in_turn(10_000, 3)) == [0, 10_000, 10_000, 0, 0, 10_000]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (Kept(payments=10, commands=20, done=20), []),
        (Kept(payments=11, commands=22, done=22), ["here: 11 payments of 10 wishes"]),
        (Kept(payments=10, commands=21, done=20), ["here: 21 commands for 10 payments, 20 of them done"]),
        (Kept(payments=10, commands=30, done=30), ["here: 30 commands for 10 payments, 30 of them done"]),
        (Kept(payments=10, commands=20, done=19), ["here: 20 commands for 10 payments, 19 of them done"]),
    ],
)
def test_a_wish_that_was_not_granted_exactly_once_is_a_fault(kept: Kept, said: list[str]) -> None:
    assert amiss(kept, 10, "here") == said


def phase(waiting: int, took_s: float = 0.05, *, calls_again: float = 0.0, done_rate: float = 100.0) -> Phase:
    first = Begun(rate=50.0, gateway_ms=8.0, calls=4.0)
    again = Begun(rate=200.0, gateway_ms=2.0, calls=calls_again)
    took_ms = [500 * took_s, 1000 * took_s, 2000 * took_s]
    return Phase(waiting, took_ms, [60.0, 70.0, 80.0], first, again, done_rate, 5.0)


def test_rounds_are_compared_each_in_itself_and_the_median_counts() -> None:
    phases = [
        phase(0, 0.05),
        phase(10_000, 0.1, done_rate=80.0),
        # The machine stalls throughout a round.
        phase(10_000, 1.0, done_rate=9.0),
        phase(0, 0.5, done_rate=10.0),
        phase(0, 0.04),
        phase(10_000, 0.16, done_rate=70.0),
    ]
    (throughput, times, _), (reached, _) = tables.compared(phases)
    assert (reached.found, reached.met) == ("2.00", True)
    assert [row[0] for row in times.rows] == ["0", "10,000"]
    assert [row[1:4] for row in times.rows] == [
        ("50 (40..500)", "", "1000"),
        ("160 (100..1000)", "2.00 (2.00..4.00)", "2000"),
    ]
    assert [row[2:4] for row in throughput.rows] == [("100 (10..100)", ""), ("70 (9..80)", "0.80 (0.70..0.90)")]


@pytest.mark.parametrize(("took_s", "met"), [(0.14, True), (0.16, False)])
def test_commands_that_wait_for_another_system_are_held_against_none_that_wait(took_s: float, met: bool) -> None:
    _, (reached, _) = tables.compared([phase(0), phase(10_000, took_s)])
    assert (reached.found, reached.met) == (f"{took_s / 0.05:.2f}", met)


@pytest.mark.parametrize(("calls", "met"), [(0.0, True), (0.01, False)])
def test_a_repeated_key_must_ask_no_system(calls: float, met: bool) -> None:
    (_, _, again), (_, reached) = tables.compared([phase(0), phase(10_000, calls_again=calls)])
    assert (reached.wanted, reached.met) == ("exactly 0", met)
    assert again.rows[0][1:] == ("200 (200..200)", "2.0 (2.0..2.0)", "0.25 (0.25..0.25)", "0.00", "4.00")


def test_what_was_not_awaited_is_reckoned_and_says_so() -> None:
    table = tables.behind([Backlog(1_000, 1, 100.0, 7.7, 9.9), Backlog(10_000, 2, 125.0, 8.0, None)])
    assert table.rows == [
        ("1,000", "1", "100", "7.7", "9.9"),
        ("10,000", "2", "125", "8.0", "about 80, reckoned"),
    ]
