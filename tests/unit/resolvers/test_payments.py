"""Payments in the graph: found by who made them alone, by id or as a node, and listed the latest first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import models
from domain.errors import NotOffered, SignInRequired, StoreUnavailable
from domain.payments.models import PaidRenewal, Payment, PaymentId, PaymentState
from domain.viewer import Viewer, ViewerKind
from resolvers import ids, nodes, payments
from resolvers.context import Context
from tests.fakes import objects
from tests.fakes.accounts import FakeAccounts
from tests.fakes.requests import EMPLOYEE
from tests.unit.resolvers.graph import CLIENT
from tests.unit.resolvers.use_cases.paying import Payer

Ask = Callable[[Context, str], Awaitable[Any]]


async def by_id(ctx: Context, id_: str) -> Any:
    return await payments.payment(ctx, id_)


async def as_node(ctx: Context, id_: str) -> Any:
    [found] = await nodes.nodes(ctx, [id_])
    return found


WAYS = [by_id, as_node]


async def begun(olga: Payer) -> str:
    payment = (await olga.start()).payment
    assert payment is not None
    return ids.encode("Payment", payment.id)


@pytest.mark.parametrize("ask", WAYS)
async def test_its_owner_finds_it(ask: Ask) -> None:
    olga = Payer()
    assert await ask(olga.context(), await begun(olga)) == olga.payment


@pytest.mark.parametrize("ask", WAYS)
async def test_another_account_does_not_even_of_the_same_client(ask: Ask) -> None:
    olga = Payer()
    other = Viewer(ViewerKind.CLIENT, str(uuid4()), CLIENT)
    assert await ask(olga.context(other), await begun(olga)) is None


@pytest.mark.parametrize("ask", WAYS)
async def test_nor_does_an_employee(ask: Ask) -> None:
    olga = Payer()
    id_ = await begun(olga)
    try:
        assert await ask(olga.context(EMPLOYEE), id_) is None
    except SignInRequired:
        assert ask is by_id


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("id_", ["", "rubbish", ids.encode("Payment", 1), ids.encode("Payment", UUID(int=1))])
async def test_what_is_no_payment_is_not_found(id_: str, ask: Ask) -> None:
    olga = Payer()
    await begun(olga)
    assert await ask(olga.context(), id_) is None


@pytest.mark.parametrize("spelt", [str.upper, lambda id_: id_.replace("-", ""), lambda id_: f"{{{id_}}}"])
async def test_an_id_is_spelt_in_one_way(spelt: Callable[[str], str]) -> None:
    olga = Payer()
    await begun(olga)
    assert await as_node(olga.context(), ids.encode("Payment", spelt(str(olga.payment.id)))) is None


@pytest.mark.parametrize("name", ["Policy", "Claim", "payment"])
async def test_an_id_of_another_type_finds_none(name: str) -> None:
    olga = Payer()
    await begun(olga)
    assert await by_id(olga.context(), ids.encode(name, olga.payment.id)) is None


async def test_without_its_database_it_is_a_failure_in_its_own_place() -> None:
    olga = Payer()
    id_, ctx = await begun(olga), olga.context()
    away = replace(ctx, accounts=replace(ctx.account_ports, store=Away(olga.clock)))
    policy = ids.encode("Policy", 100)
    found = await nodes.nodes(away, [policy, id_])
    assert [type(each) for each in found][1] is StoreUnavailable
    assert found[0] is not None
    with pytest.raises(StoreUnavailable):
        await by_id(away, id_)


class Away(FakeAccounts):
    def work(self) -> Any:
        raise StoreUnavailable("away")


async def test_where_no_accounts_are_kept_there_are_no_payments() -> None:
    olga = Payer()
    ctx = replace(olga.context(), accounts=None)
    id_ = ids.encode("Payment", uuid4())
    assert await as_node(ctx, id_) is None
    with pytest.raises(NotOffered):
        await by_id(ctx, id_)


async def test_a_hundred_are_listed_the_latest_first() -> None:
    olga = Payer()
    await begun(olga)
    made: list[Payment] = [replace(olga.payment, id=PaymentId(uuid4()), number=each) for each in range(1, 102)]
    olga.kept.rows.underway.payments = made
    assert await payments.own(olga.context()) == made[:0:-1]


async def test_the_first_look_at_an_address_is_kept_and_no_other() -> None:
    olga = Payer()
    await olga.opened()
    first = olga.clock.now()
    assert await olga.look() == "https://pay.test/pay?order=order-1"
    assert olga.payment.shown_at == first
    olga.clock.advance(60)
    assert await olga.look() == "https://pay.test/pay?order=order-1"
    assert olga.payment.shown_at == first
    assert olga.kept.rows.underway.addressings == [{olga.payment.id}]


async def test_addresses_of_many_are_kept_at_once_and_those_without_one_not_at_all() -> None:
    olga = Payer()
    shown = await olga.opened()
    others = [replace(shown, id=PaymentId(uuid4()), number=each) for each in (2, 3)]
    waiting = replace(shown, id=PaymentId(uuid4()), address=None, state=PaymentState.WAITING)
    olga.kept.rows.underway.payments += [*others, waiting]
    found = await payments.addresses([waiting, shown, *others], olga.context())
    assert found == [None, shown.address, shown.address, shown.address]
    assert olga.kept.rows.underway.addressings == [{shown.id, *(each.id for each in others)}]


async def test_without_its_database_an_address_that_was_shown_before_is_shown_and_a_new_one_is_not() -> None:
    olga = Payer()
    new = await olga.opened()
    seen = replace(new, id=PaymentId(uuid4()), shown_at=olga.clock.now())
    ctx = olga.context()
    away = replace(ctx, accounts=replace(ctx.account_ports, store=Away(olga.clock)))
    found = await payments.addresses([new, seen], away)
    assert (type(found[0]), found[1]) == (StoreUnavailable, seen.address)


async def test_the_new_policies_of_renewals_are_read_at_once_and_are_none_while_the_core_shows_none() -> None:
    olga = Payer()
    number = models.PolicyNumber("P500")
    made = replace(objects.policy(500, status=models.PolicyStatus.AWAITING_PAYMENT), key=number)
    olga.reads.by_name["policies"].rows[models.Isn(500)] = made
    held = olga.reads.by_name["policies_of_holder"].rows
    held[CLIENT] = (*held[CLIENT], made)  # type: ignore[misc]
    paid = [PaidRenewal(models.Isn(7000 + each), models.Isn(each), number) for each in (500, 501, 500)]
    found = await payments.policies(paid, olga.context())
    assert found == [made, None, made]
    assert set(olga.reads.calls.values()) == {1}
