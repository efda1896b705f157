"""What accounts need of the world outside: a store, messages, passwords, tokens, limits.

Everything that is written goes through a ``UnitOfWork``: one transaction, committed at the end of its block and rolled
back when that raises. Messages are written with it and sent after it: none is sent of what did not happen, and none is
lost of what did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from domain.accounts.automatic import Decision
from domain.accounts.contacts import ContactChanges
from domain.accounts.models import (
    Account,
    AccountId,
    Code,
    CodeId,
    CodePurpose,
    ConsentRecord,
    EndReason,
    RefreshToken,
    Session,
    SessionId,
    TokenHash,
)
from domain.accounts.underway import Challenges, Recoveries
from domain.models import ConsentPurpose, ContactKind, Isn
from domain.money import Locale

if TYPE_CHECKING:
    from domain.accounts.registration import Registration

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
    "Sessions",
    "Store",
    "Template",
    "Throttle",
    "TokenIssuer",
    "UnitOfWork",
    "Visitor",
]


class AccountTaken(Exception):
    """The person has an account already."""


class Overtaken(Exception):
    """The journal was followed further already, by somebody else or before."""


class Accounts(Protocol):
    """Accounts of customers."""

    async def add(self, account: Account) -> None:
        """Keep a new account.

        Raises: ``AccountTaken`` when there is one of this client; the block can go on after it.
        """
        ...

    async def of_client(self, client: Isn) -> Account | None:
        """Return a client's account."""
        ...

    async def by_id(self, id_: AccountId) -> Account | None:
        """Return an account, its row locked until the block ends; what only refers to it does not wait.

        Whoever locks sessions of it besides locks it first.
        """
        ...

    async def by_login(self, kind: ContactKind, address: str) -> Account | None:
        """Return the account with a phone (E.164) or an e-mail (lower case); of two with one address, none."""
        ...

    async def change(self, account: Account) -> None:
        """Write an account anew; whoever does must have locked it, or what another has changed is lost.

        Raises: ``LookupError`` when it was never added: a fault of ours.
        """
        ...


class Registrations(Protocol):
    """Registrations on their way."""

    async def add(self, registration: Registration) -> None:
        """Keep a new one."""
        ...

    async def by_token(self, token: TokenHash) -> Registration | None:
        """Return the one whose present or previous token this is, its row locked until the block ends."""
        ...

    async def change(self, registration: Registration) -> None:
        """Write one anew. Raises: ``LookupError`` when it was never added: a fault of ours."""
        ...

    async def prepared(self, client: Isn) -> Registration | None:
        """Return the one of a client that an activation link belongs to and that is not over, be it expired.

        Until the block ends nobody else can prepare one of this client, but waits here.
        """
        ...

    async def void(self, client: Isn) -> None:
        """Remove what ``prepared`` returns: its link leads nowhere from now on."""
        ...


class Codes(Protocol):
    """One-time codes."""

    async def add(self, code: Code) -> None:
        """Keep a code; those sent before for the same purpose, subject and kind of contact are void."""
        ...

    async def newest(self, purpose: CodePurpose, subject: UUID, kind: ContactKind) -> Code | None:
        """Return the code that counts, its row locked until the block ends."""
        ...

    async def tried(self, id_: CodeId) -> None:
        """Count a wrong try."""
        ...

    async def used(self, id_: CodeId, at: datetime) -> None:
        """Take note that a code was used."""
        ...


class Sessions(Protocol):
    """Sessions and their refresh tokens."""

    async def add(self, session: Session) -> None:
        """Keep a new session."""
        ...

    async def owner(self, id_: SessionId) -> AccountId | None:
        """Return whose a session is; nothing is locked."""
        ...

    async def by_id(self, id_: SessionId) -> Session | None:
        """Return a session, its row locked until the block ends."""
        ...

    async def of_account(self, account: AccountId) -> Sequence[Session]:
        """Return the sessions that were not ended, the latest used first; one may have expired."""
        ...

    async def touch(self, id_: SessionId, used_at: datetime, expires_at: datetime) -> None:
        """Take note that a session was used."""
        ...

    async def end(self, id_: SessionId, reason: EndReason, at: datetime) -> None:
        """End a session; one that is over stays as it is."""
        ...

    async def end_all(
        self, account: AccountId, reason: EndReason, at: datetime, *, but: SessionId | None = None
    ) -> None:
        """End all sessions of an account, or all but one."""
        ...

    async def add_token(self, token: RefreshToken) -> None:
        """Keep a refresh token; of a session there is never more than one that was not used yet."""
        ...

    async def token(self, hash_: TokenHash) -> RefreshToken | None:
        """Return a refresh token, its row locked until the block ends."""
        ...

    async def token_used(self, hash_: TokenHash, at: datetime) -> None:
        """Take note that a token was used."""
        ...


class Consents(Protocol):
    """Consents."""

    async def add(self, consent: ConsentRecord) -> None:
        """Keep a consent; one to the same text that is in force stays as it is."""
        ...

    async def revoke(self, account: AccountId, purpose: ConsentPurpose, at: datetime) -> None:
        """Take note that what was given for a purpose is in force no longer; where nothing was, nothing is done."""
        ...

    async def of_account(self, account: AccountId) -> Sequence[ConsentRecord]:
        """Return all, the latest first."""
        ...


class Feed(Protocol):
    """How far the policy core's journal was followed, and what was decided on the way."""

    async def position(self) -> int:
        """Return the last event that was seen to; 0 before the first."""
        ...

    async def reach(self, seq: int) -> None:
        """Take note that an event is seen to by this transaction. Raises: ``Overtaken`` if that one was before."""
        ...

    async def decided(self, decision: Decision) -> None:
        """Keep a decision."""
        ...


class Template(StrEnum):
    """What is sent."""

    CODE = "CODE"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a message, not a secret
    REGISTERED = "REGISTERED"
    ACTIVATION = "ACTIVATION"
    CONTACT_CHANGED = "CONTACT_CHANGED"
    NO_ACCOUNT = "NO_ACCOUNT"
    ATTEMPTS_USED_UP = "ATTEMPTS_USED_UP"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a person: by SMS to a phone, by mail to an e-mail address. ``values`` go into the template.

    ``CODE`` wants ``code`` and ``purpose`` (of ``CodePurpose``), ``ACTIVATION`` wants ``link``, the others nothing.
    """

    kind: ContactKind
    address: str
    template: Template
    locale: Locale
    values: Mapping[str, str] = field(default_factory=dict)


class Outbox(Protocol):
    """Messages that go out once the transaction is committed, however the process ends after that."""

    async def add(self, message: Message) -> None:
        """Leave a message to be sent."""
        ...


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
    feed: Feed


class Store(Protocol):
    """The gateway's database."""

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Begin a transaction.

        Raises: ``StoreUnavailable``, also from anything in the block and at its end: then nothing was kept, unless the
        connection was lost while the commit was under way.
        """
        ...


class Passwords(Protocol):
    """Hashes of passwords: slow on purpose, off the event loop, so many at once and no more."""

    async def hashed(self, password: str) -> str:
        """Return the hash of a new password. Raises: ``TooBusy``."""
        ...

    async def matches(self, password: str, hash_: str | None) -> bool:
        """Return whether it is the password; without a hash the same work is done, and it never is.

        Raises: ``TooBusy``.
        """
        ...

    def is_outdated(self, hash_: str) -> bool:
        """Return whether it should be made anew at the next sign-in."""
        ...


@dataclass(frozen=True, slots=True)
class Issued:
    """What a client that signed in gets. Units: ``access_expires_in_s`` in seconds."""

    access_token: str
    access_expires_in_s: int
    refresh_token: str
    refresh_expires_at: datetime
    session: SessionId


class LinkIssuer(Protocol):
    """Makes what activation links are made of."""

    def secret(self) -> tuple[str, TokenHash]:
        """Return a new random token, and the hash that is kept of it."""
        ...


class TokenIssuer(Protocol):
    """Makes access tokens, and what refresh tokens are made of."""

    def access_token(self, account: Account, session: SessionId, now: datetime) -> tuple[str, int]:
        """Return an access token and how many seconds it is good for."""
        ...

    def secret(self) -> tuple[str, TokenHash]:
        """Return a new random token, and the hash that is kept of it."""
        ...

    def successor(self, token: str) -> tuple[str, TokenHash]:
        """Return the one token that follows a token, and the hash that is kept of it: whoever repeats gets the same."""
        ...

    def hash(self, token: str) -> TokenHash:
        """Return what is kept of a token."""
        ...

    def code(self) -> tuple[str, bytes]:
        """Return a new one-time code of six digits, and the keyed hash that is kept of it."""
        ...

    def is_code(self, given: str, hash_: bytes) -> bool:
        """Return whether a code is the one, in constant time."""
        ...


class Throttle(Protocol):
    """Counts attempts across all replicas; stricter by itself while the shared counter is away."""

    async def take(self, limit: str, *keys: str) -> timedelta | None:
        """Count an attempt under each key, which may be personal: they are hashed with a key of ours.

        ``limit`` names a row of the settings. Returns how long to wait when one is used up, and None when all are not.
        """
        ...


class Pictures(Protocol):
    """Picture codes that tell people from programs."""

    async def make(self, locale: Locale) -> Picture:
        """Make one."""
        ...

    async def solve(self, id_: str, text: str) -> bool:
        """Return whether it was solved; each can be tried once."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture code. ``image`` is PNG; ``speech`` is WAV, the same code spoken."""

    id: str
    image: bytes
    speech: bytes
    expires_at: datetime


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

    ``activation`` is there where accounts are prepared.
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

    def handed(self, issued: Issued) -> Issued | None:
        """Put tokens into cookies and return None, or return them for a client that keeps them itself."""
        ...

    def forget(self) -> None:
        """Take the cookies away again."""
        ...
