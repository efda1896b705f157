"""An offer to renew a policy, from its price to the agreement.

::

    PRICED ── a code was sent ── ACCEPTED ── the code was right ── SIGNED ─┬─ the core agreed ─────────── AGREED
       │                            │                                      ├─ it asks another price ──── REPRICED
       └──────── too late ──────────┴──────────────── EXPIRED ─────────────┤  (a new offer, to be signed anew)
                                                                           └─ it declines ───────────── REFUSED

What was signed is never changed: another price is another offer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain import models
    from domain.accounts.models import AccountId, CodeId
    from domain.money import Money

__all__ = [
    "PREMIUM_DIFFERS",
    "TAKEN",
    "Alternative",
    "OfferId",
    "OfferState",
    "RenewalOffer",
    "Saving",
    "Signature",
    "WayToSave",
]

OfferId = NewType("OfferId", UUID)

PREMIUM_DIFFERS: Final = "PREMIUM_DIFFERS"
"""Why an offer is refused of which the core made an agreement at another price than was signed."""


class OfferState(StrEnum):
    """How far an offer to renew a policy has come."""

    PRICED = "PRICED"
    ACCEPTED = "ACCEPTED"
    SIGNED = "SIGNED"
    AGREED = "AGREED"
    REPRICED = "REPRICED"
    EXPIRED = "EXPIRED"
    REFUSED = "REFUSED"


TAKEN: Final = frozenset({OfferState.SIGNED, OfferState.AGREED})
"""States of the one offer by which a policy is renewed; beside it none can be signed."""


class Saving(StrEnum):
    """In what a cheaper choice differs."""

    HIGHER_DEDUCTIBLE = "HIGHER_DEDUCTIBLE"
    ONE_PAYMENT = "ONE_PAYMENT"
    WITHOUT_COVERAGE = "WITHOUT_COVERAGE"
    SMALLER_SUM = "SMALLER_SUM"
    NAMED_DRIVERS = "NAMED_DRIVERS"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A choice that differs from another in one thing. ``risk`` and ``amount``: of which risk, and to what sum."""

    kind: Saving
    choice: models.RenewalChoice
    risk: str | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class WayToSave:
    """An alternative that costs less. ``saving`` is by how much."""

    alternative: Alternative
    quote: models.Isn
    premium: Money
    saving: Money

    @property
    def choice(self) -> models.RenewalChoice:
        """What would be chosen."""
        return self.alternative.choice


@dataclass(frozen=True, slots=True)
class RenewalOffer:
    """An offer. ``number`` is what people call it by, ``product`` the product's name.

    ``digest``: SHA-256 of what is signed, fixed when the offer is accepted. ``agreement``, ``new_policy`` and
    ``new_policy_number``: what the policy core made of it. ``replaced_by``: the offer at the new price.
    """

    id: OfferId
    number: int
    account: AccountId
    client: models.Isn
    policy: models.Isn
    policy_number: models.PolicyNumber
    product: str
    choice: models.RenewalChoice
    quote: models.RenewalQuote
    ways: tuple[WayToSave, ...]
    made_at: datetime
    state: OfferState = OfferState.PRICED
    accepted_at: datetime | None = None
    digest: bytes | None = None
    signed_at: datetime | None = None
    ended_at: datetime | None = None
    agreement: models.Isn | None = None
    new_policy: models.Isn | None = None
    new_policy_number: str | None = None
    failure: str | None = None
    replaced_by: OfferId | None = None

    @property
    def subject(self) -> str:
        """What is renewed once, as a text."""
        return f"renewal/{self.policy}"

    @property
    def premium(self) -> Money:
        """What the next period costs."""
        return self.quote.premium

    @property
    def first_instalment(self) -> Money:
        """What is paid at once."""
        return self.quote.first_instalment

    @property
    def valid_until(self) -> date:
        """The last day on which it can be signed: the price is kept, and no day of cover has passed."""
        return min(self.quote.valid_until, self.quote.starts_on)

    @property
    def starts_on(self) -> date:
        """First day of cover."""
        return self.quote.starts_on

    @property
    def payable_until(self) -> date:
        """The last day, in Moscow, on which it can be paid once it is agreed: no day of cover has passed."""
        return self.starts_on

    @property
    def ends_on(self) -> date:
        """Last day of cover."""
        return self.quote.ends_on


@dataclass(frozen=True, slots=True)
class Signature:
    """A simple electronic signature: which document was signed, by whose account, with which code.

    ``document`` is the text that was signed, ``digest`` its SHA-256. ``phone`` is masked: where the code went.
    """

    offer: OfferId
    account: AccountId
    at: datetime
    phone: str
    code: CodeId
    document: str
    digest: bytes
