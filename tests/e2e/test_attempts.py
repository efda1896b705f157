"""Attempts count wherever they are made: in aliases of one operation, in a browser, and through another replica."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from dev.demo.stack import READY_WITHIN_S, Stack, free_port, is_ready
from dev.processes import Child, stop_all
from tests.e2e.asking import post, started
from tests.e2e.recovering import types

MOST: Final = 6
LIMITS: Final = {"sign_in_account": f"{MOST} per 3600", "sign_in_address": "10000 per 3600"}
SIGN_IN: Final = "signIn(login: $login, password: $password) { tokens { accessToken } errors { __typename } }"
OWN_PAGE: Final = {"x-requested-by": "a test", "sec-fetch-site": "same-origin"}


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
