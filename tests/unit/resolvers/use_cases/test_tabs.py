"""Tabs of one browser that use its refresh token at once, and thieves who come as late as a tab might."""

from __future__ import annotations

import pytest

from domain.accounts.models import EndReason
from domain.accounts.ports import Issued
from domain.accounts.problems import WrongSignIn
from resolvers import accounts
from tests.fakes.accounts import LIFETIMES
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, Registrant, problem_of
from tests.unit.resolvers.use_cases.test_sign_in import registered

TABS_S = LIFETIMES.again.total_seconds()


async def signed_in(olga: Registrant) -> str:
    """Sign in, and return the refresh token."""
    done = await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert done.issued is not None
    return done.issued.refresh_token


async def by_cookie(olga: Registrant, token: str) -> Issued | None:
    """Refresh as a tab does, with a token that was in the cookie when it began."""
    olga.visitor.refresh_cookie = token
    return (await accounts.refresh(olga.context())).issued


def reason(olga: Registrant) -> EndReason | None:
    """Why the last session ended, if it did."""
    return list(olga.kept.rows.sessions.values())[-1].end_reason


async def test_tabs_that_refresh_at_once_get_the_same_token_and_go_on_with_it() -> None:
    olga = await registered()
    token = await signed_in(olga)
    first = await by_cookie(olga, token)
    olga.clock.advance(TABS_S - 1)
    second, third = [await by_cookie(olga, token) for _ in range(2)]

    assert first is not None
    assert first == second == third
    assert olga.visitor.forgotten == 0
    assert await by_cookie(olga, first.refresh_token) is not None
    assert len([each for each in olga.kept.rows.tokens.values() if each.session == first.session]) == 3


async def test_after_a_moment_it_is_a_theft() -> None:
    olga = await registered()
    token = await signed_in(olga)
    first = await by_cookie(olga, token)
    olga.clock.advance(TABS_S)
    assert await by_cookie(olga, token) is None
    assert reason(olga) is EndReason.REUSED_TOKEN
    assert first is not None
    assert await by_cookie(olga, first.refresh_token) is None


async def test_as_soon_as_the_next_token_was_used_it_is_a_theft() -> None:
    olga = await registered()
    token = await signed_in(olga)
    first = await by_cookie(olga, token)
    assert first is not None
    second = await by_cookie(olga, first.refresh_token)
    assert second is not None
    assert await by_cookie(olga, token) is None
    assert reason(olga) is EndReason.REUSED_TOKEN
    assert await by_cookie(olga, second.refresh_token) is None


async def test_whose_token_is_in_no_cookie_has_no_tabs_so_that_a_second_use_is_a_theft_at_once() -> None:
    olga = await registered()
    token = await signed_in(olga)
    olga.visitor.refresh_cookie = "another"
    assert (await accounts.refresh(olga.context(), token)).issued is not None
    assert problem_of(await accounts.refresh(olga.context(), token)) == WrongSignIn()
    assert reason(olga) is EndReason.REUSED_TOKEN


async def test_a_token_that_was_not_given_in_a_cookie_has_no_tabs_whoever_puts_it_into_one() -> None:
    olga = await registered()
    token = await signed_in(olga)
    assert (await accounts.refresh(olga.context(), token)).issued is not None
    olga.visitor.is_refresh_cookie_ours = False
    assert await by_cookie(olga, token) is None
    assert reason(olga) is EndReason.REUSED_TOKEN


@pytest.mark.parametrize("ended", ["signed out", "locked"])
async def test_a_session_that_ended_meanwhile_is_over_for_every_tab(ended: str) -> None:
    olga = await registered()
    token = await signed_in(olga)
    first = await by_cookie(olga, token)
    assert first is not None
    if ended == "locked":
        [account] = olga.kept.rows.accounts.values()
        object.__setattr__(account, "locked_at", olga.clock.now())
    else:
        await olga_signs_out(olga, first)
    assert await by_cookie(olga, token) is None


async def olga_signs_out(olga: Registrant, issued: Issued) -> None:
    """Sign out in the tab that was first."""
    olga.visitor.refresh_cookie = issued.refresh_token
    await accounts.sign_out(olga.context())
