"""Where payments are kept, and what they need besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.acquirer import Acquirer
from domain.payments.models import Payment, PaymentId

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from domain.accounts.models import AccountId

__all__ = ["PaymentPorts", "PaymentRules", "Payments"]


class Payments(Protocol):
    """Payments, within a transaction."""

    async def underway(self, subject: str) -> Payment | None:
        """Return the payment for something that has not failed, its row locked until the block ends.

        Until then nobody else can begin one for the same, but waits here.
        """
        ...

    async def add(self, payment: Payment) -> None:
        """Keep a new one, of a subject that was asked for by ``underway``; its number is given to it here."""
        ...

    async def by_id(self, id_: PaymentId) -> Payment | None:
        """Return a payment, its row locked until the block ends."""
        ...

    async def shown(self, id_: PaymentId) -> Payment | None:
        """Return a payment; nothing is locked."""
        ...

    async def for_a_person(self) -> Sequence[Payment]:
        """Return those that wait for a person, the oldest first."""
        ...

    async def by_number(self, number: int) -> Payment | None:
        """Return a payment by what people call it, its row locked until the block ends."""
        ...

    async def closed(self, id_: PaymentId, by: str, reason: str, at: datetime) -> None:
        """Keep for good who closed a payment, and why."""
        ...

    async def change(self, payment: Payment) -> None:
        """Write one anew. Raises: ``LookupError`` when it was never added: a fault of ours."""
        ...

    async def waited(self, id_: PaymentId, at: datetime) -> None:
        """Take note, the first time alone, that its customer is told that it waits, or is being charged; nothing
        if it does not any more."""
        ...

    async def addressed(self, ids: Collection[PaymentId], at: datetime) -> None:
        """Take note, the first time alone, that addresses are shown to their customer; of open payments only
        that are not being charged."""
        ...

    async def of_account(self, account: AccountId, most: int) -> Sequence[Payment]:
        """Return those of an account, the latest first."""
        ...

    async def own(self, account: AccountId, ids: Collection[PaymentId]) -> Sequence[Payment]:
        """Return those among some that are an account's, in no order."""
        ...

    async def has_failed(self, payment: Payment) -> bool:
        """Return whether another payment failed for the same thing, over the same sum, and for the same reason."""
        ...

    async def was_taken(self, subject: str) -> bool:
        """Return whether a payment for something was stopped after its money was taken."""
        ...

    async def paid_by(self, subject: str, account: AccountId) -> PaymentId | None:
        """Return by which payment of an account the money for something was taken, if by any."""
        ...

    async def of_order(self, order: str) -> PaymentId | None:
        """Return which payment the acquirer's order is of, or was."""
        ...

    async def unchecked(self, before: datetime, long_before: datetime, most: int) -> Sequence[PaymentId]:
        """Return open payments whose order was not looked at since an instant, the longest ago first.

        Those that cannot be told of only if it was not since ``long_before``.
        """
        ...


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """``return_address``: where the acquirer sends the customer back to; the payment's global id is put behind it.

    ``order_life``: so long after its address was shown first an order that the acquirer never heard of is closed;
    ``unshown_life``: so long after it was made one whose address was never shown. ``patience``: how long the customer
    is let wait for the address; who was told that the payment waits is sent a message if that lasts for ``told_after``.
    An open payment is looked at every ``check_every``; orders that are watched besides, more and more seldom, for
    ``watch_for``. Units: ``check_s``, in seconds, is how long one question to the acquirer may take.
    """

    return_address: str
    order_life: timedelta
    unshown_life: timedelta
    patience: timedelta
    told_after: timedelta
    check_every: timedelta
    check_s: float
    watch_for: timedelta


@dataclass(frozen=True, slots=True)
class PaymentPorts:
    """What payments stand on besides the store.

    ``is_allowed``: whether a customer may be sent to an address. ``alarm`` hears of every payment that a person has to
    look at.
    """

    acquirer: Acquirer
    is_allowed: Callable[[str], bool]
    alarm: Callable[[Payment], None]
    rules: PaymentRules
