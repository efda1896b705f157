"""A customer registers, signs in and out: through the real gateway, database, worker, SMS gateway and mail server."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dev.demo.stack import Stack
from dev.tokens import PEOPLE
from tests.e2e.asking import fetch
from tests.e2e.registering import PASSWORD, Registrant

HOME = "{ viewer { kind client { profile { name { full } } policies(first: 1) { edges { node { number } } } } } }"


def bearer(tokens: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['accessToken']}"}


@pytest.fixture(scope="module")
def registered(stack: Stack) -> tuple[Registrant, Any]:
    """The first client, from the picture code to tokens."""
    person = Registrant(stack)
    known = person.known()["profile"]
    phone, email = known["phone"]["value"], known["email"]["value"]

    steps = [person.start("P10033148", known["name"]["full"])]
    steps += [person.phone(phone), person.code(phone), person.email(email), person.code(email)]
    done = person.finish()

    assert [each["errors"] for each in (*steps, done)] == [[]] * 6
    assert [each["progress"]["step"] for each in steps] == ["PHONE", "PHONE_CODE", "EMAIL", "EMAIL_CODE", "PASSWORD"]
    assert done["progress"]["step"] == "DONE"
    return person, done["tokens"]


def test_from_the_picture_code_to_the_signed_in_home_screen(registered: tuple[Registrant, Any]) -> None:
    person, tokens = registered
    person.headers = bearer(tokens)
    home = person.ask(HOME)["viewer"]
    assert home["kind"] == "CLIENT"
    assert home["client"]["profile"] == {"name": person.known()["profile"]["name"]}


def test_the_account_is_told_of_by_mail(registered: tuple[Registrant, Any]) -> None:
    person, _ = registered
    email = person.known()["profile"]["email"]["value"]
    told = person.message(email, after=person.seen[email])
    assert not re.search(r"\d{6}", told["text"])


def test_a_client_with_an_account_cannot_register_another(registered: tuple[Registrant, Any], stack: Stack) -> None:
    again = Registrant(stack)
    known = again.known()["profile"]
    phone, email = known["phone"]["value"], known["email"]["value"]
    seen = registered[0].seen[email]
    again.start("P10033148", known["name"]["full"])
    again.phone(phone)
    again.code(phone, after=seen)
    again.email(email)
    again.code(email, after=seen)
    assert [each["__typename"] for each in again.finish()["errors"]] == ["AccountExists"]


def test_sign_in_by_phone_and_the_list_of_sessions(registered: tuple[Registrant, Any], stack: Stack) -> None:
    device = Registrant(stack, headers={"user-agent": "a second device"})
    phone = device.known()["profile"]["phone"]["value"]
    sign_in = "mutation($login: String!, $password: String!) { signIn(login: $login, password: $password) { %s } }"
    query = sign_in % "tokens { accessToken refreshToken } errors { __typename }"

    wrong = device.ask(query, login=phone, password="not the password")["signIn"]
    right = device.ask(query, login=phone, password=PASSWORD)["signIn"]
    device.headers |= bearer(right["tokens"])
    sessions = device.ask("{ sessions { id device isCurrent } }")["sessions"]

    assert (wrong["tokens"], wrong["errors"]) == (None, [{"__typename": "WrongSignIn"}])
    assert [(each["device"], each["isCurrent"]) for each in sessions if each["isCurrent"]] == [
        ("a second device", True)
    ]
    assert len(sessions) >= 2

    came = "tokens { refreshToken } errors { __typename }"
    refresh = f"mutation($token: String!) {{ refreshTokens(refreshToken: $token) {{ {came} }} }}"
    renewed = device.ask(refresh, token=right["tokens"]["refreshToken"])["refreshTokens"]
    stolen = device.ask(refresh, token=right["tokens"]["refreshToken"])["refreshTokens"]
    after = device.ask(refresh, token=renewed["tokens"]["refreshToken"])["refreshTokens"]
    assert renewed["errors"] == []
    assert stolen["errors"] == after["errors"] == [{"__typename": "WrongSignIn"}]


def test_a_phone_nobody_knows_costs_a_control_question(stack: Stack) -> None:
    person = Registrant(stack, PEOPLE["second_client"])
    known = person.known()
    email = known["profile"]["email"]["value"]
    typed = known["policies"]["edges"][0]["node"]["number"]
    person.start(typed, known["profile"]["name"]["full"])
    person.phone("+7 905 000-11-22")
    person.code("+79050001122")
    person.email(email)
    question = person.code(email)["progress"]
    assert question["step"] == "QUESTION"
    assert question["question"]["text"]
    assert person.answer("не помню")["errors"][0]["__typename"] in {"WrongAnswer", "CannotContinue"}


def test_an_unknown_policy_and_a_wrong_name_are_one_answer(stack: Stack) -> None:
    name = Registrant(stack).known()["profile"]["name"]["full"]
    answers = []
    for policy, given in (("P99999999", name), ("P10033148", "Неверный Человек Иванович")):
        for address in stack.systems.values():
            fetch("DELETE", f"{address.admin_url}/calls")
        payload = Registrant(stack).start(policy, given)
        calls = fetch("GET", f"{stack.systems['policy_core'].admin_url}/calls")["operations"]
        answers.append((payload, {operation: seen["calls"] for operation, seen in calls.items() if seen["calls"]}))
    assert answers[0] == answers[1]
    assert answers[0][0]["errors"][0]["__typename"] == "NotConfirmed"
