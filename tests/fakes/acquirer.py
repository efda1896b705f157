"""An acquirer in memory, whose customers do as they are told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from domain.acquirer import Means, Order, OrderState
from domain.clock import Deadline
from domain.errors import AcquirerError, AcquirerGarbled, Refused
from domain.money import Money
from gateway.acquirer.orders import is_order
from tests.fakes.clock import NOW

__all__ = ["FakeAcquirer", "FakeNotices"]

NOTHING = Money(Decimal(0))


@dataclass(slots=True)
class FakeAcquirer:
    """``domain.acquirer.Acquirer``. ``failing`` fails the next questions, one each; ``asked`` counts them.

    With ``commits`` a question that fails is done all the same. ``taken``: how often money was taken for an order.
    ``declines``: remembered means pay nothing. ``given_s``: how long each question might have taken.
    """

    orders: dict[str, Order] = field(default_factory=dict)
    bills: dict[str, str] = field(default_factory=dict)
    means: dict[str, Means] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    failing: list[AcquirerError] = field(default_factory=list)
    commits: bool = False
    declines: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    given_s: list[float] = field(default_factory=list)

    async def order(self, order: str, deadline: Deadline) -> Order | None:
        """Return the order, as ``Acquirer.order``."""
        self._ask("order", order, deadline)
        self._fail()
        return self.orders.get(order)

    async def cancel(self, order: str, deadline: Deadline) -> Order:
        """Cancel an order, as ``Acquirer.cancel``."""
        self._ask("cancel", order, deadline)
        if self.commits or not self.failing:
            found = self.orders.setdefault(order, Order(order, OrderState.NEW, NOTHING))
            self._end(found, OrderState.CANCELLED)
        self._fail()
        return self.orders[order]

    async def charge(self, order: str, bill: str, amount: Money, token: str, deadline: Deadline) -> Order:
        """Pay with remembered means, as ``Acquirer.charge``."""
        self._ask("charge", order, deadline)
        if self.commits or not self.failing:
            found = self.orders.get(order)
            if found is None and token not in self.means:
                raise Refused("MEANS_GONE")
            if found is not None and found.amount != NOTHING and (found.amount, self.bills[order]) != (amount, bill):
                raise Refused("ORDER_DIFFERS")
            self.visit(order, bill, amount)
            if self.declines:
                self.decline(order)
            else:
                self.pay(order)
        self._fail()
        return self.orders[order]

    def visit(self, order: str, bill: str, amount: Money) -> None:
        """Open an order's page."""
        self.orders.setdefault(order, Order(order, OrderState.NEW, amount))
        self.bills.setdefault(order, bill)

    def pay(self, order: str, *, remember: bool = False) -> None:
        """Press Pay."""
        if self._end(self.orders[order], OrderState.PAID):
            self.taken[order] = self.taken.get(order, 0) + 1
            means = self.remembered(f"means-of-{order}") if remember else None
            self.orders[order] = replace(self.orders[order], paid_at=NOW, means=means)

    def remembered(self, token: str) -> Means:
        """Remember a card."""
        self.means[token] = Means(token, "Карта «Синица»", date(2028, 12, 31))
        return self.means[token]

    def decline(self, order: str) -> None:
        """Press Decline."""
        self._end(self.orders[order], OrderState.DECLINED)

    def expire(self, order: str) -> None:
        """Let the time pass."""
        self._end(self.orders[order], OrderState.EXPIRED)

    def _end(self, order: Order, state: OrderState) -> bool:
        if order.state.is_final:
            return False
        self.orders[order.id] = replace(order, state=state)
        return True

    def _ask(self, operation: str, order: str, deadline: Deadline) -> None:
        self.asked.append((operation, order))
        self.given_s.append(deadline.remaining_s())
        if not is_order(order):
            raise AcquirerGarbled(operation, "no order can be called so")

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)


@dataclass(slots=True)
class FakeNotices:
    """``domain.acquirer.Notices``. ``failure`` is raised instead of taking note."""

    orders: list[str] = field(default_factory=list)
    failure: Exception | None = None

    async def came(self, order: str) -> None:
        """Take note."""
        if self.failure is not None:
            raise self.failure
        self.orders.append(order)
