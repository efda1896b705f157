"""The policy core and the claims core as payments see them, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from domain import models
from domain.errors import Refused
from domain.money import Money
from domain.ports import Call

__all__ = ["FakeBilling"]


@dataclass
class FakeBilling:
    """Bills, orders and confirmations. ``amounts``: what is asked for.

    ``failing`` fails the next commands, one each; with ``commits`` they are done all the same.
    """

    amounts: dict[models.BillSubject, Money] = field(default_factory=dict)
    bills: dict[models.Isn, models.Bill] = field(default_factory=dict)
    of_subject: dict[models.BillSubject, models.Isn] = field(default_factory=dict)
    results: dict[str, object] = field(default_factory=dict)
    orders: dict[str, models.Isn] = field(default_factory=dict)
    returns: list[str] = field(default_factory=list)
    confirmed: list[models.OnlinePayment] = field(default_factory=list)
    recorded: list[tuple[models.ClaimId, str, datetime]] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    commits: bool = False
    host: str = "pay.test"

    async def create_bill(self, subject: models.BillSubject, request_id: str, call: Call, /) -> models.Bill:
        """Make out a bill, as ``domain.commands.CreateBill``."""
        if (self.commits or not self.failing) and subject not in self.of_subject:
            isn = models.Isn(900 + len(self.bills))
            bill = models.Bill(isn, f"B-{isn}", self.amounts[subject], models.BillStatus.OPEN, None)
            self.of_subject[subject], self.bills[isn] = isn, bill
        self._fail()
        found = self.bills[self.of_subject[subject]]
        if found.status is models.BillStatus.PAID:
            raise Refused("ALREADY_PAID")
        return found

    def cancel_bill(self, subject: models.BillSubject, amount: Money) -> None:
        """Cancel a bill by hand, so that the next for its subject is over the sum that is asked now."""
        isn = self.of_subject.pop(subject)
        self.bills[isn] = replace(self.bills[isn], status=models.BillStatus.CANCELLED)
        self.amounts[subject] = amount

    async def open_online_bill(
        self, bill: models.Isn, return_address: str, request_id: str, call: Call, /
    ) -> models.OnlineBill:
        """Open an order, as ``domain.commands.OpenOnlineBill``."""
        if (self.commits or not self.failing) and request_id not in self.results:
            order = f"order-{len(self.orders) + 1}"
            self.results[request_id], self.orders[order] = order, bill
            self.returns.append(return_address)
        self._fail()
        opened = str(self.results[request_id])
        return models.OnlineBill(opened, f"https://{self.host}/pay?order={opened}")

    async def confirm_payment(
        self, bill: models.Isn, payment: models.OnlinePayment, request_id: str, call: Call, /
    ) -> models.Bill:
        """Take note of a payment, as ``domain.commands.ConfirmPayment``."""
        found = self.bills[bill]
        if found.status is models.BillStatus.PAID and found.paid_by != payment.order:
            raise Refused("ALREADY_PAID")
        if (self.commits or not self.failing) and found.status is models.BillStatus.OPEN:
            self.bills[bill] = replace(found, status=models.BillStatus.PAID, paid_by=payment.order)
            self.confirmed.append(payment)
        self._fail()
        return self.bills[bill]

    async def record_deductible(
        self, claim: models.ClaimId, bill_number: str, paid_at: datetime, request_id: str, call: Call, /
    ) -> None:
        """Write down a deductible, as ``domain.commands.RecordDeductible``."""
        self._fail()
        self.recorded.append((claim, bill_number, paid_at))

    async def update_contacts(self, *_given: object) -> None:
        """Write nothing."""

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)
