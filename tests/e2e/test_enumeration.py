"""Who has no account learns nothing: there or not there, the answer is the same, and so is the work it took.

Counted at the real processes: calls that came to the systems, statements that came to the database, in their order and
with their texts, hashes, messages, attempts that are counted.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from dev.demo.stack import Stack
from tests.e2e.asking import started
from tests.e2e.persistent import Persistent, people
from tests.e2e.recovering import types
from tests.e2e.work import Work, Working, counting_hashes

NOBODY = "nobody@example.org"
MANY = "10000 per 3600"
LIMITS = ("registration_address", "registration_policy", "picture_address", "code_address", "code_contact")
MORE_LIMITS = ("recovery_address", "recovery_account", "sign_in_address")
FEW = {"sign_in_account": "15 per 900"}


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Working]:
    hashes = tmp_path_factory.mktemp("counted") / "hashes"
    with counting_hashes(hashes), started({"throttle": FEW | dict.fromkeys((*LIMITS, *MORE_LIMITS), MANY)}) as stack:
        working = Working(stack, hashes)
        working.log_statements()
        yield working


@pytest.fixture
def stack(working: Working) -> Stack:
    return working.stack


@pytest.fixture(scope="module")
def owner(working: Working) -> Persistent:
    """Somebody with an account."""
    owner = next(people(working.stack))
    owner.go_on()
    owner.told()
    return owner


@dataclass
class Passer(Persistent):
    """Somebody who comes by, and what that costs."""

    working: Any = None

    def costs(self, take: Callable[..., Any], *given: Any) -> tuple[Any, Work]:
        """Return an answer without what is new in each, and the work."""
        answer, work = self.working.of(take, *given)
        progress = answer.get("progress")
        if progress is not None:
            assert len(progress.pop("token")) == len(self.token)
            progress["sentTo"] = progress["sentTo"] is not None
        return answer, work


@pytest.fixture
def passer(working: Working, owner: Persistent) -> Passer:
    passer = Passer(working.stack, profile=owner.profile, policy=owner.policy, working=working)
    passer.sign_in(NOBODY)  # Connections are made.
    return passer


def test_the_count_sees_what_is_done(passer: Passer, owner: Persistent) -> None:
    answer, work = passer.costs(passer.sign_in, owner.email_here)
    assert answer["errors"] == []
    assert work.hashes == ["verify"]
    assert any("INSERT INTO sessions" in each for each in work.statements)
    [(begun, work), *_] = steps_of(passer, owner.email_here)
    assert begun["progress"]["step"] == "EMAIL_CODE"
    assert work.messages == 1


def test_a_registration_begins_alike_with_an_unknown_policy_and_with_a_wrong_name(passer: Passer) -> None:
    name = passer.profile["name"]["full"]
    begun = [
        passer.costs(passer.begin, picture, policy, given)
        for picture, policy, given in (
            (passer.picture(), "P99999999", name),
            (passer.picture(), passer.policy, "Неверный Человек Иванович"),
            (passer.picture(), passer.policy, name),
        )
    ]
    unknown, wrong, right = begun
    assert unknown == wrong
    assert types(unknown[0]) == ["NotConfirmed"]
    assert unknown[1].statements == []
    assert right[1].calls == unknown[1].calls != {}


@pytest.mark.parametrize("kind", ["email_here", "phone_here"])
def test_signing_in_costs_the_same_with_and_without_an_account(passer: Passer, owner: Persistent, kind: str) -> None:
    nobody = {"email_here": NOBODY, "phone_here": "+79059999999"}[kind]
    there, not_there = (
        passer.costs(passer.sign_in, login, "не тот пароль") for login in (getattr(owner, kind), nobody)
    )
    assert there == not_there
    assert types(there[0]) == ["WrongSignIn"]
    assert there[1].hashes == ["verify"]
    assert sum("FROM accounts" in each for each in there[1].statements) == 1
    assert there[1].scripts == 3


def test_a_locked_account_is_as_good_as_none(passer: Passer, owner: Persistent, stack: Stack) -> None:
    set_up = "UPDATE accounts SET locked_at = {} WHERE email = %s"
    run(stack, set_up.format("now()"), owner.email_here)
    locked = passer.costs(passer.sign_in, owner.email_here)
    run(stack, set_up.format("NULL"), owner.email_here)
    assert locked == passer.costs(passer.sign_in, NOBODY)


@pytest.mark.parametrize("kind", ["email_here", "phone_here"])
def test_a_recovery_goes_alike_as_far_as_a_stranger_gets(passer: Passer, owner: Persistent, kind: str) -> None:
    nobody = {"email_here": NOBODY, "phone_here": "+79059999999"}[kind]
    there, not_there = (list(steps_of(passer, login)) for login in (getattr(owner, kind), nobody))
    assert there == not_there
    begun, again, wrong, *out_of_turn = there
    assert [begun[1].messages, again[1].messages, wrong[1].messages] == [1, 1, 0]
    assert types(wrong[0]) == ["WrongCode"]
    assert [types(each) for each, _ in out_of_turn] == [["StepOver"]] * 3
    assert all(work.hashes == [] and not any(work.calls.values()) for _, work in there)


def steps_of(passer: Passer, login: str) -> Iterator[tuple[Any, Work]]:
    """Begin a recovery, and try whatever one can try without the code."""
    given = {"login": login, **dict(zip(("pictureId", "pictureCode"), passer.picture(), strict=True))}
    declared = {"pictureId": "ID!", "pictureCode": "String!", "login": "String!"}
    yield passer.costs(lambda: passer._step("startRecovery", declared, **given))
    yield passer.costs(passer._step, "sendRecoveryCode", {"token": "String!"})
    yield passer.costs(passer.confirm, "не код")
    yield passer.costs(passer.lose_phone)
    yield passer.costs(passer.reply, "1984")
    yield passer.costs(passer.choose, "семь лиловых слонов")


def test_an_activation_link_that_has_expired_is_as_good_as_none(passer: Passer, stack: Stack) -> None:
    client = next(each for each in people(stack) if each.profile != passer.profile)
    email, isn = client.email_here, client.person.client_isn
    prepare = "mutation($client: ID!, $email: String!) { prepareRegistration(clientId: $client, email: $email)"
    global_id = client.as_(client.person, "{ viewer { client { id } } }")["viewer"]["client"]["id"]
    client.as_employee(f"{prepare} {{ sentTo errors {{ __typename }} }} }}", client=global_id, email=email)
    link = client.message(email)["text"].partition("/activate#")[2].split()[0]
    run(stack, "UPDATE registrations SET expires_at = now() WHERE client_isn = %s", isn)

    tokens = (link, secrets.token_urlsafe(32), "no token at all")
    expired, unknown, nonsense = (passer.costs(activate, passer, token) for token in tokens)

    assert expired == unknown == nonsense
    assert types(expired[0]) == ["StepOver"]


def activate(passer: Passer, token: str) -> Any:
    passer.token = token
    return passer._step("openActivation", {"token": "String!"})


def test_the_last_of_all_attempts_costs_the_same_too(passer: Passer, owner: Persistent) -> None:
    there, not_there = (
        next(each for each in attempts(passer, login) if types(each[0]) != ["WrongSignIn"])
        for login in (owner.email_here, "another.nobody@example.org")
    )
    assert there == not_there
    assert types(there[0]) == ["TryLater"]
    assert there[1].hashes == []
    assert there[1].messages == 1


def attempts(passer: Passer, login: str) -> Iterator[tuple[Any, Work]]:
    """Try to sign in with a wrong password, again and again."""
    while True:
        yield passer.costs(passer.sign_in, login, "не тот пароль")


def run(stack: Stack, statement: str, *given: Any) -> None:
    assert stack.database is not None
    with psycopg.connect(stack.database.address()) as connection:
        assert connection.execute(statement, given).rowcount == 1
