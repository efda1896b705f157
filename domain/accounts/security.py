"""Passwords, tokens, limits and picture codes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.accounts.models import Account, SessionId, TokenHash
from domain.money import Locale

__all__ = ["Issued", "LinkIssuer", "Passwords", "Picture", "Pictures", "Throttle", "TokenIssuer"]


class Passwords(Protocol):
    """Hashes of passwords: slow on purpose, off the event loop, so many at once and no more."""

    def place(self) -> AbstractContextManager[None]:
        """Hold a place among those whose password is looked at, for the time of the block; taken before other work.

        Raises: ``TooBusy``, when there is none.
        """
        ...

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

    def lot(self, *parts: str) -> bytes:
        """Return what nobody can foresee, the same each time for the same parts: for drawing lots that stay drawn."""
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
        """Make one, spoken in a language as far as there is a voice for it."""
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
