"""Means of payment: kept when an order that was paid brings them, listed, forgotten, each by its owner alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from domain.accounts.models import AccountId
from domain.errors import SignInRequired
from domain.payments.means import MeansId, SavedMeans
from domain.payments.models import PaymentState
from domain.payments.problems import KeyReused, KeyUnfit, NoSuchMeans
from domain.viewer import Viewer, ViewerKind
from resolvers import ids
from resolvers.use_cases.payments import following, remembered
from resolvers.use_cases.payments.remembered import Forgotten
from tests.fakes.clock import NOW
from tests.unit.resolvers.use_cases.paying import KEY, OTHER_KEY, RULES, Payer

NONE = Forgotten(problems=(NoSuchMeans(),))


async def remembering(olga: Payer, title: str | None = None) -> str:
    """Pay on the bank's page and let the card be remembered; return its global id."""
    order = await olga.on_the_page()
    olga.acquirer.pay(order, remember=True)
    if title is not None:
        paid = olga.acquirer.orders[order]
        assert paid.means is not None
        olga.acquirer.orders[order] = replace(paid, means=replace(paid.means, title=title))
    await olga.check()
    await olga.work()
    assert olga.payment.state is PaymentState.PAID
    [kept] = olga.means
    return ids.encode("PaymentMeans", kept.id)


async def test_what_a_paid_order_brings_is_kept_for_the_account() -> None:
    olga = Payer()
    await remembering(olga)
    [kept] = await remembered.own(olga.context())
    assert (kept.account, kept.token, kept.title) == (olga.owner.id, "means-of-order-1", "Карта «Синица»")
    assert (kept.expires.isoformat(), kept.kept_at) == ("2028-12-31", NOW)


async def test_digits_that_the_acquirer_puts_into_the_title_are_not_kept() -> None:
    olga = Payer()
    await remembering(olga, "Visa •••• 4242")
    assert [each.title for each in olga.means] == ["Visa"]


async def test_without_the_customers_word_nothing_is_kept() -> None:
    olga = Payer()
    olga.acquirer.pay(await olga.on_the_page())
    await olga.check()
    assert olga.means == []


async def test_however_often_it_is_looked_at_it_is_kept_once() -> None:
    olga = Payer()
    await remembering(olga)
    for _ in range(3):
        await olga.check()
    assert len(olga.means) == 1


async def test_an_order_that_stops_its_payment_brings_nothing() -> None:
    olga = Payer()
    order = await olga.on_the_page(amount=olga.dearer)
    olga.acquirer.pay(order, remember=True)
    await olga.check()
    assert (olga.payment.state, olga.means) == (PaymentState.STOPPED, [])


async def test_its_owner_forgets_it_once() -> None:
    olga = Payer()
    id_ = await remembering(olga)
    other = replace(olga.means[0], id=MeansId(uuid4()), token="another")
    olga.means.append(other)
    assert await remembered.forget(olga.context(), KEY, id_) == Forgotten((other,))
    assert await remembered.forget(olga.context(), OTHER_KEY, id_) == NONE
    assert await remembered.own(olga.context()) == [other]


async def test_the_same_key_shows_what_is_left_by_now_and_forgets_nothing_more() -> None:
    olga = Payer()
    id_ = await remembering(olga)
    assert await remembered.forget(olga.context(), KEY, id_) == Forgotten(())
    kept = SavedMeans(MeansId(uuid4()), olga.owner.id, "another", "Карта", NOW.date(), NOW)
    olga.means.append(kept)
    assert await remembered.forget(olga.context(), KEY, id_) == Forgotten((kept,))
    reused = await remembered.forget(olga.context(), KEY, ids.encode("PaymentMeans", kept.id))
    assert reused == Forgotten(problems=(KeyReused(),))
    assert olga.means == [kept]


async def test_a_key_with_which_nothing_was_forgotten_is_as_good_as_new() -> None:
    olga = Payer()
    id_ = await remembering(olga)
    assert await remembered.forget(olga.context(), KEY, "no id") == NONE
    assert await remembered.forget(olga.context(), "short", id_) == Forgotten(problems=(KeyUnfit(),))
    assert len(olga.means) == 1
    assert (await remembered.forget(olga.context(), KEY, id_)).problems == ()


async def test_what_is_forgotten_is_not_kept_again_by_another_look_at_its_order() -> None:
    olga = Payer()
    await remembered.forget(olga.context(), KEY, await remembering(olga))
    await olga.check()
    async with olga.kept.work() as work:
        await following.settle(work, olga.payment.id, olga.acquirer.orders["order-1"], RULES, NOW)
    assert olga.means == []


async def test_somebody_else_neither_sees_nor_forgets_it() -> None:
    olga = Payer()
    id_ = await remembering(olga)
    other = replace(olga.owner, id=AccountId(uuid4()))
    olga.kept.rows.accounts[other.id] = other
    ctx = olga.context(Viewer(ViewerKind.CLIENT, str(other.id), other.client_isn))
    assert await remembered.own(ctx) == []
    assert await remembered.forget(ctx, KEY, id_) == NONE
    assert len(olga.means) == 1


@pytest.mark.parametrize("text", ["", "no id", ids.encode("Payment", UUID(int=1)), ids.encode("PaymentMeans", "1")])
async def test_what_is_no_id_of_a_means_is_none(text: str) -> None:
    assert await remembered.forget(Payer().context(), KEY, text) == NONE


async def test_nobody_forgets_anything_when_the_account_is_locked() -> None:
    olga = Payer()
    id_ = await remembering(olga)
    olga.kept.rows.accounts[olga.owner.id] = replace(olga.owner, locked_at=NOW)
    with pytest.raises(SignInRequired):
        await remembered.forget(olga.context(), KEY, id_)
    assert len(olga.means) == 1
