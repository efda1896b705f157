"""What is kept of accounts: one port for each kind of row, all used within one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

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
from domain.models import ConsentPurpose, ContactKind, Isn

if TYPE_CHECKING:
    from domain.accounts.registration import Registration

__all__ = ["AccountTaken", "Accounts", "Codes", "Consents", "Registrations", "Sessions"]


class AccountTaken(Exception):
    """The person has an account already, or another account has the e-mail address."""


class Accounts(Protocol):
    """Accounts of customers."""

    async def add(self, account: Account) -> None:
        """Keep a new account.

        Raises: ``AccountTaken`` when there is one of this client or with this e-mail; the block can go on after it.
        """
        ...

    async def of_client(self, client: Isn) -> Account | None:
        """Return a client's account."""
        ...

    async def by_id(self, id_: AccountId) -> Account | None:
        """Return an account, its row locked until the block ends; what only refers to it does not wait.

        Whoever locks anything of it besides, a session, a recovery, a change of contact, locks it first.
        """
        ...

    async def by_login(self, kind: ContactKind, address: str) -> Account | None:
        """Return the account with a phone (E.164) or an e-mail (lower case); of two with one address, none."""
        ...

    async def change(self, account: Account) -> None:
        """Write an account anew; whoever does must have locked it, or what another has changed is lost.

        Raises: ``AccountTaken`` when another has the e-mail, perhaps since a moment ago; the block can go on after it.
        ``LookupError`` when it was never added: a fault of ours.
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

    async def by_link(self, token: TokenHash) -> Registration | None:
        """Return the one that an activation link leads to at whatever step, its row locked until the block ends.

        One whose link counts no longer comes back too.
        """
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
    """Sessions and their refresh tokens.

    Locked in one order, so that nobody waits for who waits for them: a refresh token, the account, sessions by their
    ids.
    """

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
        """End a session; one that is over stays as it is. Of several the one with the least id comes first."""
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
