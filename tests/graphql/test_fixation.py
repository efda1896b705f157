"""A sign-in is always another session with other tokens, whatever was brought along: what was planted leads nowhere.

There is no other state of a browser before it is signed in that could be planted: the header that shows that a page of
ours asks has no value that counts.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Final

import pytest
from graphql import get_named_type

from domain.accounts.models import SessionId
from domain.viewer import Viewer
from tests.fakes.accounts import FakeVisitor
from tests.graphql.accounts import STRANGER, VICTIM, Town
from tests.graphql.test_strangers_commands import EXECUTION, MUTATIONS, operation, problems, run, values

SIGNING_IN: Final = {
    name for name, each in MUTATIONS.items() if "tokens" in getattr(get_named_type(each.type), "fields", {})
}
"""Mutations in whose answer tokens may be."""

ENDS_IN_A_SESSION: Final = ("signIn", "signInWithCode", "finishRegistration", "finishRecovery")
OWN: Final = STRANGER
ATTACKER: Final = VICTIM
"""Who has planted something of their own in somebody else's browser."""

PLANTED: Final = {
    "nothing": (None, None),
    "a token that was made up": ("a token that was made up", None),
    "a refresh token": (ATTACKER.token_of("refreshTokens"), None),
    "an access token": (None, ATTACKER.viewer),
    "both": (ATTACKER.token_of("refreshTokens"), ATTACKER.viewer),
    "what was left of one's own": (OWN.token_of("refreshTokens"), OWN.viewer),
}


async def signed_in(town: Town, name: str, planted: str | None, viewer: Viewer | None) -> FakeVisitor:
    """Sign in from a browser with something planted in it."""
    visitor = FakeVisitor(refresh_cookie=planted, by_cookie=True)
    ctx = replace(town.context(viewer), visit=visitor)
    result = await EXECUTION.run(operation(name), values(OWN)[name], context=ctx)
    assert not result.errors
    return visitor


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("name", ENDS_IN_A_SESSION)
async def test_a_sign_in_is_a_new_session_of_its_owner_with_tokens_that_nobody_had(name: str, what: str) -> None:
    town, (planted, viewer) = Town(), PLANTED[what]
    kept = town.kept.rows
    sessions, tokens = copy.deepcopy(kept.sessions), copy.deepcopy(kept.tokens)

    [issued] = (await signed_in(town, name, planted, viewer)).given

    assert issued.session not in sessions
    owner = kept.accounts[kept.sessions[issued.session].account]
    assert owner.client_isn in {OWN.isn, OWN.registering}
    assert issued.refresh_token != planted
    assert town.kept.hash(issued.refresh_token) not in tokens
    assert str(issued.session) in issued.access_token
    # What was planted is what it was: a session of who planted it, or none at all.
    theirs = SessionId(ATTACKER.account)
    assert kept.sessions[theirs] == sessions[theirs]
    assert {hash_: each for hash_, each in kept.tokens.items() if each.session == theirs} == {
        hash_: each for hash_, each in tokens.items() if each.session == theirs
    }


@pytest.mark.parametrize("name", ENDS_IN_A_SESSION)
async def test_a_token_that_was_made_up_beforehand_is_not_good_after_the_sign_in(name: str) -> None:
    town = Town()
    await signed_in(town, name, "a token that was made up", None)
    before = len(town.kept.rows.sessions)
    answer = await run(town, None, "refreshTokens", {"refreshToken": "a token that was made up"})
    assert problems(answer) == ["WrongSignIn"]
    assert len(town.kept.rows.sessions) == before


async def test_who_planted_their_own_token_stays_in_their_own_account() -> None:
    town = Town()
    planted = ATTACKER.token_of("refreshTokens")
    await signed_in(town, "signIn", planted, None)
    visitor = FakeVisitor()
    ctx = replace(town.context(None), visit=visitor)
    await EXECUTION.run(operation("refreshTokens"), {"refreshToken": planted}, context=ctx)
    [issued] = visitor.given
    assert town.kept.rows.sessions[issued.session].account == ATTACKER.account


@pytest.mark.parametrize("name", sorted(SIGNING_IN - {*ENDS_IN_A_SESSION, "refreshTokens"}))
async def test_no_step_before_the_last_gives_tokens(name: str) -> None:
    town = Town()
    sessions = copy.deepcopy(town.kept.rows.sessions)
    visitor = await signed_in(town, name, ATTACKER.token_of("refreshTokens"), None)
    assert (visitor.given, town.kept.rows.sessions) == ([], sessions)
