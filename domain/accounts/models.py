"""What the gateway keeps of people who sign in. Instants are in UTC; tokens and codes are kept as hashes alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from domain.money import Locale

if TYPE_CHECKING:
    from datetime import datetime

    from domain.models import ConsentPurpose, ContactKind, Isn

__all__ = [
    "Account",
    "AccountId",
    "AccountOrigin",
    "ChallengeId",
    "Code",
    "CodeId",
    "CodePurpose",
    "ConsentRecord",
    "EndReason",
    "RecoveryId",
    "RefreshToken",
    "RegistrationId",
    "Session",
    "SessionId",
    "SignInChallenge",
    "TokenHash",
]

AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
RegistrationId = NewType("RegistrationId", UUID)
RecoveryId = NewType("RecoveryId", UUID)
ChallengeId = NewType("ChallengeId", UUID)
CodeId = NewType("CodeId", UUID)

TokenHash = NewType("TokenHash", bytes)
"""SHA-256 of a random token: whoever reads the database can use none of them."""


class AccountOrigin(StrEnum):
    """How an account came to be."""

    SELF = "SELF"
    PREPARED = "PREPARED"
    AUTOMATIC = "AUTOMATIC"


@dataclass(frozen=True, slots=True)
class Account:
    """A customer who can sign in: one account a person.

    ``phone`` is in E.164, ``email`` in lower case; both were confirmed by a code. ``two_step``: a code is asked for
    besides the password. ``locked_at``: since when nobody can sign in, ``None`` while they can. ``locale`` is the
    language in which its owner signed in last: what others bring about is told in it.
    """

    id: AccountId
    client_isn: Isn
    origin: AccountOrigin
    phone: str
    email: str
    password_hash: str
    two_step: bool
    created_at: datetime
    locked_at: datetime | None = None
    lock_reason: str | None = None
    locale: Locale = Locale.RU


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One consent, given once and perhaps revoked; a new text is a new record."""

    account: AccountId
    purpose: ConsentPurpose
    text_version: str
    given_at: datetime
    revoked_at: datetime | None = None


class EndReason(StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "SIGNED_OUT"
    ENDED_BY_OWNER = "ENDED_BY_OWNER"
    REUSED_TOKEN = "REUSED_TOKEN"  # noqa: S105 - a reason, not a secret
    RECOVERED = "RECOVERED"
    LOCKED = "LOCKED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - as above


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in on one device: the family of its refresh tokens."""

    id: SessionId
    account: AccountId
    device: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    end_reason: EndReason | None = None


@dataclass(frozen=True, slots=True)
class SignInChallenge:
    """A sign-in that waits for its second step: the password was right, a code is on its way. Good until it is used."""

    id: ChallengeId
    account: AccountId
    token: TokenHash
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One refresh token: good for one use. A second use of it ends the session."""

    hash: TokenHash
    session: SessionId
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class CodePurpose(StrEnum):
    """What a one-time code confirms."""

    REGISTRATION = "REGISTRATION"
    SIGN_IN = "SIGN_IN"
    RECOVERY = "RECOVERY"
    CONTACT_CHANGE = "CONTACT_CHANGE"
    SIGNATURE = "SIGNATURE"


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code on its way to a person. ``subject`` is what it is for: a registration, a sign-in.

    ``hash`` is keyed: six digits could be guessed from a plain one. ``attempts`` counts wrong tries.
    """

    id: CodeId
    purpose: CodePurpose
    subject: UUID
    kind: ContactKind
    address: str
    hash: bytes
    sent_at: datetime
    expires_at: datetime
    attempts: int = 0
    used_at: datetime | None = None
