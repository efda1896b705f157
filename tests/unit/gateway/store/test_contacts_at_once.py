"""Wishes of an account that come twice at the very same time, at two gateways over one database: each is done once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid5

import pytest

from domain.accounts.contacts import ContactChangeId
from domain.accounts.models import Account, CodePurpose
from domain.accounts.problems import InvalidField, Reason
from domain.models import ConsentPurpose, ContactKind
from domain.outbox.problems import KeyReused
from domain.payments.means import MeansId, SavedMeans
from gateway.settings import StoreSettings
from gateway.store.store import PostgresStore, opened
from resolvers import ids
from resolvers.context import Context
from resolvers.use_cases import consents, contact_changes, contact_confirming
from resolvers.use_cases.payments import remembered
from tests.unit.gateway.store import test_contact_changes
from tests.unit.gateway.store.made import NOON, code, kept_account, rows, somebody_waits
from tests.unit.gateway.store.test_lock_order import LATER, asking

KEY = "one key of a wish"
PASSWORD = "двенадцать зелёных котов"
PHONES = ("+79050001122", "+79050003344")

Ask = Callable[[Context], Coroutine[Any, Any, Any]]


@dataclass
class Twice:
    """An owner, and two gateways that are asked while somebody holds the account."""

    stores: tuple[PostgresStore, PostgresStore]
    owner: Account

    async def ask(self, *asks: Ask) -> list[Any]:
        async with self.stores[0].work() as work:
            await work.accounts.by_id(self.owner.id)
            asked = [
                asyncio.create_task(ask(asking(self.stores[number % 2], self.owner))) for number, ask in enumerate(asks)
            ]
            await somebody_waits(self.stores[0], len(asks))
        return await asyncio.gather(*asked)

    async def rows(self, query: str) -> list[Any]:
        return [tuple(each) for each in await rows(self.stores[0], query)]


@pytest.fixture
async def twice(store: PostgresStore, database: StoreSettings) -> AsyncIterator[Twice]:
    async with opened(database) as other:
        assert other is not None
        yield Twice((store, other), await kept_account(store, password_hash=f"hash of {PASSWORD}"))


def changing(phone: str, key: str = KEY) -> Ask:
    return lambda ctx: contact_changes.begin(ctx, key, ContactKind.PHONE, phone, PASSWORD)


async def test_one_change_is_begun_and_two_codes_are_sent(twice: Twice) -> None:
    answers = await twice.ask(*[changing(PHONES[0])] * 3)
    [(id_,)] = await twice.rows("SELECT id FROM contact_changes")
    assert [(each.problems, each.change.id, len(each.sent_to)) for each in answers] == [((), id_, 2)] * 3
    assert await twice.rows("SELECT count(*) FROM messages") == [(2,)]
    assert await twice.rows("SELECT object FROM wishes") == [(id_,)]


async def test_who_comes_with_another_input_waits_for_the_first_and_is_told_so(twice: Twice) -> None:
    answers = await twice.ask(*map(changing, PHONES))
    assert sorted((each.problems for each in answers), key=len) == [(), (KeyReused(),)]
    assert await twice.rows("SELECT count(*) FROM messages") == [(2,)]


async def test_a_duplicate_that_was_under_way_when_all_was_done_shows_what_was_done(twice: Twice) -> None:
    """Between its look at the key and its turn the first was granted, and confirmed by its codes."""
    ctx = asking(twice.stores[0], twice.owner)
    ports = ctx.account_ports

    class Meanwhile:
        """Passwords during whose check somebody is faster."""

        async def matches(self, password: str, hash_: str | None) -> bool:
            begun = await changing(PHONES[0])(asking(twice.stores[1], twice.owner))
            id_ = ids.encode("ContactChange", begun.change.id)
            codes = [each for (each,) in await twice.rows("SELECT hash FROM codes ORDER BY subject = id, sent_at")]
            assert len(codes) == 2
            for new, old in (codes, codes[::-1]):
                done = await contact_confirming.confirm(
                    asking(twice.stores[1], twice.owner), KEY, id_, new.decode(), old.decode()
                )
                if not done.problems:
                    break
            return await ports.passwords.matches(password, hash_)

    late = replace(ctx, accounts=replace(ports, passwords=Meanwhile()))  # type: ignore[arg-type]
    shown = await changing(PHONES[0])(late)
    assert shown.problems == ()
    assert (shown.change.state, shown.sent_to) == ("WAITING", None)
    assert await twice.rows("SELECT count(*) FROM contact_changes") == [(1,)]


async def test_one_change_is_accepted_by_its_codes_and_the_core_told_once(twice: Twice) -> None:
    owner = twice.owner
    id_ = ContactChangeId(uuid5(owner.id, "change"))
    async with twice.stores[0].work() as work:
        await work.contact_changes.begin(test_contact_changes.change(owner.id, id=id_, expires_at=LATER))
        for subject in (id_, owner.id):
            await work.codes.add(
                code(
                    subject,
                    purpose=CodePurpose.CONTACT_CHANGE,
                    kind=ContactKind.PHONE,
                    hash=b"111111",
                    expires_at=LATER,
                )
            )
    global_id = ids.encode("ContactChange", id_)
    confirm: Ask = lambda ctx: contact_confirming.confirm(ctx, KEY, global_id, "111111", "111111")  # noqa: E731
    answers = await twice.ask(*[confirm] * 3)
    assert [(each.problems, each.change.id) for each in answers] == [((), id_)] * 3
    assert await twice.rows("SELECT owner FROM commands") == [(id_,)]
    assert await twice.rows("SELECT count(*) FROM messages") == [(1,)]


async def test_one_card_is_forgotten_and_both_see_what_is_left(twice: Twice) -> None:
    means = MeansId(uuid5(twice.owner.id, "means"))
    async with twice.stores[0].work() as work:
        await work.payment_means.keep(SavedMeans(means, twice.owner.id, "token", "Карта", LATER.date(), NOON))
    forget: Ask = lambda ctx: remembered.forget(ctx, KEY, ids.encode("PaymentMeans", means))  # noqa: E731
    assert await twice.ask(forget, forget) == [remembered.Forgotten(())] * 2
    assert await twice.rows("SELECT object FROM wishes") == [(means,)]


async def test_one_consent_is_given_and_what_was_refused_leaves_no_wish(twice: Twice) -> None:
    def give(version: str) -> Ask:
        return lambda ctx: consents.give(ctx, KEY, ConsentPurpose.MARKETING, version)

    refused = await twice.ask(give("v0"), give("v0"))
    assert [each.problems for each in refused] == [(InvalidField("textVersion", Reason.CONSENT_MISSING),)] * 2
    given = await twice.ask(give("v1"), give("v1"))
    assert [(each.problems, len(each.consents)) for each in given] == [((), 1)] * 2
    assert await twice.rows("SELECT object FROM wishes") == [(twice.owner.id,)]
