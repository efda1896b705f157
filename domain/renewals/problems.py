"""Why a policy is not renewed, told so that a person can mend it: data, not errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from domain.accounts.problems import TryLater, WrongCode
from domain.outbox.problems import KeyReused, KeyUnfit

if TYPE_CHECKING:
    from domain.renewals.models import OfferId

__all__ = [
    "OFFER",
    "POLICY",
    "ChoiceNotOffered",
    "NotAccepted",
    "NotRenewable",
    "NothingFound",
    "OfferExpired",
    "PriceChanged",
    "RenewalProblem",
    "RenewedAlready",
]

POLICY: Final = "policyId"
OFFER: Final = "offerId"
"""What the customer named the policy by: itself or an offer for it. It is the ``field`` that a problem is about."""


@dataclass(frozen=True, slots=True)
class NothingFound:
    """There is no such policy or offer, or it is not the viewer's: the two look alike."""

    field: str = OFFER


@dataclass(frozen=True, slots=True)
class NotRenewable:
    """The policy core does not renew the policy. ``reason`` is a code, None where it did not say why."""

    reason: str | None = None
    field: str = OFFER


@dataclass(frozen=True, slots=True)
class ChoiceNotOffered:
    """What was chosen is not among the choices that are offered."""


@dataclass(frozen=True, slots=True)
class OfferExpired:
    """The price is no longer kept."""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """No code was sent for the offer yet, or one for another text than would be signed now."""


@dataclass(frozen=True, slots=True)
class PriceChanged:
    """The price has changed after the signature. ``offer`` is the one at the new price, which binds nobody yet."""

    offer: OfferId


@dataclass(frozen=True, slots=True)
class RenewedAlready:
    """The policy is renewed, or about to be. ``offer`` is the one by which, where it was signed here by the viewer."""

    offer: OfferId | None = None
    field: str = OFFER


RenewalProblem: TypeAlias = (
    KeyUnfit
    | KeyReused
    | NothingFound
    | NotRenewable
    | ChoiceNotOffered
    | OfferExpired
    | NotAccepted
    | PriceChanged
    | RenewedAlready
    | WrongCode
    | TryLater
)
