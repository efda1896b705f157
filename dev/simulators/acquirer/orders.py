"""Orders and what becomes of them. Money is taken in one place only, and once."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from dev.simulators.kit import Clock


class State(StrEnum):
    """State of an order; only a new one can be paid."""

    NEW = "NEW"
    PAID = "PAID"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Differs(Exception):
    """An order of this id is here with another bill or amount."""


@dataclass(frozen=True, slots=True)
class Card:
    """An invented card: no number, only a name; good for `years` more."""

    key: str
    ru: str
    en: str
    years: int


CARDS: Final = {
    card.key: card
    for card in (
        Card("titmouse", "Синица", "Titmouse", 2),
        Card("bullfinch", "Снегирь", "Bullfinch", 3),
        Card("kingfisher", "Зимородок", "Kingfisher", 4),
    )
}


@dataclass(frozen=True, slots=True)
class Means:
    """A card that the customer let us remember while an order was paid; `token` stands for it."""

    token: str
    title: str
    expires: date
    order: str

    def as_json(self) -> dict[str, Any]:
        """The means as the merchant is told of it."""
        return {"token": self.token, "title": self.title, "expires": self.expires.isoformat()}


@dataclass(slots=True)
class Order:
    """One order. Units: `asked` (by the merchant) and `amount` (what the acquirer takes) in kopecks.

    `taken`: how often money was taken, `charges`: how often a charge was wanted, `charged`: the order that the card it
    was charged to was remembered at, `attempts`: callbacks sent, `delivered`: those answered with 2xx.
    """

    id: str
    bill: str
    asked: int
    amount: int
    state: State
    opened_at: datetime
    paid_at: datetime | None = None
    means: Means | None = None
    taken: int = 0
    charges: int = 0
    charged: str | None = None
    attempts: int = 0
    delivered: int = 0

    def as_json(self) -> dict[str, Any]:
        """The order as the merchant is told of it."""
        return {
            "order": self.id,
            "state": self.state,
            "amount": self.amount,
            "paidAt": None if self.paid_at is None else self.paid_at.isoformat(timespec="milliseconds"),
            "means": None if self.means is None else self.means.as_json(),
        }

    def in_ledger(self) -> dict[str, Any]:
        """The order as the ledger shows it, without what pays: whether a card was remembered, and whose was charged."""
        shown = self.as_json()
        del shown["means"]
        return {
            **shown,
            "bill": self.bill,
            "asked": self.asked,
            "taken": self.taken,
            "remembered": self.means is not None,
            "charged": self.charged,
            "charges": self.charges,
            "callbacks": {"sent": self.attempts, "delivered": self.delivered},
        }


@dataclass(slots=True)
class Book:
    """Every order by id, every remembered means by token."""

    clock: Clock
    life: timedelta
    _orders: dict[str, Order] = field(default_factory=dict)
    _means: dict[str, Means] = field(default_factory=dict)
    _blocked: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Order]:
        """All orders as of now, in the order in which they came."""
        return (self._aged(order) for order in self._orders.values())

    def find(self, order: str) -> Order | None:
        """The order as of now."""
        found = self._orders.get(order)
        return None if found is None else self._aged(found)

    def open(self, order: str, bill: str, asked: int, rise: int = 0) -> Order:
        """The order, new unless it is here; `rise` kopecks go on top of what is asked. Raises: Differs."""
        found = self.find(order)
        if found is None:
            made = Order(order, bill, asked, asked + rise, State.NEW, self._now())
            return self._orders.setdefault(order, made)
        if found.bill and (found.bill, found.asked) != (bill, asked):
            raise Differs
        return found

    def pay(self, order: Order, *, card: Card | None = None, remember: bool = False) -> bool:
        """Take the money, if the order is new; whether it was taken now."""
        if self._aged(order).state is not State.NEW:
            return False
        order.state, order.paid_at = State.PAID, self._now()
        order.taken += 1
        if remember and card is not None:
            order.means = self._remembered(card, order.id)
        return True

    def charge(self, order: Order, token: str) -> bool:
        """Take the money by a means that is known, or turn it down if that is blocked; whether the order changed."""
        if token in self._blocked:
            return self.decline(order)
        if not self.pay(order):
            return False
        order.charged = self._means[token].order
        return True

    def pay_late(self, order: Order) -> bool:
        """Take the money for an order that has ended, as no acquirer should; whether it was taken now."""
        if self._aged(order).state in {State.NEW, State.PAID} or not order.amount:
            return False
        order.state, order.paid_at = State.PAID, self._now()
        order.taken += 1
        return True

    def decline(self, order: Order) -> bool:
        """Turn the order down, if it is new; whether it was turned down now."""
        if self._aged(order).state is not State.NEW:
            return False
        order.state = State.DECLINED
        return True

    def cancel(self, order: str) -> Order:
        """The order, unpayable for ever unless it was paid; one that is not known is kept as cancelled, amount 0."""
        found = self.find(order)
        if found is None:
            return self._orders.setdefault(order, Order(order, "", 0, 0, State.CANCELLED, self._now()))
        if found.state is State.NEW:
            found.state = State.CANCELLED
        return found

    def knows(self, token: str) -> bool:
        """Whether there is a means of this token that has not expired."""
        means = self._means.get(token)
        return means is not None and self.clock.today() <= means.expires

    def forget(self, order: str) -> bool:
        """Forget the card that was remembered at an order; whether there was one."""
        lost = self._remembered_at(order)
        for token in lost:
            del self._means[token]
        return bool(lost)

    def block(self, order: str) -> bool:
        """Decline every charge to the card that was remembered at an order; whether there is one."""
        blocked = self._remembered_at(order)
        self._blocked.update(blocked)
        return bool(blocked)

    def _remembered_at(self, order: str) -> list[str]:
        return [token for token, each in self._means.items() if each.order == order]

    def _remembered(self, card: Card, order: str) -> Means:
        expires = date(self.clock.today().year + card.years, 12, 31)
        means = Means(f"means-{uuid.uuid4().hex}", f"Карта «{card.ru}»", expires, order)
        self._means[means.token] = means
        return means

    def _aged(self, order: Order) -> Order:
        if order.state is State.NEW and self._now() >= order.opened_at + self.life:
            order.state = State.EXPIRED
        return order

    def _now(self) -> datetime:
        return self.clock.now().astimezone(UTC)
