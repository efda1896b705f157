"""Accounts that somebody else begins: by the journal and its follower, killed on the way, and by an employee."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from dev.demo.stack import Stack
from dev.processes import Child, stop_all
from dev.simulators.population import population_on
from dev.simulators.population.keys import client_isn
from dev.simulators.population.records import Client
from dev.tokens import PEOPLE, Person
from domain.clock import MOSCOW
from resolvers import ids
from tests.e2e.asking import fetch
from tests.e2e.registering import PAYLOAD, Registrant

HOME: Final = """{ viewer { kind client {
  profile { name { full } } policies(first: 1) { edges { node { number } } } } } }"""
FIRST: Final = 200
"""Clients from this place on are in no other test, nor in the journal by themselves."""

KILLS: Final = 10
PATIENCE_S: Final = 60.0
OPEN: Final = f"mutation($token: String!) {{ openActivation(token: $token) {{ {PAYLOAD} }} }}"
PREPARE: Final = """mutation($client: ID!, $phone: String, $email: String) {
  prepareRegistration(clientId: $client, phone: $phone, email: $email) { sentTo expiresAt errors { __typename } }
}"""


@pytest.fixture(scope="module")
def following(stack: Stack) -> Path:
    """Settings of a follower that looks often."""
    settings = (stack.folder / "gateway.toml").read_text(encoding="utf-8")
    changed = stack.folder / "follow.toml"
    changed.touch(0o600)
    changed.write_text(f"{settings}\n[automatic]\nenabled = true\nfrom_start = true\npause_s = 0.1\n", encoding="utf-8")
    return changed


@pytest.fixture(scope="module")
def people(stack: Stack) -> list[Client]:
    """Clients whose phone and e-mail the policy core has confirmed, and who hold a policy in force."""
    population = population_on(stack.options.seed, datetime.now(UTC).astimezone(MOSCOW).date())
    found = (population.client(client_isn(n)) for n in range(FIRST, FIRST + 400))
    return [
        each
        for each in found
        if each is not None
        and each.phone_confirmed
        and each.email_confirmed
        and any(policy.status == "ACTIVE" for policy in population.policies_of(each.isn))
    ]


@contextmanager
def follower(stack: Stack, settings: Path) -> Iterator[Child]:
    """Run one."""
    child = stack.run_gateway("follow", settings)
    try:
        yield child
    finally:
        stop_all([child], 5)


def conclude(stack: Stack, person: Client) -> None:
    """Let a client conclude a policy."""
    told = fetch("POST", f"{stack.systems['policy_core'].admin_url}/journal", {"client": person.isn})
    assert "policy" in told, told


def rows(stack: Stack, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Look at the gateway's database."""
    assert stack.database is not None
    with psycopg.connect(stack.database.address()) as connection:
        return connection.execute(query, values).fetchall()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def link_in(message: Any) -> str:
    """Return the token of the link in a message."""
    [link] = [line for line in message["text"].splitlines() if "/activate#" in line]
    token: str = link.rpartition("#")[2].strip()
    return token


def opened(stack: Stack, token: str) -> tuple[Registrant, Any]:
    """Open a link on a device of one's own."""
    device = Registrant(stack)
    payload = device.ask(OPEN, token=token)["openActivation"]
    if payload["progress"] is not None:
        device.token = payload["progress"]["token"]
    return device, payload


def home(device: Registrant, done: Any) -> str:
    """The name on the home screen of who has just chosen a password."""
    device.headers = {"authorization": f"Bearer {done['tokens']['accessToken']}"}
    shown = device.ask(HOME)["viewer"]
    assert shown["kind"] == "CLIENT"
    assert shown["client"]["policies"]["edges"]
    return str(shown["client"]["profile"]["name"]["full"])


def test_a_new_policy_brings_a_link_and_its_holder_only_chooses_a_password(
    stack: Stack, following: Path, people: list[Client]
) -> None:
    person = people[0]
    with follower(stack, following) as child:
        conclude(stack, person)
        message = Registrant(stack).message(person.email)
        child.signal(signal.SIGTERM)
        child.await_end(PATIENCE_S, lambda: None)

    device, payload = opened(stack, link_in(message))
    done = device.finish()

    assert (payload["progress"]["step"], payload["errors"]) == ("PASSWORD", [])
    assert (done["progress"]["step"], done["errors"]) == ("DONE", [])
    assert rows(stack, "SELECT origin FROM accounts WHERE client_isn = %s", person.isn) == [("AUTOMATIC",)]
    assert home(device, done) == Registrant(stack, Person("anybody", person.isn)).known()["profile"]["name"]["full"]
    query = "SELECT outcome FROM decisions WHERE client_isn = %s AND outcome <> 'NOT_NEW'"
    assert rows(stack, query, person.isn) == [("ACCEPTED",)]


def test_a_follower_killed_again_and_again_prepares_each_account_once(
    stack: Stack, following: Path, people: list[Client]
) -> None:
    dice = random.Random(1)
    crowd = people[1 : 1 + 3 * KILLS]
    for place in range(KILLS):
        with follower(stack, following) as child:
            for person in crowd[3 * place : 3 * place + 3]:
                conclude(stack, person)
            # A follower is ready after a second or so; some are killed before, some at it, some after.
            time.sleep(0.6 + dice.random() * 1.2)
            child.signal(signal.SIGKILL)
            child.process.wait()
    told = [each.isn for each in crowd]
    accepted = "SELECT client_isn FROM decisions WHERE outcome = 'ACCEPTED' AND client_isn = ANY(%s) ORDER BY 1"
    with follower(stack, following):
        wait_for(lambda: len(rows(stack, accepted, told)) >= len(crowd))

    assert rows(stack, accepted, told) == [(isn,) for isn in sorted(told)]
    links = "SELECT client_isn FROM registrations WHERE origin = 'AUTOMATIC' AND client_isn = ANY(%s) ORDER BY 1"
    assert rows(stack, links, told) == [(isn,) for isn in sorted(told)]
    sent = rows(stack, "SELECT count(*) FROM messages WHERE template = 'ACTIVATION'")
    assert sent == rows(stack, "SELECT count(*) FROM decisions WHERE outcome = 'ACCEPTED'")


def test_an_employee_prepares_and_the_client_finishes(stack: Stack, people: list[Client]) -> None:
    person = people[-1]
    employee = Registrant(stack, headers={"authorization": f"Bearer {stack.issuer.token(PEOPLE['employee'])}"})
    given = {"client": ids.encode("Client", person.isn), "phone": person.phone, "email": person.email}

    employee.ask(PREPARE, **given)
    first = Registrant(stack).message(person.email)
    prepared = employee.ask(PREPARE, **given)["prepareRegistration"]
    second = Registrant(stack).message(person.email, after=first["n"])
    _, void = opened(stack, link_in(first))
    device, payload = opened(stack, link_in(second))
    at_password = device.code(person.phone)
    done = device.finish()

    assert prepared["errors"] == []
    assert prepared["sentTo"] is not None
    assert link_in(second) not in str(prepared)
    assert [each["__typename"] for each in void["errors"]] == ["StepOver"]
    assert payload["progress"]["step"] == "PHONE_CODE"
    assert at_password["progress"]["step"] == "PASSWORD"
    assert done["errors"] == []
    assert rows(stack, "SELECT origin FROM accounts WHERE client_isn = %s", person.isn) == [("PREPARED",)]
    assert home(device, done) == Registrant(stack, Person("anybody", person.isn)).known()["profile"]["name"]["full"]
    again = employee.ask(PREPARE, **given)["prepareRegistration"]
    assert [each["__typename"] for each in again["errors"]] == ["AccountExists"]


def test_a_client_may_not_prepare(stack: Stack, people: list[Client]) -> None:
    bearer = f"Bearer {stack.issuer.token(Person('client', people[0].isn))}"
    headers = {"authorization": bearer, "content-type": "application/json"}
    given = {"client": ids.encode("Client", people[-2].isn), "phone": None, "email": "nobody@example.ru"}
    answer = fetch("POST", f"{stack.url}/graphql", {"query": PREPARE, "variables": given}, headers)
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
