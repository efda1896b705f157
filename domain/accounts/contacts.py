"""A change of phone or e-mail: begun with the password, confirmed by codes on both ends, written into the policy core.

::

    BEGUN ── both codes ── WAITING ─┬─ the core has taken it ── DELIVERED
                                    └─ the core never will ──── DEAD

From ``WAITING`` on the account has the new contact. Whoever gave up a change after ``BEGUN`` has changed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NewType, Protocol
from uuid import UUID

from domain.models import ContactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from domain.accounts.models import Account, AccountId
    from domain.models import Isn

__all__ = [
    "ContactChange",
    "ContactChangeId",
    "ContactChangeState",
    "ContactChanges",
    "ContactDelivery",
    "address_of",
    "other",
    "with_contact",
]

ContactChangeId = NewType("ContactChangeId", UUID)


class ContactChangeState(StrEnum):
    """How far a change has come."""

    BEGUN = "BEGUN"
    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True)
class ContactChange:
    """A change of one contact of an account.

    ``address`` is the new one, and gone once the change has come to an end. ``proved_by`` is the kind of contact that
    gets the second code: the same kind, or the other one where the owner has lost the old.
    """

    id: ContactChangeId
    account: AccountId
    kind: ContactKind
    address: str | None
    proved_by: ContactKind
    begun_at: datetime
    expires_at: datetime
    state: ContactChangeState = ContactChangeState.BEGUN
    new_confirmed: bool = False
    old_confirmed: bool = False
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    failure: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether both codes were right."""
        return self.new_confirmed and self.old_confirmed

    def is_over(self, at: datetime) -> bool:
        """Whether it was begun so long ago that its codes are good no longer."""
        return self.state is ContactChangeState.BEGUN and at >= self.expires_at

    def accepted(self, at: datetime) -> ContactChange:
        """Take it: from now on it will be done."""
        return replace(self, state=ContactChangeState.WAITING, accepted_at=at)

    def delivered(self, at: datetime) -> ContactChange:
        """Take note that the core has it."""
        return replace(self, state=ContactChangeState.DELIVERED, ended_at=at, address=None)

    def given_up(self, failure: str, at: datetime) -> ContactChange:
        """Take note that the core never will have it, and why in short."""
        return replace(self, state=ContactChangeState.DEAD, ended_at=at, address=None, failure=failure)

    @property
    def subject(self) -> str:
        """What it must not overtake other changes of, as a text."""
        return f"contacts/{self.account}/{self.kind}"


@dataclass(frozen=True, slots=True)
class ContactDelivery:
    """What the policy core has to be told of a change."""

    client: Isn
    kind: ContactKind
    address: str


class ContactChanges(Protocol):
    """Changes of contacts."""

    async def begin(self, change: ContactChange) -> None:
        """Keep a change that was begun; the one that the account had begun before is void."""
        ...

    async def void(self, account: AccountId) -> Collection[ContactChangeId]:
        """Forget what an account has only begun, and return which; whoever does must hold the account."""
        ...

    async def change(self, change: ContactChange) -> None:
        """Write one anew."""
        ...

    async def by_id(self, id_: ContactChangeId) -> ContactChange | None:
        """Return a change, its row locked until the block ends. Whoever locks the account besides locks it first."""
        ...

    async def delivery(self, id_: ContactChangeId) -> ContactDelivery | None:
        """Return what is to be told of a change that waits; nothing is locked."""
        ...

    async def of_account(self, account: AccountId) -> Sequence[ContactChange]:
        """Return those that were accepted, the latest first."""
        ...


def address_of(account: Account, kind: ContactKind) -> str:
    """Return an account's contact of a kind."""
    return account.phone if kind is ContactKind.PHONE else account.email


def with_contact(account: Account, kind: ContactKind, address: str) -> Account:
    """Return the account with another contact."""
    return replace(account, phone=address) if kind is ContactKind.PHONE else replace(account, email=address)


def other(kind: ContactKind) -> ContactKind:
    """Return the other kind of contact."""
    return ContactKind.EMAIL if kind is ContactKind.PHONE else ContactKind.PHONE
