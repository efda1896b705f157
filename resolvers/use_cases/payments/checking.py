"""What became of an order: asked of the acquirer itself, whatever made us ask.

A callback, the customer's return, a look from time to time: all of them end here, and none is believed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.clock import Clock, Deadline, today
from domain.errors import AcquirerError, AcquirerGarbled
from domain.payments import judging
from domain.payments.models import (
    MOST_IN_VAIN,
    RARELY,
    PaidDeductible,
    Payment,
    PaymentFailure,
    PaymentId,
    PaymentState,
)
from resolvers.use_cases.delivering import Later
from resolvers.use_cases.payments import following
from resolvers.use_cases.renewals import lapsing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from domain.accounts.ports import Store, UnitOfWork
    from domain.acquirer import Order
    from domain.payments.ports import PaymentPorts

__all__ = ["Checking"]

ASKED: Final = frozenset({PaymentState.OPEN, PaymentState.FAILED})
"""States in which the acquirer has something to say; a failed one is looked at when somebody says it was paid."""


@dataclass(frozen=True, slots=True)
class Checking:
    """Asks what became of orders, within the deadline of whoever waits for the answer, if anybody does."""

    store: Store
    ports: PaymentPorts
    clock: Clock
    deadline: Deadline | None = None

    async def check(self, id_: PaymentId) -> Payment | None:
        """Look at one payment; close it where the money for the same thing was taken already.

        Raises: ``AcquirerUnavailable``, ``AcquirerGarbled``, ``StoreUnavailable``.
        """
        async with self.store.work() as work:
            payment = await work.payments.shown(id_)
            was_taken = payment is not None and await work.payments.was_taken(payment.subject)
            is_late = payment is not None and await self._is_late(work, payment)
        if payment is None or payment.order is None or payment.state not in ASKED:
            return payment
        if payment.failure is PaymentFailure.CLOSED and payment.paid_at is not None:
            # A person has seen to the money: what the acquirer says of it is nothing new.
            return payment
        if (was_taken or is_late) and payment.state is PaymentState.OPEN:
            return await self.close(payment)
        order = await self._asked(payment)
        if order is None:
            return await self._unheard_of(payment)
        if (
            payment.state is PaymentState.OPEN
            and not order.state.is_final
            and judging.is_of_another_sum(payment, order)
        ):
            return await self.close(payment)
        return await self.take(payment.id, order)

    async def take(self, id_: PaymentId, order: Order) -> Payment | None:
        """Take note of what the acquirer says of an order that is a payment's, or was.

        Raises: ``StoreUnavailable``.
        """
        settled = await self._settled(id_, order)
        if settled is not None and settled.state is PaymentState.STOPPED:
            await self._close_newer(settled)
        return settled

    async def close(self, payment: Payment) -> Payment | None:
        """Close the order of an open payment, so that it can never be paid; one that was paid meanwhile is paid.

        Raises: as ``check``.
        """
        if payment.order is None:
            return payment
        order = await self.ports.acquirer.cancel(payment.order, self._deadline())
        return await self._settled(payment.id, order)

    async def _is_late(self, work: UnitOfWork, payment: Payment) -> bool:
        """Return whether a renewal is paid for after its day; to close an order shows whether it was paid by then."""
        if payment.state is not PaymentState.OPEN or isinstance(payment.payable, PaidDeductible):
            return False
        offer = await work.renewal_offers.made(payment.payable.policy, payment.account)
        is_first = offer is not None and lapsing.payable(offer).subject == payment.subject
        return offer is not None and is_first and today(self.clock) > offer.payable_until

    async def _close_newer(self, stopped: Payment) -> None:
        """Close what was begun for the same thing meanwhile, that nobody pay twice; if not now, the next look does."""
        async with self.store.work() as work:
            newer = await work.payments.underway(stopped.subject)
        if newer is not None and newer.state is PaymentState.OPEN:
            with suppress(AcquirerError):
                await self.close(newer)

    async def when_called_back(self, id_: PaymentId) -> None:
        """Look at one payment as it is said to be paid. An open one that cannot be told of is left to other looks.

        Raises: ``Later``, ``AcquirerUnavailable``, ``StoreUnavailable``: then it is to be tried again.
        """
        try:
            await self.check(id_)
        except AcquirerGarbled as garbled:
            payment = await self.not_understood(id_)
            if not payment.cannot_be_told_of:
                raise Later from garbled
            if payment.state is not PaymentState.OPEN:
                raise Later(self.clock.now() + RARELY) from garbled

    async def unanswered(self, id_: PaymentId) -> None:
        """Take note that the acquirer was asked and is away. Raises: ``StoreUnavailable``."""
        await self._noted(id_, judging.looked_at)

    async def not_understood(self, id_: PaymentId) -> Payment:
        """Take note that nothing can be made of what the acquirer says; at last a person is told.

        Raises: ``StoreUnavailable``.
        """
        after = await self._noted(id_, judging.not_understood)
        if after.in_vain == MOST_IN_VAIN:
            self.ports.alarm(after)
        return after

    async def _noted(self, id_: PaymentId, judged: Callable[[Payment, datetime], Payment]) -> Payment:
        async with self.store.work() as work:
            current = await work.payments.by_id(id_)
            assert current is not None
            if current.state in ASKED:
                current = judged(current, self.clock.now())
                await work.payments.change(current)
        return current

    async def _asked(self, payment: Payment) -> Order | None:
        assert payment.order is not None
        return await self.ports.acquirer.order(payment.order, self._deadline())

    async def _unheard_of(self, payment: Payment) -> Payment | None:
        """The customer never came to the acquirer's page: wait for as long as its address is good, then close it."""
        if judging.has_lived(payment, self.ports.rules, self.clock.now()):
            return await self.close(payment)
        return await self._noted(payment.id, judging.not_told)

    async def _settled(self, id_: PaymentId, order: Order) -> Payment | None:
        async with self.store.work() as work:
            change = await following.settle(work, id_, order, self.ports.rules, self.clock.now())
        if change is None:
            return None
        if change.stops:
            self.ports.alarm(change.after)
        return change.after

    def _deadline(self) -> Deadline:
        own = Deadline.after(self.clock, self.ports.rules.check_s)
        return own if self.deadline is None else min(own, self.deadline, key=Deadline.remaining_s)
