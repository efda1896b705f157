"""A good token is verified once a minute at most, and a bad one each time."""

from __future__ import annotations

from collections import Counter

import pytest

from domain import models
from domain.viewer import Viewer, ViewerKind
from gateway.access import remembered
from gateway.access.errors import TokenExpired, TokenInvalid
from gateway.access.remembered import KEPT_S, RememberedTokens
from gateway.access.tokens import Tokens, Verified
from tests.fakes.clock import StillClock

EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, "employee-1")
LONG_S = 3600.0


def client(number: int) -> Viewer:
    return Viewer(ViewerKind.CLIENT, f"client-{number}", models.Isn(number))


class CountedTokens(Tokens):
    """Knows some tokens, each good for so long from now, and counts how often each is verified."""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.verifications: Counter[str] = Counter()
        self.good: dict[str, Verified] = {}

    def issue(self, token: str, viewer: Viewer, *, for_s: float = LONG_S) -> None:
        self.good[token] = Verified(viewer, self.clock.now().timestamp() + for_s)

    def verified(self, token: str) -> Verified:
        self.verifications[token] += 1
        if token not in self.good:
            raise TokenInvalid("bad_signature")
        if self.good[token].until_s <= self.clock.now().timestamp():
            raise TokenExpired
        return self.good[token]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def issued(clock: StillClock) -> CountedTokens:
    return CountedTokens(clock)


@pytest.fixture
def tokens(issued: CountedTokens, clock: StillClock) -> RememberedTokens:
    return RememberedTokens(issued, clock)


def test_a_token_is_verified_once_while_it_is_good(
    tokens: RememberedTokens, issued: CountedTokens, clock: StillClock
) -> None:
    issued.issue("token", EMPLOYEE)
    assert [tokens.viewer("token") for _ in range(3)] == [EMPLOYEE] * 3
    clock.advance(KEPT_S - 1)
    assert tokens.viewer("token") == EMPLOYEE
    assert issued.verifications["token"] == 1


def test_after_a_minute_it_is_verified_again(
    tokens: RememberedTokens, issued: CountedTokens, clock: StillClock
) -> None:
    issued.issue("token", EMPLOYEE)
    for _ in range(3):
        tokens.viewer("token")
        clock.advance(KEPT_S)
    assert issued.verifications["token"] == 3


def test_what_the_minute_brings_to_light_counts(
    tokens: RememberedTokens, issued: CountedTokens, clock: StillClock
) -> None:
    issued.issue("token", EMPLOYEE)
    tokens.viewer("token")
    issued.good.clear()  # as when the issuer's key was taken away
    clock.advance(KEPT_S - 1)
    assert tokens.viewer("token") == EMPLOYEE
    clock.advance(1)
    with pytest.raises(TokenInvalid):
        tokens.viewer("token")


def test_a_token_is_believed_to_its_end_and_no_longer(
    tokens: RememberedTokens, issued: CountedTokens, clock: StillClock
) -> None:
    issued.issue("token", EMPLOYEE, for_s=10)
    tokens.viewer("token")
    clock.advance(9.5)
    assert tokens.viewer("token") == EMPLOYEE
    clock.advance(0.5)
    with pytest.raises(TokenExpired):
        tokens.viewer("token")


def test_what_is_refused_is_looked_at_each_time_and_takes_no_room(
    tokens: RememberedTokens, issued: CountedTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST", 1)
    issued.issue("good", EMPLOYEE)
    tokens.viewer("good")
    for _ in range(3):
        with pytest.raises(TokenInvalid):
            tokens.viewer("forged")
    tokens.viewer("good")
    assert issued.verifications == {"good": 1, "forged": 3}


def test_a_token_that_was_refused_may_become_good(tokens: RememberedTokens, issued: CountedTokens) -> None:
    with pytest.raises(TokenInvalid):
        tokens.viewer("early")
    issued.issue("early", EMPLOYEE)
    assert tokens.viewer("early") == EMPLOYEE


def test_who_was_verified_longest_ago_is_forgotten_first(
    tokens: RememberedTokens, issued: CountedTokens, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    for number in (1, 2, 3):
        issued.issue(f"token-{number}", client(number))
    tokens.viewer("token-1")
    clock.advance(KEPT_S / 2)
    tokens.viewer("token-2")
    clock.advance(KEPT_S / 2)
    tokens.viewer("token-1")  # verified anew, so it is token-2's turn to go, though still good
    tokens.viewer("token-3")
    for number in (3, 1, 2):
        assert tokens.viewer(f"token-{number}") == client(number)
    assert issued.verifications == {"token-1": 2, "token-2": 2, "token-3": 1}


def test_another_token_of_the_same_person_is_verified_for_itself(
    tokens: RememberedTokens, issued: CountedTokens, clock: StillClock
) -> None:
    issued.issue("short", EMPLOYEE, for_s=10)
    issued.issue("long", EMPLOYEE)
    assert tokens.viewer("short") == tokens.viewer("long") == EMPLOYEE
    assert issued.verifications == {"short": 1, "long": 1}
    clock.advance(10)
    assert tokens.viewer("long") == EMPLOYEE
    with pytest.raises(TokenExpired):
        tokens.viewer("short")


def test_tokens_themselves_are_not_kept(tokens: RememberedTokens, issued: CountedTokens) -> None:
    issued.issue("a token that must not be found in memory", EMPLOYEE)
    tokens.viewer("a token that must not be found in memory")
    assert "found in memory" not in repr(vars(tokens)["_known"])
