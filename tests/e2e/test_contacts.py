"""A customer changes phone and e-mail and gives consents: through gateway, database, worker and the policy core."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from dev.demo.stack import Stack
from dev.tokens import Person
from tests.e2e.asking import fetch
from tests.e2e.registering import PASSWORD, PATIENCE_S, Registrant

MOVING: Final = Person("client-who-moves", 2596516977)
"""Not one of the demo's people: what others read of them must stay."""

NEW_PHONE: Final = "+79050007788"
NEW_EMAIL: Final = "moved@example.ru"
CHANGE: Final = """mutation($key: String!, $contact: ContactInput!, $password: String!, $lost: Boolean) {
  changeContact(key: $key, contact: $contact, password: $password, oldIsLost: $lost) {
    change { id kind state acceptedAt expiresAt } sentTo
    errors { __typename ... on Problem { field message } ... on InvalidField { reason } } } }"""
CONFIRM: Final = """mutation($key: String!, $id: ID!, $new: String!, $old: String!) {
  confirmContactChange(key: $key, changeId: $id, newCode: $new, oldCode: $old) {
    change { id kind state acceptedAt }
    errors { __typename ... on Problem { field } ... on WrongCode { attemptsLeft } } } }"""
CHANGES: Final = "{ contactChanges { id kind state acceptedAt endedAt } }"
SIGN_IN: Final = """mutation($login: String!, $password: String!) {
  signIn(login: $login, password: $password) { tokens { accessToken } errors { __typename } } }"""
CONSENTS: Final = "consents { purpose textVersion givenAt revokedAt }"
GIVE: Final = f"""mutation($key: String!, $version: String!) {{
  giveConsent(key: $key, purpose: MARKETING, textVersion: $version) {{ {CONSENTS} errors {{ __typename }} }} }}"""
REVOKE: Final = f"""mutation($key: String!, $purpose: ConsentPurpose!) {{
  revokeConsent(key: $key, purpose: $purpose) {{ {CONSENTS}
    errors {{ __typename ... on ConsentNeeded {{ purpose message }} }} }} }}"""


@pytest.fixture(scope="module")
def person(stack: Stack) -> Registrant:
    """A customer who has just registered, and is signed in."""
    found = Registrant(stack, MOVING)
    known = found.known()
    profile = known["profile"]
    phone, email = profile["phone"]["value"], profile["email"]["value"]
    found.start(known["policies"]["edges"][0]["node"]["number"], profile["name"]["full"])
    found.phone(phone)
    found.code(phone)
    found.email(email)
    found.code(email)
    done = found.finish()
    assert done["errors"] == []
    found.headers = {"authorization": f"Bearer {done['tokens']['accessToken']}"}
    return found


@pytest.fixture
def core(stack: Stack) -> Iterator[str]:
    """Address of the policy core's switches; all are off in the end."""
    address = stack.systems["policy_core"].admin_url
    yield address
    fetch("DELETE", f"{address}/faults")


def change(person: Registrant, contact: dict[str, str], old: str, *, lost: bool | None = None) -> Any:
    """Begin, and enter what came to both ends."""
    (new,) = contact.values()
    begun = person.ask(CHANGE, key=f"begin {new}", contact=contact, password=PASSWORD, lost=lost)["changeContact"]
    assert begun["errors"] == []
    assert "***" in "".join(begun["sentTo"])
    codes = {"new": person.received(new), "old": person.received(old, after=person.seen.get(old, 0))}
    return person.ask(CONFIRM, key=f"confirm {new}", id=begun["change"]["id"], **codes)["confirmContactChange"]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def calls(core: str) -> int:
    """How often the core was told to write contacts."""
    seen = fetch("GET", f"{core}/calls")["operations"]
    return int(seen.get("UpdateContacts", {"calls": 0})["calls"])


def states(person: Registrant) -> list[str]:
    return [each["state"] for each in person.ask(CHANGES)["contactChanges"]]


def test_a_phone_changed_while_the_core_is_away_arrives_when_it_is_back(person: Registrant, core: str) -> None:
    old = person.known()["profile"]["phone"]["value"]
    away = fetch("PUT", f"{core}/faults", {"fault": "http_503", "operation": "UpdateContacts"})
    assert away["switches"]
    fetch("DELETE", f"{core}/calls")

    done = change(person, {"phone": NEW_PHONE}, old)

    assert (done["errors"], done["change"]["state"]) == ([], "WAITING")
    until(lambda: calls(core) >= 1)
    assert states(person) == ["WAITING"]
    assert person.ask(SIGN_IN, login=NEW_PHONE, password=PASSWORD)["signIn"]["errors"] == []
    assert person.ask(SIGN_IN, login=old, password=PASSWORD)["signIn"]["errors"] == [{"__typename": "WrongSignIn"}]
    assert "изменены" in person.message(old, after=person.seen[old])["text"]
    # Its owner reads what was written, though the core does not have it yet.
    assert person.known()["profile"]["phone"]["value"] == NEW_PHONE

    fetch("DELETE", f"{core}/faults")
    until(lambda: states(person) == ["DELIVERED"])
    assert person.known()["profile"]["phone"]["value"] == NEW_PHONE
    # A replica that lags does not show it yet.
    fetch("PUT", f"{core}/faults", {"fault": "stale_read", "operation": "GetClients"})
    assert person.known()["profile"]["phone"]["value"] == NEW_PHONE


def test_an_email_that_was_lost_is_changed_by_a_code_to_the_phone(person: Registrant, core: str) -> None:
    fetch("DELETE", f"{core}/calls")
    done = change(person, {"email": NEW_EMAIL}, NEW_PHONE, lost=True)
    assert done["errors"] == []
    until(lambda: states(person) == ["DELIVERED", "DELIVERED"])
    assert person.known()["profile"]["email"]["value"] == NEW_EMAIL
    assert calls(core) == 1


def test_a_wrong_password_and_the_same_contact_are_told(person: Registrant) -> None:
    wrong = person.ask(
        CHANGE, key="wrong password", contact={"phone": "+79050009900"}, password="not the password", lost=None
    )
    same = person.ask(
        CHANGE, key="the same contact", contact={"email": NEW_EMAIL.upper()}, password=PASSWORD, lost=None
    )
    told = {"__typename": "WrongSignIn", "field": "password", "message": "Неверный логин или пароль."}
    assert wrong["changeContact"] == {"change": None, "sentTo": None, "errors": [told]}
    told = same["changeContact"]["errors"][0]
    assert (told["__typename"], told["field"], told["reason"]) == ("InvalidField", "email", "UNCHANGED")


def test_consents_are_given_listed_and_taken_back(person: Registrant) -> None:
    person.ask(GIVE, key="consent 1", version="v1")
    given = person.ask(GIVE, key="consent 2", version="v1")["giveConsent"]
    assert [(each["purpose"], each["textVersion"]) for each in given["consents"]] == [
        ("MARKETING", "v1"),
        ("PERSONAL_DATA", "v1"),
    ]
    revoked = person.ask(REVOKE, key="consent 1", purpose="MARKETING")["revokeConsent"]
    assert revoked["errors"] == []
    needed = person.ask(REVOKE, key="consent 2", purpose="PERSONAL_DATA")["revokeConsent"]["errors"]
    assert [(each["__typename"], each["purpose"]) for each in needed] == [("ConsentNeeded", "PERSONAL_DATA")]
    # A late duplicate of the first: what was taken back since stays so.
    assert person.ask(GIVE, key="consent 1", version="v1")["giveConsent"]["errors"] == []
    other = person.ask(GIVE, key="consent 1", version="v2")["giveConsent"]["errors"]
    assert other == [{"__typename": "KeyReused"}]
    listed = person.ask(f"{{ {CONSENTS} }}")["consents"]
    assert [each["revokedAt"] is None for each in listed] == [False, True]


def test_strangers_are_told_to_sign_in(stack: Stack) -> None:
    for query in (CHANGES, f"{{ {CONSENTS} }}"):
        answer = fetch("POST", f"{stack.url}/graphql", {"query": query}, {"content-type": "application/json"})
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
