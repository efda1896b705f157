"""What somebody else brings about is told in the language of the account's owner, not in that of who asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.accounts.ports import Template
from domain.accounts.registration import Step
from domain.models import ContactKind
from domain.money import Locale
from resolvers import accounts, ids, recoveries
from resolvers.use_cases import contact_changes, contact_confirming
from tests.unit.resolvers.use_cases.recovering import EMPLOYEE, NEW_PASSWORD, Forgetful, forgetful
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD
from tests.unit.resolvers.use_cases.test_two_steps import careful, challenged, enter

CLIENT = ids.encode("Client", 1)
OTHER = {Locale.RU: Locale.EN, Locale.EN: Locale.RU}


async def attempts(olga: Forgetful) -> None:
    olga.kept.exhausted.add("sign_in_account")
    await accounts.sign_in_(olga.context(), EMAIL, "guessed")


async def lock(olga: Forgetful) -> None:
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "stolen")


async def second_step(olga: Forgetful) -> None:
    await challenged(olga)


async def recover(olga: Forgetful) -> None:
    await olga.begin()
    await olga.send_again()
    await olga.confirm()


async def change_password(olga: Forgetful) -> None:
    await recoveries.change_password(olga.context(olga.viewer), PASSWORD, NEW_PASSWORD)


async def change_contact(olga: Forgetful) -> None:
    ctx, new = olga.context(olga.viewer), "new@example.ru"
    begun = await contact_changes.begin(ctx, "key of begin", ContactKind.EMAIL, new, PASSWORD)
    assert begun.change is not None
    codes = [each.values["code"] for each in olga.sent]
    olga.sent.clear()
    id_ = ids.encode("ContactChange", begun.change.id)
    await contact_confirming.confirm(ctx, "key of confirm", id_, *codes)


PROVOKED: dict[Template, list[Callable[[Forgetful], Awaitable[None]]]] = {
    Template.ATTEMPTS_USED_UP: [attempts],
    Template.ACCOUNT_LOCKED: [lock],
    Template.CODE: [second_step, recover],
    Template.PASSWORD_CHANGED: [change_password],
    Template.CONTACT_CHANGED: [change_contact],
}
ROWS = [(template, provoke) for template, all_ in PROVOKED.items() for provoke in all_]


@pytest.mark.parametrize("owners", Locale)
@pytest.mark.parametrize(("template", "provoke"), ROWS)
async def test_the_owner_is_told_in_the_owners_language(
    owners: Locale, template: Template, provoke: Callable[[Forgetful], Awaitable[None]]
) -> None:
    olga = await careful()
    await signed_in(olga, owners)
    olga.locale = OTHER[owners]
    await provoke(olga)
    assert {(each.template, each.locale) for each in olga.sent} == {(template, owners)}


@pytest.mark.parametrize("locale", Locale)
async def test_a_picture_code_is_spoken_in_the_language_that_is_read(locale: Locale) -> None:
    olga = Forgetful(locale=locale)
    olga.kept.spoken_in.clear()
    await accounts.picture(olga.context())
    assert olga.kept.spoken_in == [locale]


@pytest.mark.parametrize("locale", Locale)
async def test_an_account_has_the_language_it_was_registered_in(locale: Locale) -> None:
    olga = Forgetful(locale=locale)
    await olga.until(Step.PASSWORD)
    await olga.finish()
    assert language_of(olga) == locale


async def test_a_sign_in_tells_the_language_and_one_that_fails_does_not() -> None:
    olga = await forgetful()
    olga.locale = Locale.EN
    await accounts.sign_in_(olga.context(), EMAIL, "guessed")
    assert language_of(olga) == Locale.RU
    await accounts.sign_in_(olga.context(), EMAIL, PASSWORD)
    assert language_of(olga) == Locale.EN


async def test_of_two_steps_the_second_tells_it() -> None:
    olga = await careful()
    olga.locale = Locale.EN
    challenge = await challenged(olga)
    assert language_of(olga) == Locale.RU
    await enter(olga, challenge)
    assert language_of(olga) == Locale.EN


async def test_a_recovery_tells_it_at_its_end_and_is_itself_told_of_in_the_language_before() -> None:
    olga = await forgetful()
    olga.locale = Locale.EN
    for take in (olga.begin, olga.confirm, olga.confirm, olga.reply):
        await take()
    assert language_of(olga) == Locale.RU
    await olga.choose()
    assert language_of(olga) == Locale.EN
    assert (olga.sent[-1].template, olga.sent[-1].locale) == (Template.PASSWORD_CHANGED, Locale.RU)


async def test_without_an_account_it_is_the_language_of_who_asks() -> None:
    olga = await forgetful()
    olga.locale = Locale.EN
    await olga.begin("nobody@example.ru")
    await olga.send_again()
    assert [each.locale for each in olga.sent] == [Locale.EN] * 2


async def test_a_sign_in_in_the_same_language_writes_nothing_of_it() -> None:
    olga, other = await forgetful(), await forgetful()
    other.locale = Locale.EN
    for each in (olga, other):
        await accounts.sign_in_(each.context(), EMAIL, PASSWORD)
    assert other.kept.rows.writes == olga.kept.rows.writes + 1


def language_of(olga: Forgetful) -> Locale:
    return olga.account.locale


async def signed_in(olga: Forgetful, locale: Locale) -> None:
    """Sign in with both steps in a language, and forget what was sent."""
    olga.locale = locale
    await enter(olga, await challenged(olga))
    olga.sent.clear()
