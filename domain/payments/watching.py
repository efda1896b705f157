"""Orders that are asked about though their payment does not wait for them any more.

Another order took their place, or a person closed the payment before the acquirer had told what became of it. Were one
paid after all, its customer's money would be nobody's. Nobody says how long that can take, so it is asked at intervals
that grow with the order's age, and no more after ``PaymentRules.watch_for``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from domain.acquirer import Order, OrderState
from domain.payments.models import RARELY, PaymentId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.payments.ports import PaymentRules

__all__ = ["WatchedOrder", "WatchedOrders", "begun_anew", "not_understood", "told", "unanswered"]


@dataclass(frozen=True, slots=True)
class WatchedOrder:
    """An order that is watched since an instant.

    ``look_at``: when to ask next; never if None. ``paid_at``: when the acquirer took the money, known once it was told
    to be paid; then nothing is left to be asked.
    """

    id: str
    payment: PaymentId
    since: datetime
    look_at: datetime | None
    paid_at: datetime | None = None


def told(watched: WatchedOrder, order: Order, rules: PaymentRules, at: datetime) -> WatchedOrder:
    """Take note of what the acquirer says."""
    if order.state is OrderState.PAID:
        return replace(watched, look_at=None, paid_at=order.paid_at)
    age, end = at - watched.since, watched.since + rules.watch_for
    return replace(watched, look_at=min(at + max(age, rules.check_every), end) if at < end else None)


def not_understood(watched: WatchedOrder, rules: PaymentRules, at: datetime) -> WatchedOrder:
    """Take note that nothing can be made of what the acquirer says: that is asked again within an hour."""
    pause = min(max(at - watched.since, rules.check_every), RARELY)
    return replace(watched, look_at=at + pause if at < watched.since + rules.watch_for else None)


def unanswered(watched: WatchedOrder, rules: PaymentRules, at: datetime) -> WatchedOrder:
    """Take note that the acquirer is away: it is asked again, however old the order is."""
    return replace(watched, look_at=at + rules.check_every)


def begun_anew(watched: WatchedOrder, rules: PaymentRules, at: datetime) -> WatchedOrder:
    """Watch an order from now on, as somebody said that something became of it, and it could not be told what."""
    return replace(watched, since=at, look_at=at + rules.check_every)


class WatchedOrders(Protocol):
    """Orders that are watched, within a transaction; changed by whoever holds the row of their payment, or theirs."""

    async def add(self, watched: WatchedOrder) -> None:
        """Watch one from now on; one that is watched already is watched anew, unless it is known to be paid."""
        ...

    async def by_id(self, order: str) -> WatchedOrder | None:
        """Return one, its row locked until the block ends."""
        ...

    async def change(self, watched: WatchedOrder) -> None:
        """Write one anew."""
        ...

    async def hasten(self, order: str) -> None:
        """Have one asked about at the next look, if it is watched, or was, and is not known to be paid."""
        ...

    async def due(self, at: datetime, most: int) -> Sequence[str]:
        """Return those to be asked about by an instant, the longest due first."""
        ...

    async def due_of(self, payment: PaymentId, at: datetime) -> Sequence[str]:
        """Return those of one payment to be asked about by an instant."""
        ...
