"""What employees read of clients and did to their accounts, and why: records that are added and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from domain.errors import InvalidInput

if TYPE_CHECKING:
    from domain.models import Isn

__all__ = [
    "LONGEST_REASON",
    "LONGEST_REMARK",
    "SHORTEST_REASON",
    "AccountAction",
    "AccountActionKind",
    "AccountActions",
    "Audit",
    "PersonalRead",
    "reason",
]

SHORTEST_REASON = 5
LONGEST_REASON = 200
"""Characters of a stated reason, without spaces around it."""

LONGEST_REMARK = 500
"""Characters of why an account was locked or unlocked, which is a remark for colleagues."""


@dataclass(frozen=True, slots=True)
class PersonalRead:
    """One employee read one client's personal data in one request.

    ``operation`` is the name of the operation if it has one, ``document`` the hash of its text as logs have it.
    """

    at: datetime
    actor: str
    client: Isn
    reason: str
    operation: str | None
    document: str
    request_id: str


class AccountActionKind(StrEnum):
    """What an employee did to a client's account."""

    PREPARE = "PREPARE"
    LOCK = "LOCK"
    UNLOCK = "UNLOCK"


@dataclass(frozen=True, slots=True)
class AccountAction:
    """One employee did something to one client's account. To prepare one takes no ``reason``."""

    at: datetime
    actor: str
    client: Isn
    kind: AccountActionKind
    reason: str | None = None


class AccountActions(Protocol):
    """Keeps records for good, in the transaction of what they are of."""

    async def add(self, action: AccountAction) -> None:
        """Keep one."""
        ...


class Audit(Protocol):
    """Keeps records for good."""

    async def add(self, reads: Sequence[PersonalRead]) -> None:
        """Keep all of them or none; kept for certain when it returns. Raises: ``StoreUnavailable``."""
        ...


def reason(stated: str, argument: str) -> str:
    """Return a stated reason as it is kept. Raises: ``InvalidInput`` for one that is none, or no single line."""
    kept = stated.strip()
    if not (SHORTEST_REASON <= len(kept) <= LONGEST_REASON and kept.isprintable()):
        raise InvalidInput(argument, "no_reason")
    return kept
