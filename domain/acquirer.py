"""Who takes card payments: on a page of their own, so that no card number ever comes here.

The policy core opens an order and gives the address of its page; what became of the order is asked of the acquirer's
server. A callback, whatever it says, is only a reason to ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.clock import Deadline
    from domain.money import Money

__all__ = ["Acquirer", "Means", "Notices", "Order", "OrderState"]


class OrderState(StrEnum):
    """State of an order; only a new one can still be paid, and no other ever changes."""

    NEW = "NEW"
    PAID = "PAID"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Whether nothing can become of the order any more."""
        return self is not OrderState.NEW


@dataclass(frozen=True, slots=True)
class Means:
    """A card that the acquirer remembers for us. ``token`` pays: it is never shown. ``expires``: the last day."""

    token: str = field(repr=False)
    title: str
    expires: date


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the acquirer's server tells it.

    ``amount`` is what it takes or took, which the bill's need not be; zero for an order that was cancelled before
    anybody opened it. ``paid_at``: an instant in UTC, there if and only if the order is paid. ``means``: what the
    customer let be remembered while paying this order.
    """

    id: str
    state: OrderState
    amount: Money
    paid_at: datetime | None = None
    means: Means | None = None


class Acquirer(Protocol):
    """The acquirer's server.

    All raise ``AcquirerUnavailable`` and ``AcquirerGarbled``. After those an order may have been cancelled or paid all
    the same: asking again is always harmless, since each is done once for an order.
    """

    async def order(self, order: str, deadline: Deadline) -> Order | None:
        """Return the order; None for one whose page was never opened: it can still be, unless it is cancelled."""
        ...

    async def cancel(self, order: str, deadline: Deadline) -> Order:
        """Make an order unpayable for ever, opened or not; one that came to another end first keeps it."""
        ...

    async def charge(self, order: str, bill: str, amount: Money, token: str, deadline: Deadline) -> Order:
        """Pay an order with remembered means, and return what became of it; an order that has ended stays as it is.

        Raises: ``Refused`` with ``MEANS_GONE`` (nothing was opened) or ``ORDER_DIFFERS`` (another amount or bill).
        """
        ...


class Notices(Protocol):
    """Is told that something became of an order."""

    async def came(self, order: str) -> None:
        """Take note that the order is to be asked about; any number of times, in any order, of unknown orders too.

        Raises: ``StoreUnavailable``: then whoever told it does so again.
        """
        ...
