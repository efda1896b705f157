"""Consents of a viewer: records with their times, none of which is ever rewritten."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.accounts.models import ConsentRecord
from domain.accounts.problems import ConsentNeeded, InvalidField, Reason
from domain.accounts.registration import Step
from domain.errors import SignInRequired
from domain.models import ConsentPurpose, Isn
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.viewer import Viewer, ViewerKind
from resolvers.context import Context
from resolvers.use_cases import consents
from tests.fakes.requests import EMPLOYEE
from tests.unit.resolvers.use_cases.registering import Registrant, problem_of

MARKETING = ConsentPurpose.MARKETING
PERSONAL = ConsentPurpose.PERSONAL_DATA


async def registered() -> Registrant:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    return olga


def signed_in(olga: Registrant) -> Context:
    [account] = olga.kept.rows.accounts.values()
    return olga.context(Viewer(ViewerKind.CLIENT, str(account.id), Isn(1)))


def new_key() -> str:
    return str(uuid4())


async def told(olga: Registrant) -> list[tuple[ConsentPurpose, str, bool]]:
    """What is listed: purpose, version, whether in force."""
    return [(each.purpose, each.text_version, each.revoked_at is None) for each in await consents.own(signed_in(olga))]


async def test_a_consent_is_kept_with_its_time_and_text_beside_those_of_the_registration() -> None:
    olga = await registered()
    olga.clock.advance(60)

    given = await consents.give(signed_in(olga), new_key(), MARKETING, "v1")

    [account] = olga.kept.rows.accounts
    assert given.problems == ()
    assert given.consents[0] == ConsentRecord(account, MARKETING, "v1", olga.clock.now())
    assert await told(olga) == [(MARKETING, "v1", True), (PERSONAL, "v3", True)]


async def test_given_twice_the_same_text_is_one_record_and_a_new_text_another() -> None:
    olga = await registered()
    [account] = olga.kept.rows.accounts
    olga.kept.rows.consents.append(ConsentRecord(account, MARKETING, "v0", olga.clock.now()))
    for _ in range(2):
        await consents.give(signed_in(olga), new_key(), MARKETING, "v1")
    assert await told(olga) == [(MARKETING, "v1", True), (MARKETING, "v0", True), (PERSONAL, "v3", True)]


async def test_revoked_it_stays_in_the_history_and_may_be_given_again() -> None:
    olga = await registered()
    await consents.give(signed_in(olga), new_key(), MARKETING, "v1")
    olga.clock.advance(60)

    revoked = await consents.revoke(signed_in(olga), new_key(), MARKETING)
    await consents.revoke(signed_in(olga), new_key(), MARKETING)
    await consents.give(signed_in(olga), new_key(), MARKETING, "v1")

    assert revoked.consents[0].revoked_at == olga.clock.now()
    assert await told(olga) == [(MARKETING, "v1", True), (MARKETING, "v1", False), (PERSONAL, "v3", True)]


async def test_the_account_cannot_be_kept_without_personal_data() -> None:
    olga = await registered()
    assert problem_of(await consents.revoke(signed_in(olga), new_key(), PERSONAL)) == ConsentNeeded(PERSONAL)
    assert await told(olga) == [(PERSONAL, "v3", True)]


@pytest.mark.parametrize("version", ["", " v1", "v0", "v" * 1000])
async def test_only_the_text_in_force_can_be_agreed_to(version: str) -> None:
    olga = await registered()
    given = await consents.give(signed_in(olga), new_key(), MARKETING, version)
    assert problem_of(given) == InvalidField("textVersion", Reason.CONSENT_MISSING)
    assert await told(olga) == [(PERSONAL, "v3", True)]


async def test_a_repeated_key_gives_nothing_again_that_was_taken_back_since() -> None:
    olga = await registered()
    key = new_key()
    await consents.give(signed_in(olga), key, MARKETING, "v1")
    await consents.revoke(signed_in(olga), key, MARKETING)
    olga.clock.advance(60)

    late = await consents.give(signed_in(olga), key, MARKETING, "v1")

    assert late.problems == ()
    assert [(each.purpose, each.revoked_at is None) for each in late.consents] == [(MARKETING, False), (PERSONAL, True)]
    assert len(await told(olga)) == 2


async def test_nor_does_it_take_back_what_was_given_since() -> None:
    olga = await registered()
    key = new_key()
    await consents.revoke(signed_in(olga), key, MARKETING)
    await consents.give(signed_in(olga), new_key(), MARKETING, "v1")
    late = await consents.revoke(signed_in(olga), key, MARKETING)
    assert late.problems == ()
    assert await told(olga) == [(MARKETING, "v1", True), (PERSONAL, "v3", True)]


async def test_it_is_shown_as_given_though_another_text_is_in_force_by_now() -> None:
    olga = await registered()
    key = new_key()
    await consents.give(signed_in(olga), key, MARKETING, "v1")
    ctx = signed_in(olga)
    ctx = replace(ctx, accounts=replace(ctx.account_ports, texts={MARKETING: "v2"}))
    assert (await consents.give(ctx, key, MARKETING, "v1")).problems == ()
    assert problem_of(await consents.give(ctx, key, MARKETING, "v2")) == KeyReused()


@pytest.mark.parametrize(("key", "problem"), [("used before", KeyReused()), ("short", KeyUnfit())])
async def test_a_key_with_another_input_or_that_is_none_changes_nothing(key: str, problem: object) -> None:
    olga = await registered()
    await consents.give(signed_in(olga), "used before", MARKETING, "v1")
    await consents.revoke(signed_in(olga), "used before", MARKETING)
    before = list(olga.kept.rows.consents)
    assert problem_of(await consents.give(signed_in(olga), key, PERSONAL, "v3")) == problem
    assert problem_of(await consents.revoke(signed_in(olga), key, PERSONAL)) == problem
    assert olga.kept.rows.consents == before


async def test_a_key_with_which_nothing_was_changed_is_as_good_as_new() -> None:
    olga = await registered()
    key = new_key()
    await consents.give(signed_in(olga), key, MARKETING, "v0")
    await consents.revoke(signed_in(olga), key, PERSONAL)
    assert olga.kept.rows.underway.wishes == {}
    assert (await consents.give(signed_in(olga), key, MARKETING, "v1")).problems == ()
    assert (await consents.revoke(signed_in(olga), key, MARKETING)).problems == ()


@pytest.mark.parametrize("viewer", [None, EMPLOYEE, Viewer(ViewerKind.CLIENT, str(uuid4()), Isn(2))])
async def test_it_is_for_those_who_have_an_account(viewer: Viewer | None) -> None:
    olga = await registered()
    with pytest.raises(SignInRequired):
        await consents.give(olga.context(viewer), new_key(), MARKETING, "v1")
    assert len(olga.kept.rows.consents) == 1
