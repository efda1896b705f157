"""Consents of a viewer: records with their times, none of which is ever rewritten."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.accounts.models import ConsentRecord
from domain.accounts.problems import ConsentNeeded, InvalidField, Reason
from domain.accounts.registration import Step
from domain.errors import SignInRequired
from domain.models import ConsentPurpose, Isn
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


async def told(olga: Registrant) -> list[tuple[ConsentPurpose, str, bool]]:
    """What is listed: purpose, version, whether in force."""
    return [(each.purpose, each.text_version, each.revoked_at is None) for each in await consents.own(signed_in(olga))]


async def test_a_consent_is_kept_with_its_time_and_text_beside_those_of_the_registration() -> None:
    olga = await registered()
    olga.clock.advance(60)

    given = await consents.give(signed_in(olga), MARKETING, "v1")

    [account] = olga.kept.rows.accounts
    assert given.problems == ()
    assert given.consents[0] == ConsentRecord(account, MARKETING, "v1", olga.clock.now())
    assert await told(olga) == [(MARKETING, "v1", True), (PERSONAL, "v3", True)]


async def test_given_twice_the_same_text_is_one_record_and_a_new_text_another() -> None:
    olga = await registered()
    [account] = olga.kept.rows.accounts
    olga.kept.rows.consents.append(ConsentRecord(account, MARKETING, "v0", olga.clock.now()))
    for _ in range(2):
        await consents.give(signed_in(olga), MARKETING, "v1")
    assert await told(olga) == [(MARKETING, "v1", True), (MARKETING, "v0", True), (PERSONAL, "v3", True)]


async def test_revoked_it_stays_in_the_history_and_may_be_given_again() -> None:
    olga = await registered()
    await consents.give(signed_in(olga), MARKETING, "v1")
    olga.clock.advance(60)

    revoked = await consents.revoke(signed_in(olga), MARKETING)
    await consents.revoke(signed_in(olga), MARKETING)
    await consents.give(signed_in(olga), MARKETING, "v1")

    assert revoked.consents[0].revoked_at == olga.clock.now()
    assert await told(olga) == [(MARKETING, "v1", True), (MARKETING, "v1", False), (PERSONAL, "v3", True)]


async def test_the_account_cannot_be_kept_without_personal_data() -> None:
    olga = await registered()
    assert problem_of(await consents.revoke(signed_in(olga), PERSONAL)) == ConsentNeeded(PERSONAL)
    assert await told(olga) == [(PERSONAL, "v3", True)]


@pytest.mark.parametrize("version", ["", " v1", "v0", "v" * 1000])
async def test_only_the_text_in_force_can_be_agreed_to(version: str) -> None:
    olga = await registered()
    given = await consents.give(signed_in(olga), MARKETING, version)
    assert problem_of(given) == InvalidField("textVersion", Reason.CONSENT_MISSING)
    assert await told(olga) == [(PERSONAL, "v3", True)]


@pytest.mark.parametrize("viewer", [None, EMPLOYEE, Viewer(ViewerKind.CLIENT, str(uuid4()), Isn(2))])
async def test_it_is_for_those_who_have_an_account(viewer: Viewer | None) -> None:
    olga = await registered()
    with pytest.raises(SignInRequired):
        await consents.give(olga.context(viewer), MARKETING, "v1")
    assert len(olga.kept.rows.consents) == 1
