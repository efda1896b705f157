"""What strangers try over HTTP: attempts in aliases and through another replica, cookies planted before a sign-in."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from dev.demo.stack import READY_WITHIN_S, Stack, free_port, is_ready
from dev.processes import Child, stop_all
from tests.e2e.asking import post, started
from tests.e2e.persistent import Persistent, people
from tests.e2e.recovering import types
from tests.e2e.registering import PASSWORD

MOST: Final = 6
LIMITS: Final = {"sign_in_account": f"{MOST} per 3600", "sign_in_address": "10000 per 3600"}
SIGN_IN: Final = "signIn(login: $login, password: $password) { tokens { accessToken } errors { __typename } }"
OWN_PAGE: Final = {
    "content-type": "application/json",
    "x-requested-by": "planted as well, and of no account",
    "sec-fetch-site": "same-origin",
}
WHO: Final = "{ viewer { client { profile { name { full } } } } }"


@dataclass(frozen=True, slots=True)
class Replicas:
    """Two gateways over one database and one Redis."""

    stack: Stack
    urls: tuple[str, str]


@pytest.fixture(scope="module")
def replicas() -> Iterator[Replicas]:
    with started({"throttle": LIMITS, "redis": {"timeout_s": 5.0}}) as stack:
        port = free_port()
        line = [sys.executable, "-m", "gateway", "serve", "--config", str(stack.folder / "gateway.toml")]
        second = Child.start("second", line, stack.folder / "second.log", {"GATEWAY_SERVER_PORT": str(port)})
        try:
            second.await_sign(lambda: is_ready(port) or None, READY_WITHIN_S, stack.check)
            yield Replicas(stack, (stack.url, f"http://127.0.0.1:{port}"))
        finally:
            stop_all([second], 3.0)


@pytest.fixture(scope="module")
def registered(replicas: Replicas) -> list[Persistent]:
    """Two people with accounts."""
    two = list(islice(people(replicas.stack), 2))
    for each in two:
        each.go_on()
    return two


def tried(url: str, login: str, times: int = 1, password: str = "not the password") -> list[str]:  # noqa: S107
    """Sign in so many times in one operation, by aliases; return what came of each."""
    aliases = " ".join(f"a{number}: {SIGN_IN}" for number in range(times))
    query = f"mutation($login: String!, $password: String!) {{ {aliases} }}"
    status, answer = post(f"{url}/graphql", {"query": query, "variables": {"login": login, "password": password}}, {})
    assert (status, "errors" in answer) == (200, False), answer
    return [name for each in answer["data"].values() for name in types(each)]


def test_as_many_aliases_are_as_many_attempts(replicas: Replicas) -> None:
    url, login = replicas.urls[0], "aliases@example.org"
    assert tried(url, login, MOST + 3) == ["WrongSignIn"] * MOST + ["TryLater"] * 3
    assert tried(url, login) == ["TryLater"]


def test_another_replica_counts_the_same_attempts(replicas: Replicas) -> None:
    (one, other), login = replicas.urls, "replicas@example.org"
    for number in range(MOST):
        assert tried(replicas.urls[number % 2], login) == ["WrongSignIn"], number
    assert (tried(one, login), tried(other, login)) == (["TryLater"], ["TryLater"])


def test_aliases_through_one_replica_leave_nothing_for_the_other(replicas: Replicas) -> None:
    (one, other), login = replicas.urls, "both@example.org"
    assert tried(one, login, MOST - 1) == ["WrongSignIn"] * (MOST - 1)
    assert tried(other, login, 3) == ["WrongSignIn", "TryLater", "TryLater"]


def test_a_batch_is_refused_and_none_of_it_is_tried(replicas: Replicas) -> None:
    url, login = replicas.urls[0], "batch@example.org"
    one = {
        "query": f"mutation($login: String!, $password: String!) {{ {SIGN_IN} }}",
        "variables": {"login": login, "password": "not the password"},
    }
    status, answer = post(f"{url}/graphql", [one] * (MOST + 1), {})
    assert (status, answer["errors"][0]["extensions"]["code"]) == (400, "BATCHING_NOT_SUPPORTED")
    assert tried(url, login, MOST) == ["WrongSignIn"] * MOST


@dataclass
class Browser:
    """A browser on a page of ours, with what its cookies hold."""

    url: str
    cookies: dict[str, str]

    def ask(self, query: str, **variables: Any) -> Any:
        """Run an operation, and keep the cookies that come; a lost sign-in takes them away."""
        address = urlsplit(self.url)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = json.dumps({"query": query, "variables": variables})
        with closing(http.client.HTTPConnection(address.netloc, timeout=60)) as connection:
            connection.request("POST", "/graphql", body, {**OWN_PAGE, **({"cookie": cookie} if cookie else {})})
            answer = connection.getresponse()
            given = SimpleCookie("; ".join(answer.headers.get_all("set-cookie", [])))
            self.cookies |= {name: each.value for name, each in given.items()}
            return json.loads(answer.read())["data"]

    def sign_in(self, login: str) -> list[str]:
        """Return the problems."""
        query = f"mutation($login: String!, $password: String!) {{ {SIGN_IN} }}"
        return types(self.ask(query, login=login, password=PASSWORD)["signIn"])

    def refresh(self) -> list[str]:
        """Return the problems."""
        return types(self.ask("mutation { refreshTokens { errors { __typename } } }")["refreshTokens"])

    @property
    def name(self) -> str | None:
        """Who is signed in."""
        viewer = self.ask(WHO)["viewer"]
        return None if viewer is None else str(viewer["client"]["profile"]["name"]["full"])


def test_cookies_that_were_planted_before_a_sign_in_are_not_those_after_it(
    replicas: Replicas, registered: list[Persistent]
) -> None:
    attacker, owner = registered
    names = [each.profile["name"]["full"] for each in (attacker, owner)]
    planted = {
        "gateway-access": attacker.tokens["accessToken"],
        "gateway-refresh": attacker.tokens["refreshToken"],
    }
    theirs, victim = Browser(replicas.urls[0], dict(planted)), Browser(replicas.urls[1], dict(planted))
    assert victim.name == names[0]

    assert victim.sign_in(owner.email_here) == []

    assert victim.name == names[1]
    assert not set(victim.cookies.values()) & set(planted.values())
    assert (theirs.name, theirs.refresh(), theirs.name) == (names[0], [], names[0])
    assert (victim.refresh(), victim.name) == ([], names[1])


def test_a_refresh_cookie_that_was_made_up_is_none_after_the_sign_in_either(
    replicas: Replicas, registered: list[Persistent]
) -> None:
    _, owner = registered
    made_up = {"gateway-refresh": "A" * 43}
    victim, theirs = Browser(replicas.urls[0], dict(made_up)), Browser(replicas.urls[0], dict(made_up))
    assert victim.sign_in(owner.email_here) == []
    assert victim.cookies["gateway-refresh"] != "A" * 43
    assert (theirs.refresh(), theirs.name) == (["WrongSignIn"], None)
    assert theirs.cookies["gateway-refresh"] == ""
