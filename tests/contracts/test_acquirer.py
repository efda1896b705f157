"""What the acquirer's port promises, of the fake and of the client on real sockets."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from decimal import Decimal

import pytest

from domain.acquirer import Order, OrderState
from domain.errors import AcquirerGarbled, Refused
from domain.money import Money
from tests.acquirer import AcquirerProcess, running_acquirer
from tests.contracts.acquirer import AMOUNT, BILL, Subject, deadline, faked, real

ENDS = [("pay", OrderState.PAID), ("remember", OrderState.PAID), ("decline", OrderState.DECLINED)]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AcquirerProcess]:
    with running_acquirer(tmp_path_factory.mktemp("acquirer")) as started:
        yield started


@pytest.fixture(params=["fake", "real"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    opening = faked() if request.param == "fake" else real(request.getfixturevalue("process"))
    async with opening as found:
        yield found


@pytest.fixture
def name() -> str:
    return uuid.uuid4().hex


async def token(subject: Subject) -> str:
    order = uuid.uuid4().hex
    subject.press(order, "remember")
    found = await subject.acquirer.order(order, deadline())
    assert found is not None
    assert found.means is not None
    return found.means.token


async def test_an_order_that_nobody_opened_is_none_and_then_new(subject: Subject, name: str) -> None:
    assert await subject.acquirer.order(name, deadline()) is None
    subject.press(name, "visit")
    assert await subject.acquirer.order(name, deadline()) == Order(name, OrderState.NEW, AMOUNT)


@pytest.mark.parametrize("action, state", ENDS)
async def test_an_order_that_ended_says_how(subject: Subject, name: str, action: str, state: OrderState) -> None:
    subject.press(name, action)
    found = await subject.acquirer.order(name, deadline())
    assert found is not None
    assert (found.id, found.state, found.amount) == (name, state, AMOUNT)
    assert (found.paid_at is not None) == (state is OrderState.PAID)
    assert found.paid_at is None or found.paid_at.tzinfo is UTC
    assert (found.means is not None) == (action == "remember")


async def test_the_means_are_not_shown_with_the_order(subject: Subject, name: str) -> None:
    subject.press(name, "remember")
    found = await subject.acquirer.order(name, deadline())
    assert found is not None
    assert found.means is not None
    assert found.means.token not in repr(found)


@pytest.mark.parametrize("action", [None, "visit"])
async def test_a_cancelled_order_is_unpayable_for_ever(subject: Subject, name: str, action: str | None) -> None:
    if action is not None:
        subject.press(name, action)
    ended = Order(name, OrderState.CANCELLED, Money(Decimal(0)) if action is None else AMOUNT)
    for _ in range(2):
        assert await subject.acquirer.cancel(name, deadline()) == ended
    subject.press(name, "pay")
    assert await subject.acquirer.order(name, deadline()) == ended
    assert subject.taken(name) == 0


@pytest.mark.parametrize("action, state", ENDS)
async def test_an_order_that_ended_keeps_its_end(subject: Subject, name: str, action: str, state: OrderState) -> None:
    subject.press(name, action)
    assert (await subject.acquirer.cancel(name, deadline())).state is state


async def test_remembered_means_pay_an_order_once(subject: Subject, name: str) -> None:
    means = await token(subject)
    paid = [await subject.acquirer.charge(name, BILL, AMOUNT, means, deadline()) for _ in range(3)]
    assert {each.state for each in paid} == {OrderState.PAID}
    assert len({each.paid_at for each in paid}) == 1
    assert subject.taken(name) == 1


async def test_a_cancelled_order_is_not_charged(subject: Subject, name: str) -> None:
    means = await token(subject)
    await subject.acquirer.cancel(name, deadline())
    charged = await subject.acquirer.charge(name, BILL, AMOUNT, means, deadline())
    assert charged.state is OrderState.CANCELLED
    assert subject.taken(name) == 0


async def test_means_that_are_unknown_open_nothing(subject: Subject, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await subject.acquirer.charge(name, BILL, AMOUNT, "means-of-nobody", deadline())
    assert refused.value.code == "MEANS_GONE"
    assert await subject.acquirer.order(name, deadline()) is None


@pytest.mark.parametrize("bill, amount", [(BILL, Money(Decimal("123.46"))), ("B-2", AMOUNT)])
async def test_an_order_is_not_charged_with_another_amount(
    subject: Subject, name: str, bill: str, amount: Money
) -> None:
    means = await token(subject)
    subject.press(name, "visit")
    with pytest.raises(Refused) as refused:
        await subject.acquirer.charge(name, bill, amount, means, deadline())
    assert refused.value.code == "ORDER_DIFFERS"
    assert subject.taken(name) == 0


@pytest.mark.parametrize("odd", ["", ".", "..", "a/b", "a?b", "a%2Fb", "ё", "a\n", "x" * 65])
async def test_what_no_order_is_called_is_not_asked_for(subject: Subject, odd: str) -> None:
    with pytest.raises(AcquirerGarbled):
        await subject.acquirer.order(odd, deadline())
    with pytest.raises(AcquirerGarbled):
        await subject.acquirer.cancel(odd, deadline())
