"""Payments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import models
from domain.accounts.models import AccountId
from domain.money import Money
from domain.payments.means import MeansId
from domain.payments.models import (
    MOST_IN_VAIN,
    TAKEN,
    PaidDeductible,
    PaidInstalment,
    PaidRenewal,
    Payable,
    Payment,
    PaymentFailure,
    PaymentId,
    PaymentState,
)
from gateway.store.subjects import alone_with
from gateway.store.tables import payment_actions, payments, watched_orders

__all__ = ["PostgresPayments"]

IS_BEING_CHARGED: Final = (payments.c.state == PaymentState.OPEN) & payments.c.means_id.is_not(None)
CANNOT_BE_TOLD_OF: Final = payments.c.in_vain >= MOST_IN_VAIN


@dataclass(frozen=True, slots=True)
class PostgresPayments:
    """``domain.payments.ports.Payments`` within a transaction."""

    connection: AsyncConnection

    async def underway(self, subject: str) -> Payment | None:
        """Return the payment for something that has not failed, its row locked until the block ends."""
        await alone_with(subject, self.connection)
        has_not_failed = payments.c.state != PaymentState.FAILED
        query = select(payments).where(payments.c.subject == subject, has_not_failed)
        return await self._one(query.order_by(payments.c.number.desc()).limit(1).with_for_update())

    async def add(self, payment: Payment) -> None:
        """Keep a new one; its number is given to it here."""
        await self.connection.execute(insert(payments).values(_values(payment)))

    async def by_id(self, id_: PaymentId) -> Payment | None:
        """Return a payment, its row locked until the block ends; its subject before it, as everywhere."""
        subject = select(payments.c.subject).where(payments.c.id == id_)
        named = (await self.connection.execute(subject)).scalar_one_or_none()
        if named is None:
            return None
        await alone_with(named, self.connection)
        return await self._one(select(payments).where(payments.c.id == id_).with_for_update())

    async def shown(self, id_: PaymentId) -> Payment | None:
        """Return a payment; nothing is locked."""
        return await self._one(select(payments).where(payments.c.id == id_))

    async def for_a_person(self) -> Sequence[Payment]:
        """Return those that wait for a person, the oldest first."""
        is_closed = payments.c.failure.is_not_distinct_from(PaymentFailure.CLOSED)
        is_doubled = payments.c.doubled_at.is_not(None)
        wait = or_(payments.c.state == PaymentState.STOPPED, is_doubled, CANNOT_BE_TOLD_OF & ~is_closed)
        query = select(payments).where(wait).order_by(payments.c.number)
        return [_payment(row) for row in await self.connection.execute(query)]

    async def by_number(self, number: int) -> Payment | None:
        """Return a payment by what people call it, its row locked until the block ends."""
        query = select(payments.c.id).where(payments.c.number == number)
        found = (await self.connection.execute(query)).scalar_one_or_none()
        return None if found is None else await self.by_id(PaymentId(found))

    async def closed(self, id_: PaymentId, by: str, reason: str, at: datetime) -> None:
        """Keep for good who closed a payment, and why."""
        await self.connection.execute(insert(payment_actions).values(payment_id=id_, by=by, reason=reason, at=at))

    async def change(self, payment: Payment) -> None:
        """Write one anew. Raises: ``LookupError`` when there is none."""
        changed = await self.connection.execute(
            update(payments).where(payments.c.id == payment.id).values(_values(payment))
        )
        if changed.rowcount != 1:
            raise LookupError("no such payment")

    async def waited(self, id_: PaymentId, at: datetime) -> None:
        """Take note that its customer is told that it waits; whoever opens it meanwhile comes first."""
        waits = (payments.c.state == PaymentState.WAITING) | IS_BEING_CHARGED
        is_new = (payments.c.id == id_) & waits & payments.c.waited_at.is_(None)
        await self.connection.execute(update(payments).where(is_new).values(waited_at=at))

    async def addressed(self, ids: Collection[PaymentId], at: datetime) -> None:
        """Take note that addresses are shown; rows are locked in one order."""
        is_open = (payments.c.state == PaymentState.OPEN) & payments.c.means_id.is_(None)
        is_new = payments.c.id.in_(ids) & is_open & payments.c.shown_at.is_(None)
        found = select(payments.c.id).where(is_new).order_by(payments.c.id).with_for_update()
        await self.connection.execute(update(payments).where(payments.c.id.in_(found)).values(shown_at=at))

    async def of_account(self, account: AccountId, most: int) -> Sequence[Payment]:
        """Return those of an account, the latest first."""
        query = select(payments).where(payments.c.account_id == account).order_by(payments.c.number.desc()).limit(most)
        return [_payment(row) for row in await self.connection.execute(query)]

    async def own(self, account: AccountId, ids: Collection[PaymentId]) -> Sequence[Payment]:
        """Return those among some that are an account's, in no order."""
        query = select(payments).where(payments.c.account_id == account, payments.c.id.in_(ids))
        return [_payment(row) for row in await self.connection.execute(query)]

    async def has_failed(self, payment: Payment) -> bool:
        """Return whether another payment failed for the same thing, over the same sum, and for the same reason."""
        query = select(
            exists().where(
                payments.c.subject == payment.subject,
                payments.c.id != payment.id,
                payments.c.state == PaymentState.FAILED,
                payments.c.failure == payment.failure,
                payments.c.amount == payment.amount.amount,
                payments.c.currency == payment.amount.currency,
            )
        )
        return bool((await self.connection.execute(query)).scalar_one())

    async def was_taken(self, subject: str) -> bool:
        """Return whether a payment for something was stopped after its money was taken."""
        query = select(
            exists().where(
                payments.c.subject == subject,
                payments.c.state == PaymentState.STOPPED,
                payments.c.paid_at.is_not(None),
            )
        )
        return bool((await self.connection.execute(query)).scalar_one())

    async def paid_by(self, subject: str, account: AccountId) -> PaymentId | None:
        """Return by which payment of an account the money for something was taken; of such there is one at most."""
        is_paid = payments.c.state.in_(sorted(TAKEN))
        query = select(payments.c.id).where(payments.c.subject == subject, payments.c.account_id == account, is_paid)
        found = (await self.connection.execute(query)).scalar_one_or_none()
        return None if found is None else PaymentId(found)

    async def of_order(self, order: str) -> PaymentId | None:
        """Return which payment the acquirer's order is of, or was."""
        its = select(payments.c.id).where(payments.c.order_id == order)
        former = select(watched_orders.c.payment_id).where(watched_orders.c.order_id == order)
        found = (await self.connection.execute(its.union(former))).scalar_one_or_none()
        return None if found is None else PaymentId(found)

    async def unchecked(self, before: datetime, long_before: datetime, most: int) -> Sequence[PaymentId]:
        """Return open payments whose order was not looked at since an instant, the longest ago first."""
        is_due = or_(~CANNOT_BE_TOLD_OF, payments.c.checked_at < long_before)
        query = (
            select(payments.c.id)
            .where(payments.c.state == PaymentState.OPEN, payments.c.checked_at < before, is_due)
            .order_by(payments.c.checked_at)
            .limit(most)
        )
        return [PaymentId(each) for each in (await self.connection.execute(query)).scalars()]

    async def _one(self, query: Select[Any]) -> Payment | None:
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else _payment(row)


def _values(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "account_id": payment.account,
        "client_isn": payment.client,
        "subject": payment.subject,
        **_payable_values(payment.payable),
        "amount": payment.amount.amount,
        "currency": payment.amount.currency,
        "state": payment.state,
        "begun_at": payment.begun_at,
        "bill_isn": payment.bill,
        "bill_number": payment.bill_number,
        "order_id": payment.order,
        "address": payment.address,
        "opened_at": payment.opened_at,
        "checked_at": payment.checked_at,
        "paid_at": payment.paid_at,
        "ended_at": payment.ended_at,
        "failure": payment.failure,
        "waited_at": payment.waited_at,
        "shown_at": payment.shown_at,
        "in_vain": payment.in_vain,
        "means_id": payment.means,
        "doubled_at": payment.doubled_at,
    }


def _payable_values(payable: Payable) -> dict[str, Any]:
    match payable:
        case PaidInstalment(policy, number, instalment):
            return {"policy_isn": policy, "policy_number": number, "instalment": instalment}
        case PaidDeductible(claim, claim_number, number):
            return {"claim_id": claim, "claim_number": claim_number, "policy_number": number}
        case PaidRenewal(agreement, policy, number):
            return {"agreement_isn": agreement, "policy_isn": policy, "policy_number": number}


def _payable(row: Row[Any]) -> Payable:
    number = models.PolicyNumber(row.policy_number)
    if row.instalment is not None:
        return PaidInstalment(models.Isn(row.policy_isn), number, row.instalment)
    if row.claim_id is not None:
        return PaidDeductible(models.ClaimId(row.claim_id), row.claim_number, number)
    return PaidRenewal(models.Isn(row.agreement_isn), models.Isn(row.policy_isn), number)


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        id=PaymentId(row.id),
        number=row.number,
        account=AccountId(row.account_id),
        client=models.Isn(row.client_isn),
        payable=_payable(row),
        amount=Money(row.amount, row.currency),
        begun_at=row.begun_at,
        state=PaymentState(row.state),
        bill=None if row.bill_isn is None else models.Isn(row.bill_isn),
        bill_number=row.bill_number,
        order=row.order_id,
        address=row.address,
        opened_at=row.opened_at,
        checked_at=row.checked_at,
        paid_at=row.paid_at,
        ended_at=row.ended_at,
        failure=None if row.failure is None else PaymentFailure(row.failure),
        waited_at=row.waited_at,
        shown_at=row.shown_at,
        in_vain=row.in_vain,
        means=None if row.means_id is None else MeansId(row.means_id),
        doubled_at=row.doubled_at,
    )
