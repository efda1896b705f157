"""Where offers and signatures are kept, and what renewals need besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.commands import QuoteRenewal
from domain.renewals.models import RenewalOffer

if TYPE_CHECKING:
    from domain import models
    from domain.accounts.models import AccountId
    from domain.renewals.models import OfferId, Signature

__all__ = ["RenewalOffers", "RenewalPorts"]


class RenewalOffers(Protocol):
    """Offers to renew policies, within a transaction."""

    async def add(self, offer: RenewalOffer) -> bool:
        """Keep a new one; its number is given to it here. One that is kept already stays as it is.

        Returns whether it is new.
        """
        ...

    async def shown(self, id_: OfferId) -> RenewalOffer | None:
        """Return an offer; nothing is locked."""
        ...

    async def by_id(self, id_: OfferId) -> RenewalOffer | None:
        """Return an offer, its row and its subject locked until the block ends."""
        ...

    async def taken(self, policy: models.Isn) -> RenewalOffer | None:
        """Return the offer by which a policy is renewed: signed, or agreed. Nothing is locked.

        Whoever is about to sign another must have locked that one's subject.
        """
        ...

    async def made(self, policy: models.Isn, account: AccountId) -> RenewalOffer | None:
        """Return the offer of an account that became a policy, agreed at what was signed or not. Nothing is locked."""
        ...

    async def change(self, offer: RenewalOffer) -> None:
        """Write how far one has come. Raises: ``LookupError`` when it was never added: a fault of ours."""
        ...

    async def of_account(self, account: AccountId) -> Sequence[RenewalOffer]:
        """Return those of an account, the latest first."""
        ...

    async def sign(self, signature: Signature) -> None:
        """Keep a signature, for good."""
        ...


@dataclass(frozen=True, slots=True)
class RenewalPorts:
    """What renewals stand on besides the store. ``told`` hears of every state that an offer comes to."""

    quote: QuoteRenewal
    told: Callable[[RenewalOffer], None]
