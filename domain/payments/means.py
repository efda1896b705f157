"""A card that a customer let the acquirer remember: we keep the acquirer's token of it, and a title to know it by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NewType, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from domain.accounts.models import AccountId

__all__ = ["MeansId", "PaymentMeans", "SavedMeans", "titled"]

MeansId = NewType("MeansId", UUID)

MASK: Final = re.compile(r"[*•·#…]+|\b[xXхХ]{2,}\b")
"""What stands for digits."""
NAMELESS: Final = "Карта"


@dataclass(frozen=True, slots=True)
class SavedMeans:
    """A means of an account. ``token`` pays: it is never shown. ``expires``: the last day, as the acquirer told it."""

    id: MeansId
    account: AccountId
    token: str = field(repr=False)
    title: str
    expires: date
    kept_at: datetime


def titled(told: str) -> str:
    """Return a title of the acquirer's without any digit of a card, nor what stands for digits: brand and bank."""
    cut = "".join(" " if unicodedata.category(each).startswith("N") else each for each in told)
    words = [word for word in MASK.sub(" ", cut).split() if any(each.isalpha() for each in word)]
    return " ".join(words).rstrip(",.;:-–—/(") or NAMELESS


class PaymentMeans(Protocol):
    """Means that customers let be remembered, within a transaction."""

    async def keep(self, means: SavedMeans) -> None:
        """Keep one, once for its account and token."""
        ...

    async def own(self, account: AccountId, id_: MeansId) -> SavedMeans | None:
        """Return one of an account; nothing is locked."""
        ...

    async def of_account(self, account: AccountId) -> Sequence[SavedMeans]:
        """Return those of an account, the latest first."""
        ...

    async def forget(self, account: AccountId, id_: MeansId) -> bool:
        """Remove one of an account; returns whether there was one."""
        ...
