"""A forgotten password, a second step, another password and a lock: through the real gateway and what it stands on."""

from __future__ import annotations

from typing import Any

import pytest

from dev.demo.stack import Stack
from dev.tokens import PEOPLE
from tests.e2e.recovering import HELD, Recoverer, bearer, types
from tests.e2e.registering import PASSWORD

AFTER_LOSS = "восемь зелёных жирафов"
RECOVERED = "семь лиловых слонов"
CHANGE = "errors { __typename ... on InvalidField { field reason } } isDone"
REFRESH = "mutation($token: String!) { refreshTokens(refreshToken: $token) { errors { __typename } } }"


@pytest.fixture(scope="module")
def registered(stack: Stack) -> tuple[Recoverer, Any]:
    """The second client, with an account."""
    person = Recoverer(stack, PEOPLE["second_client"])
    return person, person.register()


def contacts(person: Recoverer) -> tuple[str, str]:
    profile = person.known()["profile"]
    return profile["phone"]["value"], profile["email"]["value"]


def test_the_second_step_is_switched_on_asked_for_and_switched_off(registered: tuple[Recoverer, Any]) -> None:
    person, tokens = registered
    phone, email = contacts(person)
    switch = (
        f"mutation($password: String!, $on: Boolean!) {{ setTwoStep(password: $password, isOn: $on) {{ {CHANGE} }} }}"
    )
    finish = (
        "mutation($challenge: String!, $code: String!) { signInWithCode(challenge: $challenge, code: $code) "
        "{ tokens { accessToken } errors { __typename } } }"
    )
    person.headers = bearer(tokens)
    refused = person.ask(switch, password="not the password", on=True)["setTwoStep"]
    assert (refused["isDone"], refused["errors"][0]["reason"]) == (False, "NOT_THE_PASSWORD")
    assert person.ask(switch, password=PASSWORD, on=True)["setTwoStep"] == {"errors": [], "isDone": True}
    person.headers = {}

    person.seen[phone] = person.newest(phone)
    wrong = person.sign_in(email, "not the password")
    first = person.sign_in(email)
    code = person.code_to(phone)
    done = person.ask(finish, challenge=first["challenge"]["token"], code=code)["signInWithCode"]
    again = person.ask(finish, challenge=first["challenge"]["token"], code=code)["signInWithCode"]

    assert (wrong["challenge"], wrong["tokens"], types(wrong)) == (None, None, ["WrongSignIn"])
    assert (first["tokens"], first["challenge"]["sentTo"][:2]) == (None, "+7")
    assert done["errors"] == []
    assert types(again) == ["StepOver"]
    person.headers = bearer(done["tokens"])
    assert person.ask(switch, password=PASSWORD, on=False)["setTwoStep"]["isDone"]
    person.headers = {}


def test_with_and_without_an_account_a_recovery_begins_alike_and_the_message_tells(
    registered: tuple[Recoverer, Any], stack: Stack
) -> None:
    person, _ = registered
    _, email = contacts(person)
    nobody = Recoverer(stack)
    answers = []
    for who, address in ((nobody, "nobody@example.ru"), (person, email)):
        who.seen[address] = who.newest(address)
        begun, wrong = who.recover(address), who.confirm("nothing")
        shown = [(each["progress"]["step"], each["errors"]) for each in (begun, wrong)]
        answers.append((shown, types(who.lose_phone())))
    assert answers[0] == answers[1]
    told = nobody.message("nobody@example.ru", nobody.seen["nobody@example.ru"])["text"]
    assert "кабинета с ним нет" in told
    assert "код" in person.message(email, person.seen[email])["text"]


def test_a_forgotten_password_is_replaced_by_both_codes_and_a_question(registered: tuple[Recoverer, Any]) -> None:
    person, tokens = registered
    phone, email = contacts(person)
    person.seen |= {address: person.newest(address) for address in (phone, email)}

    steps = [person.recover(email), person.confirm(person.code_to(email)), person.confirm(person.code_to(phone))]
    steps += [person.reply(person.answer_to(steps[-1]["progress"]["question"]))]
    done = person.choose(RECOVERED)

    assert [each["errors"] for each in (*steps, done)] == [[]] * 5
    assert [each["progress"]["step"] for each in steps] == ["EMAIL_CODE", "PHONE_CODE", "QUESTION", "PASSWORD"]
    assert done["progress"]["step"] == "DONE"
    person.message(email, person.seen[email])
    assert types(person.ask(REFRESH, token=tokens["refreshToken"])["refreshTokens"]) == ["WrongSignIn"]
    assert types(person.sign_in(email)) == ["WrongSignIn"]
    assert person.sign_in(email, RECOVERED)["errors"] == []


def test_the_owner_changes_the_password_and_other_devices_are_signed_out(registered: tuple[Recoverer, Any]) -> None:
    person, _ = registered
    phone, email = contacts(person)
    other, here = (person.sign_in(phone, RECOVERED)["tokens"] for _ in range(2))
    person.seen[email] = person.newest(email)
    change = (
        "mutation($old: String!, $new: String!) { changePassword(oldPassword: $old, newPassword: $new) "
        f"{{ {CHANGE} }} }}"
    )
    person.headers = bearer(here)
    done = person.ask(change, old=RECOVERED, new=PASSWORD)["changePassword"]
    person.headers = {}

    assert done == {"errors": [], "isDone": True}
    assert types(person.ask(REFRESH, token=other["refreshToken"])["refreshTokens"]) == ["WrongSignIn"]
    assert types(person.ask(REFRESH, token=here["refreshToken"])["refreshTokens"]) == []
    person.message(email, person.seen[email])


def test_an_employee_locks_the_account_and_opens_it_again(registered: tuple[Recoverer, Any]) -> None:
    person, _ = registered
    phone, email = contacts(person)
    tokens = person.sign_in(phone)["tokens"]
    client = person.as_(person.person, HELD)["viewer"]["client"]["id"]
    person.seen[email] = person.newest(email)
    lock = f'mutation($client: ID!) {{ lockAccount(clientId: $client, reason: "stolen") {{ {CHANGE} }} }}'
    unlock = f'mutation($client: ID!) {{ unlockAccount(clientId: $client, reason: "found") {{ {CHANGE} }} }}'

    assert person.as_employee(lock, client=client)["lockAccount"]["isDone"]
    closed = [person.sign_in(phone), person.ask(REFRESH, token=tokens["refreshToken"])["refreshTokens"]]
    told = person.message(email, person.seen[email])
    assert person.as_employee(unlock, client=client)["unlockAccount"]["isDone"]

    assert [types(each) for each in closed] == [["WrongSignIn"], ["WrongSignIn"]]
    assert "stolen" not in told["text"]
    assert person.sign_in(phone)["errors"] == []


def test_with_a_lost_phone_the_account_is_recovered_by_one_question_more(registered: tuple[Recoverer, Any]) -> None:
    person, _ = registered
    phone, email = contacts(person)
    person.seen |= {address: person.newest(address) for address in (phone, email)}

    person.recover(email)
    person.confirm(person.code_to(email))
    asked = [person.lose_phone()]
    asked += [person.reply(person.answer_to(asked[-1]["progress"]["question"]))]
    asked += [person.reply(person.answer_to(asked[-1]["progress"]["question"]))]
    done = person.choose(AFTER_LOSS)

    assert [each["progress"]["step"] for each in asked] == ["QUESTION", "QUESTION", "PASSWORD"]
    assert (done["progress"]["step"], done["errors"]) == ("DONE", [])
    assert person.sign_in(email, AFTER_LOSS)["errors"] == []
