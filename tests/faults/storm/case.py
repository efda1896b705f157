"""The evidence of payments, looked up."""

from __future__ import annotations

from typing import Final

from tests.faults.storm.evidence import Evidence, Money

__all__ = ["ENDED", "PAID_TWICE", "Case"]

ENDED: Final = {"PAID", "FAILED", "STOPPED"}
PAID_TWICE: Final = "PAID_TWICE"
"""Why a person is called for a payment that two orders were paid of."""


class Case:
    """The evidence, looked up: a payment has an order that it waits for, or was paid by, and former ones.

    ``late``: orders that the bank had declined, and took the money for after all.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.money = {each.order: each for each in evidence.orders}
        self.rows = {each.id: each for each in evidence.payments}
        former = {each.order: self.rows[each.payment] for each in evidence.watched if each.payment in self.rows}
        self.by_order = {**former, **{each.order: each for each in evidence.payments if each.order}}
        self._orders: dict[str, list[str]] = {}
        for order, row in self.by_order.items():
            self._orders.setdefault(row.id, []).append(order)
        self.subject_of_bill = {each.bill: each.subject for each in evidence.bills}
        self.subject_of_order = {each.order: self.subject_of_bill.get(each.bill) for each in evidence.opened}
        bills = {each.bill: each for each in evidence.bills}
        self.bill_of_order = {each.order: bills[each.bill] for each in evidence.opened if each.bill in bills}
        self.confirmed = {each.order: each for each in evidence.confirmations}
        self.last = {id_: told for each in evidence.customers for id_, told in each.last.items()}
        self.late = {order for each in evidence.customers for order in each.means.paid_late}

    def was_opened_anew(self, payment: str) -> bool:
        """Whether the bank declined to charge an order of a payment: then it waits for another order."""
        bill = self.rows[payment].bill if payment in self.rows else None
        orders = (self.money.get(each.order) for each in self.evidence.opened if each.bill == bill)
        return any(each is not None and each.charges > 0 and self.was_declined(each) for each in orders)

    def was_declined(self, order: Money) -> bool:
        """Whether the bank declined an order, whatever it did later."""
        return order.state == "DECLINED" or order.order in self.late

    def orders_of(self, payment: str) -> list[str]:
        """All orders that a payment has, or had."""
        return self._orders.get(payment, [])

    def taken_of(self, payment: str) -> list[Money]:
        """Those of its orders that money was taken by."""
        return [self.money[each] for each in self.orders_of(payment) if each in self.money and self.money[each].taken]

    def paid_by(self, payment: str) -> list[Money]:
        """Those of its orders that money was taken by, and the policy core took for paid."""
        return [each for each in self.taken_of(payment) if each.order in self.confirmed]

    def is_one_too_many(self, order: Money) -> bool:
        """Whether money is known to be too much: of two orders, one late, of a payment that is paid and is marked so.

        So is money that came late for a payment that is stopped.
        """
        row = self.by_order.get(order.order)
        if row is None:
            return False
        if row.state == "STOPPED":
            return order.order in self.late
        is_marked = row.state == "PAID" and (row.is_doubled or row.id in self.evidence.closed)
        taken = {each.order for each in self.taken_of(row.id)}
        is_late = len(taken) == 2 and not taken.isdisjoint(self.late)
        return is_marked and is_late and order.order not in self.confirmed and bool(self.paid_by(row.id))

    @property
    def taken(self) -> list[Money]:
        """The orders that money was taken by."""
        return [each for each in self.evidence.orders if each.taken]
