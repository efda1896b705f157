"""What accounts need of the world outside: a store, messages, passwords, tokens, limits.

Everything that is written goes through a ``UnitOfWork``: one transaction, committed at the end of its block and rolled
back when that raises. Messages are written with it and sent after it: none is sent of what did not happen, and none is
lost of what did.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from domain.accounts.contacts import ContactChanges
from domain.accounts.following import Feed, Overtaken, Rules, Try
from domain.accounts.messages import Message, Outbox, Template, Topic
from domain.accounts.repositories import Accounts, AccountTaken, Codes, Consents, Registrations, Sessions
from domain.accounts.security import Issued, LinkIssuer, Passwords, Picture, Pictures, Throttle, TokenIssuer
from domain.accounts.underway import Challenges, Recoveries
from domain.audit import AccountActions
from domain.models import ConsentPurpose
from domain.outbox.ports import CommandLog, Idempotency
from domain.payments.means import PaymentMeans
from domain.payments.ports import PaymentPorts, Payments
from domain.payments.watching import WatchedOrders
from domain.renewals.ports import RenewalOffers, RenewalPorts

__all__ = [
    "AccountPorts",
    "AccountTaken",
    "Accounts",
    "Activation",
    "Challenges",
    "Codes",
    "Consents",
    "ContactChanges",
    "Feed",
    "Issued",
    "Lifetimes",
    "LinkIssuer",
    "Message",
    "Outbox",
    "Overtaken",
    "Passwords",
    "Picture",
    "Pictures",
    "Recoveries",
    "Registrations",
    "Rules",
    "Sessions",
    "Store",
    "Template",
    "Throttle",
    "TokenIssuer",
    "Topic",
    "Try",
    "UnitOfWork",
    "Visitor",
]


class UnitOfWork(Protocol):
    """One transaction."""

    accounts: Accounts
    registrations: Registrations
    recoveries: Recoveries
    challenges: Challenges
    codes: Codes
    sessions: Sessions
    consents: Consents
    contact_changes: ContactChanges
    outbox: Outbox
    account_actions: AccountActions
    feed: Feed
    rules: Rules
    commands: CommandLog
    wishes: Idempotency
    payments: Payments
    payment_means: PaymentMeans
    watched_orders: WatchedOrders
    renewal_offers: RenewalOffers


class Store(Protocol):
    """The gateway's database."""

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Begin a transaction.

        Raises: ``StoreUnavailable``, also from anything in the block and at its end: then nothing was kept, unless the
        connection was lost while the commit was under way.
        """
        ...


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things stay good."""

    registration: timedelta
    """A recovery's too."""
    code: timedelta
    code_attempts: int
    refresh: timedelta
    session: timedelta
    """The longest that a session lasts, however often it is used."""
    again: timedelta
    """For how long the tabs of a browser may use one refresh token."""


@dataclass(frozen=True, slots=True)
class Activation:
    """Links to accounts that were prepared. ``life``: how long one can be used."""

    address: str
    life: timedelta

    def link(self, token: str) -> str:
        """Return the link of a token."""
        return self.address + token


@dataclass(frozen=True, slots=True)
class AccountPorts:
    """Everything that accounts stand on; ``gateway.wiring`` fills it.

    ``activation`` is there where accounts are prepared, ``payments`` where customers can pay,
    ``renewals`` where they can renew.
    """

    store: Store
    passwords: Passwords
    issuer: TokenIssuer
    throttle: Throttle
    pictures: Pictures
    lifetimes: Lifetimes
    texts: Mapping[ConsentPurpose, str]
    """Version of each consent's text that is in force."""
    activation: Activation | None = None
    payments: PaymentPorts | None = None
    renewals: RenewalPorts | None = None


class Visitor(Protocol):
    """From where a request comes, and how tokens are handed to it."""

    @property
    def address(self) -> str:
        """Network address of the client, for limits."""
        ...

    @property
    def device(self) -> str:
        """What the client says of itself, for the owner's list of sessions."""
        ...

    @property
    def refresh_cookie(self) -> str | None:
        """Refresh token that a browser keeps."""
        ...

    @property
    def is_refresh_cookie_ours(self) -> bool:
        """Whether that token was given to a browser: one that was given to an app can be put into a cookie too."""
        ...

    def handed(self, issued: Issued) -> Issued | None:
        """Put tokens into cookies and return None, or return them for a client that keeps them itself."""
        ...

    def forget(self) -> None:
        """Take the cookies away again."""
        ...
