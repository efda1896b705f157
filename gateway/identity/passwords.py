"""Hashes of passwords by argon2id."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from gateway.identity.workers import Workers
from gateway.observability.logs import logger
from gateway.settings.accounts import PasswordSettings

__all__ = ["ArgonPasswords"]


class ArgonPasswords:
    """Implements ``domain.accounts.ports.Passwords``.

    Where there is no hash, a decoy made at start with the same parameters is checked in its place, so that an account
    that does not exist takes as long as one that does. Passwords come normalised; here they are bytes.
    """

    def __init__(self, settings: PasswordSettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.passes, memory_cost=settings.memory_kib, parallelism=settings.lanes
        )
        self._decoy = self._hasher.hash(secrets.token_bytes(32))
        self.workers = Workers(
            "passwords", threads=settings.threads, queue=settings.queue, wait_s=settings.wait_s, nice=settings.nice
        )

    def place(self) -> AbstractContextManager[None]:
        """Hold a place among those who wait. Raises: ``TooBusy``."""
        return self.workers.place()

    async def hashed(self, password: str) -> str:
        """Return the hash of a new password. Raises: ``TooBusy``."""
        return await self.workers.run(self._hasher.hash, _bytes(password))

    async def matches(self, password: str, hash_: str | None) -> bool:
        """Return whether it is the password. Raises: ``TooBusy``."""
        is_it = await self.workers.run(self._verified, _bytes(password), self._decoy if hash_ is None else hash_)
        return is_it and hash_ is not None

    def is_outdated(self, hash_: str) -> bool:
        """Return whether a hash was made with other parameters than new ones are."""
        try:
            return self._hasher.check_needs_rehash(hash_)
        except InvalidHashError:
            return True

    def close(self) -> None:
        """Let the threads go."""
        self.workers.close()

    def _verified(self, password: bytes, hash_: str) -> bool:
        try:
            return self._hasher.verify(hash_, password)
        except VerifyMismatchError:
            return False
        except (Argon2Error, InvalidHashError) as unreadable:
            logger().error("hash of a password unreadable", reason=type(unreadable).__name__)
            return False


def _bytes(password: str) -> bytes:
    # Half of a surrogate pair is no text, but must not be an error of ours either.
    return password.encode("utf-8", "surrogatepass")
