"""What is dead holds up its subject and nothing else, until an operator has it tried again or gives it up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import Gateway, fetch
from tests.e2e.paying import Payer
from tests.e2e.registering import Registrant
from tests.e2e.test_contacts import CHANGES, change, until

RETRIED: Final = Person("client-whose-change-is-retried", 2596519903)
DROPPED: Final = Person("client-whose-change-is-dropped", 2596519911)
BROKEN: Final = {"fault": "in_band_error", "operation": "UpdateContacts", "code": "101"}
"""The core says that it was asked wrongly, whenever it is asked: what does not pass by itself."""

DEAD_CODE: Final = "SourceUnavailable"
ACTIONS: Final = """SELECT action, by, reason FROM command_actions JOIN commands ON commands.id = command_id
  WHERE number = %s"""
DEAD: Final = "SELECT FROM commands WHERE state = 'DEAD' AND kind = 'UPDATE_CONTACTS'"
IDS: Final = "SELECT id::text FROM commands WHERE subject = %s ORDER BY number"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    number: int
    kind: str
    state: str
    text: str
    subject: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at the terminal of a machine that the gateway runs on."""

    stack: Stack

    def outbox(self, action: str, *arguments: str) -> str:
        """Run the command, which must go well; return what it printed."""
        settings = self.stack.folder / "gateway.toml"
        line = [sys.executable, "-m", "gateway", "outbox", "--config", str(settings), action, *arguments]
        done = subprocess.run(line, capture_output=True, encoding="utf-8", timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def phones(self) -> list[Row]:
        """Changes of phones in the list."""
        lines = [line.split() for line in self.outbox("list").splitlines()[1:]]
        rows = [Row(int(words[0]), words[1], words[2], " ".join(words[3:-1]), words[-1]) for words in lines]
        return [each for each in rows if each.subject.startswith("contacts/") and each.subject.endswith("/PHONE")]

    def kept(self, query: str, *given: Any) -> list[Any]:
        assert self.stack.database is not None
        with psycopg.connect(self.stack.database.address()) as connection:
            return connection.execute(query, given).fetchall()


@pytest.fixture
def core(stack: Stack) -> Iterator[str]:
    """Address of the policy core's switches; all are off in the end."""
    Gateway(stack).forget()
    address = stack.systems["policy_core"].admin_url
    yield address
    fetch("DELETE", f"{address}/faults")


def written(core: str, person: Registrant) -> list[str]:
    """Request ids under which the core has written the person's contacts, in the order in which it did."""
    found = fetch("GET", f"{core}/ledger")["contacts"]
    return [each["request"] for each in found if each["client"] == person.person.client_isn]


def states(person: Registrant) -> list[str]:
    """What has become of the changes of the first phone, the second one, and the e-mail."""
    return [each["state"] for each in reversed(person.ask(CHANGES)["contactChanges"])]


def held_up(stack: Stack, who: Person, core: str, first: str, second: str, email: str) -> tuple[Registrant, list[Row]]:
    """Have a change of a phone die and another come after it, while the e-mail is changed; return what is listed."""
    person = Payer.registered(stack, who).person
    old = person.known()["profile"]["phone"]["value"]
    mail = person.known()["profile"]["email"]["value"]
    fetch("PUT", f"{core}/faults", BROKEN)
    assert change(person, {"phone": first}, old)["errors"] == []
    operator = Operator(stack)
    until(lambda: operator.kept(DEAD) != [])
    fetch("DELETE", f"{core}/faults")

    later = change(person, {"phone": second}, first)
    other = change(person, {"email": email}, mail)

    assert [(each["errors"], each["change"]["state"]) for each in (later, other)] == [([], "WAITING")] * 2
    until(lambda: states(person)[2] == "DELIVERED")
    assert states(person) == ["WAITING", "WAITING", "DELIVERED"]
    assert len(written(core, person)) == 1
    listed = operator.phones()
    assert [(each.kind, each.state) for each in listed] == [("UPDATE_CONTACTS", "DEAD"), ("UPDATE_CONTACTS", "WAITING")]
    assert DEAD_CODE in listed[0].text
    assert listed[0].subject == listed[1].subject
    return person, listed


def test_a_change_that_died_is_tried_again_and_the_next_follows_it(stack: Stack, core: str) -> None:
    operator = Operator(stack)
    person, (dead, held) = held_up(stack, RETRIED, core, "+79050011801", "+79050011802", "retried@example.ru")
    told = operator.outbox("retry", str(held.number), "--by", "Ivanova", "--reason", "does it help?")
    assert told == f"outbox: {held.number} comes after {dead.number}, which is dead\n"
    assert states(person) == ["WAITING", "WAITING", "DELIVERED"]

    told = operator.outbox("retry", str(dead.number), "--by", "Ivanova", "--reason", "the core was mended")

    assert told == f"outbox: {dead.number} is tried now\n"
    until(lambda: states(person) == ["DELIVERED"] * 3)
    ids = [id_ for (id_,) in operator.kept(IDS, dead.subject)]
    assert [each for each in written(core, person) if each in ids] == ids
    assert len(written(core, person)) == 3
    assert person.known()["profile"]["phone"]["value"] == "+79050011802"
    assert operator.phones() == []
    assert operator.kept(ACTIONS, dead.number) == [("RETRY", "Ivanova", "the core was mended")]
    assert operator.kept(ACTIONS, held.number) == [("RETRY", "Ivanova", "does it help?")]


def test_a_change_that_died_is_given_up_and_the_next_takes_its_turn(stack: Stack, core: str) -> None:
    operator = Operator(stack)
    person, (dead, held) = held_up(stack, DROPPED, core, "+79050011803", "+79050011804", "dropped@example.ru")

    told = operator.outbox("drop", str(dead.number), "--by", "Petrova", "--reason", "written by hand")

    assert told == f"outbox: {dead.number} is given up\n"
    until(lambda: states(person) == ["DEAD", "DELIVERED", "DELIVERED"])
    first, second = (id_ for (id_,) in operator.kept(IDS, dead.subject))
    assert [each for each in written(core, person) if each in {first, second}] == [second]
    assert len(written(core, person)) == 2
    assert person.known()["profile"]["phone"]["value"] == "+79050011804"
    assert operator.phones() == []
    assert operator.kept(ACTIONS, dead.number) == [("DROP", "Petrova", "written by hand")]
    assert operator.kept(ACTIONS, held.number) == []
