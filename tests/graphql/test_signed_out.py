"""Whoever is signed out does nothing any more, whatever their access token is still good for.

Mutations that are for who is signed in come from the schema, and each session ends by a mutation of its own: with the
token that was had before, nothing is written, no attempt is counted, and no system is asked.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

import pytest

from domain.accounts.models import AccountId, EndReason, Session, SessionId
from domain.errors import SignInRequired
from domain.viewer import Viewer
from gateway.access.needs import DEFINITION
from schema.access import Authenticated
from tests.fakes.clock import NOW
from tests.graphql.accounts import STRANGER, Town
from tests.graphql.test_strangers_commands import EMPLOYEE, EXECUTION, MUTATIONS, operation, problems, run, values

WHO: Final = STRANGER
SESSION: Final = SessionId(WHO.account)
ELSEWHERE: Final = SessionId(UUID(int=5))
"""Another session of the same account."""

OF_OWNERS: Final = sorted(
    name
    for name, each in MUTATIONS.items()
    if any(isinstance(said, Authenticated) for said in each.extensions[DEFINITION].directives)
)
"""Mutations that are for who is signed in."""

Ending = Callable[[Town], Awaitable[None]]


async def done(town: Town, viewer: Viewer | None, name: str, **given: Any) -> None:
    """Run a mutation that must get through."""
    assert problems(await run(town, viewer, name, given)) == []


def elsewhere(town: Town) -> Viewer:
    """Begin another session of the account."""
    town.kept.rows.sessions[ELSEWHERE] = Session(
        ELSEWHERE, WHO.account, "another device", NOW, NOW, NOW + timedelta(days=1)
    )
    return replace(WHO.viewer, session=str(ELSEWHERE))


async def signed_out(town: Town) -> None:
    await done(town, WHO.viewer, "signOut")


async def ended_elsewhere(town: Town) -> None:
    await done(town, elsewhere(town), "endSession", id=str(WHO.account))


async def password_changed_elsewhere(town: Town) -> None:
    await done(town, elsewhere(town), "changePassword", **values(WHO)["changePassword"])


async def recovered(town: Town) -> None:
    await done(town, None, "finishRecovery", **values(WHO)["finishRecovery"])


async def token_used_twice(town: Town) -> None:
    token = WHO.token_of("refreshTokens")
    await done(town, None, "refreshTokens", refreshToken=token)
    again = await run(town, None, "refreshTokens", {"refreshToken": token})
    assert problems(again) == ["WrongSignIn"]


async def locked(town: Town) -> None:
    await done(town, EMPLOYEE, "lockAccount", **values(WHO)["lockAccount"])


async def locked_and_opened_again(town: Town) -> None:
    await locked(town)
    await done(town, EMPLOYEE, "unlockAccount", clientId=WHO.known["clientId"], reason="телефон найден")


async def over(town: Town) -> None:
    town.kept.rows.sessions[SESSION] = replace(town.kept.rows.sessions[SESSION], expires_at=NOW)


async def gone(town: Town) -> None:
    del town.kept.rows.sessions[SESSION]


async def nobodys(town: Town) -> None:
    del town.kept.rows.accounts[WHO.account]


ENDINGS: Final[tuple[Ending, ...]] = (
    signed_out,
    ended_elsewhere,
    password_changed_elsewhere,
    recovered,
    token_used_twice,
    locked,
    locked_and_opened_again,
    over,
    gone,
    nobodys,
)


def everything(town: Town) -> Mapping[str, Any]:
    """What is kept, what was counted, and what was asked of anybody."""
    return copy.deepcopy(
        {
            "rows": vars(town.kept.rows),
            "attempts": town.kept.takes,
            "hashes": town.kept.hashes,
            "reads": town.reads.calls,
            "acquirer": town.acquirer.asked,
            "quotes": town.renewing.asked,
        }
    )


async def nothing_comes_of(town: Town, viewer: Viewer, name: str) -> None:
    """Run a mutation, and look that it was refused, and that nothing else happened."""
    before = everything(town)
    result = await EXECUTION.run(operation(name), values(WHO)[name], context=town.context(viewer))
    assert [type(each.original_error) for each in result.errors or ()] == [SignInRequired]
    assert result.data is None
    assert everything(town) == before


def but_reads(town: Town) -> Mapping[str, Any]:
    """What was done: in a session that ends meanwhile it may still be shown, and be noted as shown."""
    done = {name: each for name, each in everything(town).items() if name != "reads"}
    underway = done["rows"]["underway"]
    underway.payments = [replace(each, waited_at=None, shown_at=None) for each in underway.payments]
    underway.addressings = []
    return done


def test_what_is_for_who_is_signed_in_is_known() -> None:
    assert len(OF_OWNERS) >= 11


@pytest.mark.parametrize("name", OF_OWNERS)
@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
async def test_with_the_token_of_a_session_that_is_over_nothing_is_done(name: str, end: Ending) -> None:
    town = Town()
    await end(town)
    await nothing_comes_of(town, WHO.viewer, name)


@dataclass
class EndingStore:
    """A store before whose ``nth`` transaction the session ends. ``kept`` is what there was then."""

    town: Town
    nth: int
    begun: int = 0
    kept: Any = None

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Any]:
        if self.begun == self.nth:
            rows = self.town.kept.rows
            rows.sessions[SESSION] = replace(rows.sessions[SESSION], ended_at=NOW, end_reason=EndReason.SIGNED_OUT)
            self.kept = but_reads(self.town)
        self.begun += 1
        async with self.town.kept.work() as work:
            yield work


@pytest.mark.parametrize("name", OF_OWNERS)
async def test_from_when_the_session_ends_nothing_is_done_however_far_it_has_come(name: str) -> None:
    outcomes = set()
    for nth in count():
        town = Town()
        store = EndingStore(town, nth)
        ctx = town.context(WHO.viewer)
        ctx = replace(ctx, accounts=replace(ctx.account_ports, store=store))
        result = await EXECUTION.run(operation(name), values(WHO)[name], context=ctx)
        outcomes.add(result.data is None)
        if store.kept is None:
            break
        assert but_reads(town) == store.kept, nth
    assert outcomes == {True, False}


@pytest.mark.parametrize("name", OF_OWNERS)
async def test_nor_with_one_that_names_a_session_of_somebody_else(name: str) -> None:
    town = Town()
    elsewhere(town)
    town.kept.rows.sessions[ELSEWHERE] = replace(town.kept.rows.sessions[ELSEWHERE], account=AccountId(UUID(int=7)))
    await nothing_comes_of(town, replace(WHO.viewer, session=str(ELSEWHERE)), name)


@pytest.mark.parametrize("name", OF_OWNERS)
@pytest.mark.parametrize("session", [None, "a session that is none of ours"])
async def test_a_token_that_names_no_session_of_ours_is_good_until_the_account_is_locked(
    name: str, session: str | None
) -> None:
    viewer = replace(WHO.viewer, session=session)
    assert problems(await run(Town(), viewer, name, values(WHO)[name])) == []

    town = Town()
    await locked(town)
    await nothing_comes_of(town, viewer, name)


@pytest.mark.parametrize("name", [name for name, each in MUTATIONS.items() if "key" in each.args])
async def test_nor_is_the_answer_shown_again_to_a_wish_that_was_granted(name: str) -> None:
    town = Town()
    await done(town, WHO.viewer, name, **values(WHO)[name])
    await signed_out(town)
    await nothing_comes_of(town, WHO.viewer, name)
