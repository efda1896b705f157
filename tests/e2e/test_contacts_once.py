"""A change of a contact is asked for twice, over HTTP: by who lost the answer, at once, and with another input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.paying import Payer, until
from tests.e2e.registering import PASSWORD, Registrant
from tests.e2e.test_contacts import CHANGE, CHANGES, CONFIRM

TWICE: Final = Person("client-who-asks-twice", 2596519940)
NEIGHBOUR: Final = Person("client-beside-who-asks-twice", 2596519917)
PHONE: Final = "+79050006611"
OTHER_PHONE: Final = "+79050006622"
DUPLICATES: Final = 3
"""Each may count as a code that is sent, of which an address gets few."""
OVER: Final = ["StepOver"]


@pytest.fixture(scope="module")
def person(stack: Stack) -> Registrant:
    """A customer who has just registered, and is signed in."""
    return Payer.registered(stack, TWICE).person


def begin(person: Registrant, key: str, phone: str = PHONE, password: str = PASSWORD) -> Any:
    return person.ask(CHANGE, key=key, contact={"phone": phone}, password=password, lost=None)["changeContact"]


def confirm(person: Registrant, key: str, id_: str, new: str, old: str) -> Any:
    return person.ask(CONFIRM, key=key, id=id_, new=new, old=old)["confirmContactChange"]


def names(problems: list[Any]) -> list[str]:
    return [each["__typename"] for each in problems]


def sent(stack: Stack, address: str) -> int:
    """How many messages came to an address."""
    assert stack.messages is not None
    return len(fetch("GET", f"{stack.messages.url}/messages.json?address={address.replace('+', '%2B')}")["messages"])


def test_duplicates_at_once_and_later_are_one_change_with_one_code_to_each_end(
    person: Registrant, stack: Stack
) -> None:
    old = person.known()["profile"]["phone"]["value"]
    before = person.seen[old]
    with ThreadPoolExecutor(DUPLICATES) as threads:
        answers = list(threads.map(lambda _: begin(person, "key of begin"), range(DUPLICATES)))
    [change] = {str(each["change"]) for each in answers}
    assert [each["errors"] for each in answers] == [[]] * DUPLICATES
    id_ = answers[0]["change"]["id"]

    codes = {"new": person.received(PHONE), "old": person.received(old, after=before)}
    # The answer was lost. Who asks again proves nothing by a password, and is asked for none.
    for password in (PASSWORD, "not the password"):
        again = begin(person, "key of begin", password=password)
        assert (str(again["change"]), again["errors"]) == (change, [])
    other = begin(person, "key of begin", OTHER_PHONE)
    assert names(other["errors"]) == ["KeyReused"]
    assert person.ask(CHANGES)["contactChanges"] == []

    with ThreadPoolExecutor(DUPLICATES) as threads:
        done = list(threads.map(lambda _: confirm(person, "key of codes", id_, **codes), range(DUPLICATES)))
    assert [(each["errors"], each["change"]["id"]) for each in done] == [([], id_)] * DUPLICATES
    until(lambda: [each["state"] for each in person.ask(CHANGES)["contactChanges"]] == ["DELIVERED"])
    # Both keys show it as it is by now, whatever codes come with them.
    assert confirm(person, "key of codes", id_, "", "")["change"]["state"] == "DELIVERED"
    shown = begin(person, "key of begin")
    assert (shown["change"]["id"], shown["change"]["state"], shown["sentTo"]) == (id_, "DELIVERED", None)
    assert "изменены" in person.message(old, after=person.seen[old])["text"]
    assert (sent(stack, PHONE), sent(stack, OTHER_PHONE)) == (1, 0)


def test_a_new_key_sends_new_codes_and_ends_the_change_of_the_one_before(person: Registrant) -> None:
    first = begin(person, "first of two", OTHER_PHONE)
    codes = {"new": person.received(OTHER_PHONE), "old": person.received(PHONE, after=person.seen[PHONE])}
    second = begin(person, "second of two", OTHER_PHONE)
    assert second["change"]["id"] != first["change"]["id"]
    assert names(begin(person, "first of two", OTHER_PHONE)["errors"]) == OVER
    assert names(confirm(person, "old codes", first["change"]["id"], **codes)["errors"]) == OVER
    newer = {
        name: person.received(each, after=person.seen[each]) for name, each in (("new", OTHER_PHONE), ("old", PHONE))
    }
    # The key with which codes were refused is as good as new.
    assert confirm(person, "old codes", second["change"]["id"], **newer)["errors"] == []
    until(lambda: {each["state"] for each in person.ask(CHANGES)["contactChanges"]} == {"DELIVERED"})


def test_somebody_elses_change_is_as_one_that_was_never_begun(person: Registrant, stack: Stack) -> None:
    neighbour = Payer.registered(stack, NEIGHBOUR).person
    begun = begin(person, "to be kept from others", "+79050006644")
    accepted = person.ask(CHANGES)["contactChanges"][0]["id"]
    for id_ in (begun["change"]["id"], accepted, "no-id"):
        refused = confirm(neighbour, "to be kept from others", id_, "1", "2")
        assert (refused["change"], names(refused["errors"])) == (None, OVER)
    # The same key is another wish of theirs.
    theirs = begin(neighbour, "to be kept from others", "+79050006633")
    assert theirs["errors"] == []
    assert theirs["change"]["id"] != begun["change"]["id"]
