"""The gateway is killed between any two writes of a registration: whoever was registering finishes it, once.

Everybody here registers at the same time and stands still at another write when SIGKILL comes. What the database was
never told to commit is gone; what it was told to commit may be kept although nobody was there to hear so. Either way
the person repeats the step, with the token that the last answer brought, at a gateway that was started anew.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg
import pytest

from dev.demo.stack import Stack
from tests.e2e.asking import started
from tests.e2e.holding import COMMIT, Holding, holding
from tests.e2e.persistent import STEPS, Persistent, people

GIVES = ["codes", "messages", "procrastinate_jobs", "registrations", COMMIT]
WRITES = {
    "start": ["registrations", COMMIT],
    "phone": GIVES,
    "phone code": ["codes", "registrations", COMMIT],
    "email": GIVES,
    # The question is put in a transaction of its own.
    "email code": ["codes", "registrations", COMMIT, "registrations", COMMIT],
    "answer": ["registrations", COMMIT],
    # Told are the new account's mail, and the phone that was known before.
    "finish": [
        "accounts",
        "consents",
        *["messages", "procrastinate_jobs"] * 2,
        "sessions",
        "refresh_tokens",
        "registrations",
        COMMIT,
    ],
}


@dataclass(frozen=True, slots=True)
class Moment:
    """The so-manyth write of a step, or an end of its transaction, which the database may have kept."""

    step: str
    number: int
    what: str
    is_kept: bool = False

    def __str__(self) -> str:
        ending = ("-kept" if self.is_kept else "-lost") if self.what == COMMIT else ""
        return f"{self.step}-{self.number}-{self.what}{ending}".replace(" ", "-")


MOMENTS = [
    Moment(step, number, what, is_kept)
    for step in STEPS
    for number, what in enumerate(WRITES[step], start=1)
    for is_kept in ([False, True] if what == COMMIT else [False])
]
HELD = {"connections": len(MOMENTS), "statement_timeout_s": 60.0, "lock_timeout_s": 60.0, "idle_timeout_s": 60.0}
MANY = "10000 per 3600"
NO_LIMITS = dict.fromkeys(("registration_address", "picture_address", "code_address"), MANY)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """One of our own, as its gateway does not live."""
    with started({"store": HELD, "throttle": NO_LIMITS}) as stack:
        yield stack


@pytest.fixture(scope="module")
def held(stack: Stack) -> Iterator[Holding]:
    assert stack.database is not None
    with holding(stack.database.address()) as held:
        yield held


@pytest.fixture(scope="module")
def everybody(stack: Stack) -> list[Persistent]:
    """One person who is not disturbed, and one for each moment."""
    return list(islice(people(stack), len(MOMENTS) + 1))


@pytest.fixture(scope="module")
def undisturbed(held: Holding, everybody: list[Persistent]) -> dict[str, list[str]]:
    """What is written in each step."""
    person, writes = everybody[-1], {}
    for step in STEPS:
        take = person.ready_for(step)
        held.written()
        person.took(step, take())
        writes[step] = held.written()
    return writes


@pytest.fixture(scope="module")
def killed(stack: Stack, held: Holding, undisturbed: object, everybody: list[Persistent]) -> dict[Moment, Persistent]:
    """Everybody whose step the gateway did not survive."""
    struck = dict(zip(MOMENTS, everybody, strict=False))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda each: each[1].go_on(until=each[0].step), struck.items()))
    with ThreadPoolExecutor(len(MOMENTS)) as threads:
        answers = []
        for number, (moment, person) in enumerate(struck.items()):
            take = person.ready_for(moment.step)
            with held.at(number, moment.number):
                answers.append(threads.submit(take))
        stack.children["gateway"].signal(signal.SIGKILL)
        stack.children["gateway"].process.wait()
        assert all(isinstance(each.exception(), ConnectionError) for each in answers)
    for number, moment in enumerate(MOMENTS):
        if moment.what == COMMIT and not moment.is_kept:
            held.never_committed(number)
    held.let_go()
    stack.serve(stack.folder / "gateway.toml")
    return struck


def rows(stack: Stack, query: str, *given: Any) -> list[tuple[Any, ...]]:
    assert stack.database is not None
    with psycopg.connect(stack.database.address()) as connection:
        return connection.execute(query, given).fetchall()


def test_each_step_writes_what_it_is_killed_at(undisturbed: dict[str, list[str]]) -> None:
    assert undisturbed == WRITES


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_whoever_was_cut_off_repeats_the_step_and_has_one_account(
    stack: Stack, killed: dict[Moment, Persistent], moment: Moment
) -> None:
    person = killed[moment]
    address = {"phone": person.phone_here, "email": person.email_here}.get(moment.step)
    if address is not None and moment.is_kept:
        person.read(address)  # It was left to be sent, so it comes.

    person.go_on()

    assert person.is_signed_in()
    known = person.profile["phone"]["value"]
    assert person.told() == {
        person.phone_here: person.messages[person.phone_here],
        person.email_here: person.messages[person.email_here] + 1,
        known: 1,
    }
    isn = person.person.client_isn
    [(account,)] = rows(stack, "SELECT id FROM accounts WHERE client_isn = %s", isn)
    assert rows(stack, "SELECT purpose, text_version FROM consents WHERE account_id = %s", account) == [
        ("PERSONAL_DATA", "v1")
    ]
    begun = rows(stack, "SELECT account_id FROM registrations WHERE client_isn = %s ORDER BY account_id", isn)
    assert begun == [(account,), *[(None,)] * (moment.step == "start" and moment.is_kept)]
    [(sessions,)] = rows(stack, "SELECT count(*) FROM sessions WHERE account_id = %s", account)
    assert sessions == (2 if moment.step == "finish" and moment.is_kept else 1)


def test_no_message_was_lost_on_the_way(stack: Stack, killed: dict[Moment, Persistent]) -> None:
    assert rows(stack, "SELECT * FROM messages WHERE sent_at IS NULL") == []
