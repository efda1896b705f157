"""What a client has done lately, as the gateway's own rows tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain import models
from domain.accounts.models import AccountId
from domain.clock import MOSCOW, Deadline
from domain.effects import NO_EFFECTS, Effects
from domain.models import ClaimId, ContactKind, Isn, PolicyNumber
from domain.money import Money
from domain.outbox.models import CommandKind, CommandState
from domain.payments.models import (
    PaidDeductible,
    PaidInstalment,
    PaidRenewal,
    Payable,
    Payment,
    PaymentFailure,
    PaymentId,
    PaymentState,
)
from domain.ports import Call
from domain.renewals import judging
from domain.renewals.models import OfferState
from gateway.settings import StoreSettings
from gateway.store.effects import PostgresEffects, nothing
from gateway.store.store import PostgresStore, opened
from tests.fakes.clock import StillClock
from tests.unit.gateway.store.made import NOON, kept_account
from tests.unit.gateway.store.test_contact_changes import NEW_PHONE, accepted, change
from tests.unit.gateway.store.test_renewals import kept

NOW = NOON
"""Long ago by the database's clock, which nothing is held against."""

TODAY = NOW.astimezone(MOSCOW).date()
NUMBER = PolicyNumber("P100")
INSTALMENT = PaidInstalment(Isn(100), NUMBER, 1)
DEDUCTIBLE = PaidDeductible(ClaimId("c1"), "N-1", NUMBER)
CALL = Call(Deadline.after(StillClock(), 5))


async def paid(store: PostgresStore, owner: AccountId, client: int, payable: Payable, **changed: Any) -> PaymentId:
    made = Payment(PaymentId(uuid4()), 0, owner, Isn(client), payable, Money(Decimal(1)), NOW)
    done = replace(made, state=PaymentState.CONFIRMING, paid_at=NOW)
    async with store.work() as work:
        await work.payments.underway(payable.subject)
        await work.payments.add(replace(done, **changed))
    return made.id


async def of(store: PostgresStore, *clients: int) -> list[Any]:
    return list(await PostgresEffects(store, StillClock(NOW))([Isn(each) for each in clients], CALL))


async def test_what_was_paid_and_changed_is_told_of_its_owner_alone(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    await paid(store, owner.id, 7, INSTALMENT)
    await paid(store, owner.id, 7, DEDUCTIBLE, state=PaymentState.PAID, ended_at=NOW)
    await accepted(store, owner.id)
    effects = Effects({(Isn(100), 1): TODAY}, {ClaimId("c1"): TODAY}, {ContactKind.PHONE: NEW_PHONE})
    assert await of(store, 8, 7, 8) == [NO_EFFECTS, effects, NO_EFFECTS]


@pytest.mark.parametrize(
    "changed",
    [
        {"state": PaymentState.WAITING, "paid_at": None},
        {"state": PaymentState.STOPPED, "ended_at": NOW, "failure": PaymentFailure.AMOUNT_DIFFERS},
        {"state": PaymentState.PAID, "ended_at": NOW - timedelta(days=2), "paid_at": NOW - timedelta(days=2)},
    ],
)
async def test_what_was_not_paid_or_long_ago_has_no_effect(store: PostgresStore, changed: dict[str, Any]) -> None:
    owner = await kept_account(store, 7)
    await paid(store, owner.id, 7, INSTALMENT, **changed)
    assert await of(store, 7) == [NO_EFFECTS]


@pytest.mark.parametrize("told", [{}, {"state": PaymentState.PAID, "ended_at": NOW}], ids=["not yet", "just now"])
@pytest.mark.parametrize("payable", [INSTALMENT, PaidRenewal(Isn(700), Isn(100), NUMBER)])
async def test_what_was_paid_long_ago_stays_paid_until_the_core_has_had_time_to_show_it(
    store: PostgresStore, payable: Payable, told: dict[str, Any]
) -> None:
    owner = await kept_account(store, 7)
    await paid(store, owner.id, 7, payable, paid_at=NOW - timedelta(days=3), **told)
    assert await of(store, 7) == [Effects({(Isn(100), 1): TODAY - timedelta(days=3)})]


@pytest.mark.parametrize(
    ("state", "ended_at", "is_shown"),
    [
        (CommandState.WAITING, None, True),
        (CommandState.DEAD, NOW - timedelta(days=2), True),
        (CommandState.DONE, NOW, True),
        (CommandState.DROPPED, NOW, True),
        (CommandState.DONE, NOW - timedelta(days=2), False),
    ],
)
async def test_a_deductible_stays_paid_until_the_claims_core_has_had_time_to_show_it(
    store: PostgresStore, state: CommandState, ended_at: datetime | None, is_shown: bool
) -> None:
    owner = await kept_account(store, 7)
    long_ago = NOW - timedelta(days=3)
    id_ = await paid(store, owner.id, 7, DEDUCTIBLE, state=PaymentState.PAID, paid_at=long_ago, ended_at=long_ago)
    async with store.work() as work:
        command = await work.commands.accept(CommandKind.RECORD_DEDUCTIBLE, DEDUCTIBLE.subject, id_, long_ago)
    if ended_at is not None:
        async with store.work() as work:
            await work.commands.end(command, state, ended_at, None if state is CommandState.DONE else state.value)
    day = TODAY - timedelta(days=3)
    assert await of(store, 7) == [Effects(deductibles={ClaimId("c1"): day}) if is_shown else NO_EFFECTS]


async def changed_phone(store: PostgresStore, ended: datetime, failure: str | None = None) -> AccountId:
    """Change the phone of a client's account, and have the core take it, or not."""
    owner = await kept_account(store, 7)
    made = await accepted(store, owner.id)
    after = made.delivered(ended) if failure is None else made.given_up(failure, ended)
    async with store.work() as work:
        await work.accounts.change(replace(owner, phone=NEW_PHONE))
        await work.contact_changes.change(after)
    return owner.id


@pytest.mark.parametrize(
    ("ago", "failure", "is_shown"),
    [
        (timedelta(), None, True),
        (timedelta(hours=2), None, False),
        (timedelta(), "DROPPED", False),
    ],
    ids=["just now", "hours ago", "never"],
)
async def test_a_contact_is_shown_until_the_core_has_had_time_to_show_it_and_no_longer(
    store: PostgresStore, ago: timedelta, failure: str | None, *, is_shown: bool
) -> None:
    await changed_phone(store, NOW - ago, failure)
    assert await of(store, 7) == [Effects(contacts={ContactKind.PHONE: NEW_PHONE}) if is_shown else NO_EFFECTS]


async def test_of_a_contact_that_the_core_refused_after_another_nothing_is_shown(store: PostgresStore) -> None:
    owner = await changed_phone(store, NOW)
    second = await accepted(store, owner, address="+79050009988")
    assert await of(store, 7) == [Effects(contacts={ContactKind.PHONE: "+79050009988"})]
    async with store.work() as work:
        await work.contact_changes.change(second.given_up("DROPPED", NOW))
    assert await of(store, 7) == [NO_EFFECTS]


async def test_of_two_contacts_that_wait_the_later_is_shown(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    for phone, at in (("+79050009988", NOW - timedelta(hours=1)), (NEW_PHONE, NOW)):
        made = await accepted(store, owner.id, address=phone)
        async with store.work() as work:
            await work.contact_changes.change(replace(made, accepted_at=at))
    assert await of(store, 7) == [Effects(contacts={ContactKind.PHONE: NEW_PHONE})]


async def test_a_contact_stays_shown_when_the_other_is_changed_after_it(store: PostgresStore) -> None:
    owner = await changed_phone(store, NOW)
    email = await accepted(store, owner, kind=ContactKind.EMAIL, address="new@example.ru")
    async with store.work() as work:
        await work.contact_changes.change(email.given_up("DROPPED", NOW))
    assert await of(store, 7) == [Effects(contacts={ContactKind.PHONE: NEW_PHONE})]


async def test_the_day_of_a_payment_is_that_in_moscow(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    await paid(store, owner.id, 7, INSTALMENT, paid_at=datetime(2026, 1, 15, 21, 30, tzinfo=UTC))
    assert await of(store, 7) == [Effects({(Isn(100), 1): date(2026, 1, 16)})]


async def test_a_contact_stays_shown_while_its_owner_has_only_begun_to_change_it_again(store: PostgresStore) -> None:
    owner = await changed_phone(store, NOW)
    async with store.work() as work:
        await work.contact_changes.begin(change(owner, address="+79050009988"))
    assert await of(store, 7) == [Effects(contacts={ContactKind.PHONE: NEW_PHONE})]


async def test_a_policy_counts_as_renewed_from_the_signature_until_the_core_has_had_time_to_say_so(
    store: PostgresStore,
) -> None:
    owner = await kept_account(store, 7)
    signed = await kept(store, owner.id, OfferState.SIGNED, client=Isn(7), policy=Isn(100))
    await kept(store, owner.id, OfferState.PRICED, client=Isn(7), policy=Isn(101))
    assert await of(store, 7, 8) == [Effects(renewed=frozenset({Isn(100)})), NO_EFFECTS]
    agreement = models.Agreement(Isn(700), Isn(500), "P500", signed.premium)
    async with store.work() as work:
        await work.renewal_offers.change(judging.agreed(signed, agreement, NOW))
    await paid(store, owner.id, 7, PaidRenewal(Isn(700), Isn(500), NUMBER))
    until = {Isn(500): signed.payable_until}
    paid_for = Effects({(Isn(500), 1): TODAY}, renewed=frozenset({Isn(100)}), payable_until=until)
    assert await of(store, 7, 8) == [paid_for, NO_EFFECTS]
    async with store.work() as work:
        await work.renewal_offers.change(judging.agreed(signed, agreement, NOW - timedelta(days=2)))
    assert await of(store, 7) == [replace(paid_for, renewed=frozenset())]
    async with store.work() as work:
        await work.renewal_offers.change(judging.lapsed(judging.agreed(signed, agreement, NOW)))
    assert await of(store, 7) == [replace(paid_for, renewed=frozenset())]


async def test_what_the_core_made_at_a_price_that_nobody_signed_is_told_for_good(store: PostgresStore) -> None:
    owner = await kept_account(store, 7)
    signed = await kept(store, owner.id, OfferState.SIGNED, client=Isn(7), policy=Isn(100))
    dearer = models.Agreement(Isn(700), Isn(500), "P500", Money(signed.premium.amount + 1))
    async with store.work() as work:
        await work.renewal_offers.change(judging.agreed(signed, dearer, NOW - timedelta(days=200)))
    assert await of(store, 7, 8) == [Effects(unsigned=frozenset({Isn(500)})), NO_EFFECTS]


async def test_without_a_database_there_are_no_effects(database: StoreSettings) -> None:
    assert await nothing([Isn(7)], CALL) == [NO_EFFECTS]
    away = replace(database, address=type(database.address)("postgresql://nobody@127.0.0.1:1/none"))  # type: ignore[misc]
    async with opened(away) as store:
        assert store is not None
        assert await of(store, 7) == [NO_EFFECTS]
