"""What the systems are asked to do for a payment, and what their answers make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from domain import models
from domain.errors import Refused
from domain.outbox.models import CommandKind
from domain.payments import judging
from domain.payments.models import (
    PaidDeductible,
    PaidInstalment,
    PaidRenewal,
    Payment,
    PaymentFailure,
    PaymentId,
    PaymentState,
)
from domain.payments.watching import WatchedOrder
from resolvers import ids
from resolvers.use_cases.delivering import Settled
from resolvers.use_cases.payments import awaiting, declining
from resolvers.use_cases.payments.charging import ChargeStep

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork
    from domain.acquirer import Order
    from domain.commands import Commands
    from domain.payments.ports import PaymentPorts, PaymentRules
    from domain.ports import Call
    from resolvers.use_cases.delivering import Step

__all__ = ["steps"]

ALREADY_PAID: Final = "ALREADY_PAID"


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, and what the acquirer says of it where it had to be closed: nobody may be sent to its page."""

    online: models.OnlineBill
    closed: Order | None = None


@dataclass(frozen=True, slots=True)
class PaymentStep:
    """One kind of command for payments: how it is sent, and what an answer or a refusal makes of the payment."""

    ask: Callable[[Payment, str, Call], Awaitable[Any]]
    answered: Callable[[Payment, Any, datetime], Payment]
    declined: Callable[[UnitOfWork, UUID, Refused, datetime], Awaitable[Payment]]
    then: Callable[[Payment], CommandKind | None]
    alarm: Callable[[Payment], None]
    rules: PaymentRules

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> Any:
        """Have the system do it. Raises: ``Refused``, too, for what need not be paid any more."""
        async with store.work() as work:
            payment = await work.payments.shown(PaymentId(owner))
            assert payment is not None
            was_taken = await work.payments.was_taken(payment.subject)
        if was_taken and payment.state is PaymentState.WAITING:
            raise Refused(ALREADY_PAID)
        return await self.ask(payment, request_id, call)

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> Settled:
        """Take note of the answer; an alarm is for afterwards."""
        before = await work.payments.by_id(PaymentId(owner))
        assert before is not None
        if isinstance(answer, Refused):
            after = await self.declined(work, owner, answer, at)
        else:
            after = await self._answered(work, before, answer, at)
        after = await not_in_circles(work, after, at)
        await awaiting.tell_failed(work, before, after, self.rules.told_after, at)
        told = partial(self.alarm, after) if after.needs_a_person and after != before else None
        return Settled(told, (after.payable.policy_number,) if is_known_to_be_paid(after) else ())

    async def _answered(self, work: UnitOfWork, payment: Payment, answer: Any, at: datetime) -> Payment:
        after = self.answered(payment, answer, at)
        await work.payments.change(after)
        if (spare := spare_order(after, answer)) is not None:
            await work.watched_orders.add(WatchedOrder(spare, after.id, at, at))
        await awaiting.tell_ready(work, after, self.rules.told_after, at)
        if (kind := self.then(after)) is not None:
            await work.commands.accept(kind, after.subject, after.id, at)
        return after


def is_known_to_be_paid(payment: Payment) -> bool:
    """Return whether the policy core has the money, by this payment or another: what is kept of the policy is older."""
    return payment.state is PaymentState.PAID or payment.failure is PaymentFailure.ALREADY_PAID


async def not_in_circles(work: UnitOfWork, payment: Payment, at: datetime) -> Payment:
    """Stop a payment over a changed sum if one over the same sum failed before.

    The policy core gives the bill of the old sum for as long as that is open: until a person has it cancelled, every
    payment for the thing would fail alike.
    """
    if payment.failure is not PaymentFailure.AMOUNT_CHANGED or not await work.payments.has_failed(payment):
        return payment
    after = judging.stopped(payment, PaymentFailure.AMOUNT_CHANGED, at)
    await work.payments.change(after)
    return after


def steps(commands: Commands, ports: PaymentPorts) -> Mapping[CommandKind, Step]:
    """Return the kinds of commands that payments are made of."""

    async def create_bill(payment: Payment, request_id: str, call: Call) -> models.Bill:
        return await commands.create_bill(bill_subject(payment), request_id, call)

    async def open_online_bill(payment: Payment, request_id: str, call: Call) -> Ordered:
        assert payment.bill is not None
        if payment.state is not PaymentState.WAITING:
            # An earlier order was paid after all.
            raise Refused(ALREADY_PAID)
        back = ports.rules.return_address + ids.encode("Payment", payment.id)
        online = await commands.open_online_bill(payment.bill, back, request_id, call)
        if ports.is_allowed(online.address):
            return Ordered(online)
        return Ordered(online, await ports.acquirer.cancel(online.order, call.deadline))

    async def confirm(payment: Payment, request_id: str, call: Call) -> models.Bill:
        assert payment.bill is not None
        assert payment.order is not None
        assert payment.paid_at is not None
        paid = models.OnlinePayment(payment.order, payment.amount, payment.paid_at)
        return await commands.confirm_payment(payment.bill, paid, request_id, call)

    async def record_deductible(payment: Payment, request_id: str, call: Call) -> None:
        assert isinstance(payment.payable, PaidDeductible)
        assert payment.bill_number is not None
        assert payment.paid_at is not None
        await commands.record_deductible(payment.payable.claim, payment.bill_number, payment.paid_at, request_id, call)

    kinds: dict[CommandKind, tuple[Any, Any, Any, Any]] = {
        CommandKind.CREATE_BILL: (create_bill, judging.billed, declining.unpayable, to_be_opened),
        CommandKind.OPEN_ONLINE_BILL: (open_online_bill, opened, declining.unpayable, to_be_charged),
        CommandKind.CONFIRM_PAYMENT: (confirm, judging.confirmed, declining.unconfirmed, to_be_recorded),
        CommandKind.RECORD_DEDUCTIBLE: (record_deductible, unchanged, declining.unrecorded, nothing),
    }
    found: dict[CommandKind, Step] = {
        kind: PaymentStep(*parts, ports.alarm, ports.rules) for kind, parts in kinds.items()
    }
    return {**found, CommandKind.CHARGE_ORDER: ChargeStep(ports)}


def bill_subject(payment: Payment) -> models.BillSubject:
    """Return what the policy core makes out the bill for."""
    match payment.payable:
        case PaidInstalment(_, policy, number):
            return models.InstalmentBill(policy, number)
        case PaidDeductible(_, claim_number, policy):
            return models.DeductibleBill(policy, claim_number, payment.amount)
        case PaidRenewal(agreement, _, _):
            return models.AgreementBill(agreement)


def opened(payment: Payment, ordered: Ordered, at: datetime) -> Payment:
    """Return the payment with the page to pay on; where nobody may be sent to that, it fails with its order closed.

    One that was paid by an earlier order, while the core was asked for this, needs no page.
    """
    if payment.state is not PaymentState.WAITING:
        return payment
    if ordered.closed is None:
        return judging.opened(payment, ordered.online, at)
    known = replace(payment, order=ordered.online.order)
    return judging.checked(judging.failed(known, PaymentFailure.ADDRESS_REFUSED, at), ordered.closed, at)


def spare_order(payment: Payment, answer: Any) -> str | None:
    """Return an order that was opened for a payment which does not need it any more: nobody is to pay it."""
    if not isinstance(answer, Ordered) or answer.online.order == payment.order:
        return None
    return answer.online.order


def unchanged(payment: Payment, _answer: None, _at: datetime) -> Payment:
    """Leave the payment as it is."""
    return payment


def to_be_opened(payment: Payment) -> CommandKind | None:
    """What follows a bill."""
    return CommandKind.OPEN_ONLINE_BILL if payment.state is PaymentState.WAITING else None


def to_be_charged(payment: Payment) -> CommandKind | None:
    """What follows an order, where the customer has said by what to pay."""
    return CommandKind.CHARGE_ORDER if payment.is_being_charged else None


def to_be_recorded(payment: Payment) -> CommandKind | None:
    """What follows a paid bill."""
    return CommandKind.RECORD_DEDUCTIBLE if isinstance(payment.payable, PaidDeductible) else None


def nothing(_payment: Payment) -> CommandKind | None:
    """Nothing follows."""
    return None
