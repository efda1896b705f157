"""What an offer becomes; pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain.renewals import signing
from domain.renewals.models import PREMIUM_DIFFERS, OfferState, RenewalOffer

if TYPE_CHECKING:
    from datetime import date, datetime

    from domain.models import Agreement
    from domain.renewals.models import OfferId

__all__ = ["accepted", "agreed", "as_of", "declined", "is_late", "lapsed", "repriced", "signed"]

UNSIGNED: Final = frozenset({OfferState.PRICED, OfferState.ACCEPTED})
EXPIRED: Final = "QUOTE_EXPIRED"


def as_of(offer: RenewalOffer, today: date) -> RenewalOffer:
    """Return the offer as it is on a day: one that nobody has signed ends by itself."""
    is_over = offer.state in UNSIGNED and today > offer.valid_until
    return replace(offer, state=OfferState.EXPIRED) if is_over else offer


def is_late(offer: RenewalOffer, today: date) -> bool:
    """Return whether what was agreed can no longer be paid, if it is not paid by now."""
    return offer.state is OfferState.AGREED and today > offer.payable_until


def lapsed(offer: RenewalOffer) -> RenewalOffer:
    """Return the offer whose agreement nobody is held to any more; it stays written what was agreed."""
    return replace(offer, state=OfferState.EXPIRED)


def accepted(offer: RenewalOffer, at: datetime) -> RenewalOffer:
    """Fix what is signed. Accepted again it is the same."""
    return replace(
        offer,
        state=OfferState.ACCEPTED,
        accepted_at=offer.accepted_at or at,
        digest=signing.digest(signing.document(offer)),
    )


def signed(offer: RenewalOffer, at: datetime) -> RenewalOffer:
    """Return the offer, signed."""
    return replace(offer, state=OfferState.SIGNED, signed_at=at)


def agreed(offer: RenewalOffer, agreement: Agreement, at: datetime) -> RenewalOffer:
    """Return the offer with what the core made of it; at another price than was signed nothing is to be paid."""
    known = replace(
        offer,
        agreement=agreement.isn,
        new_policy=agreement.policy_isn,
        new_policy_number=agreement.policy_number,
        ended_at=at,
    )
    if agreement.premium != offer.premium:
        return replace(known, state=OfferState.REFUSED, failure=PREMIUM_DIFFERS)
    return replace(known, state=OfferState.AGREED)


def repriced(offer: RenewalOffer, by: OfferId, at: datetime) -> RenewalOffer:
    """Return the offer, in whose place there is one at another price."""
    return replace(offer, state=OfferState.REPRICED, replaced_by=by, ended_at=at)


def declined(offer: RenewalOffer, why: str, at: datetime) -> RenewalOffer:
    """Return the offer of which there will be no agreement."""
    if why == EXPIRED:
        return replace(offer, state=OfferState.EXPIRED, ended_at=at)
    return replace(offer, state=OfferState.REFUSED, failure=why, ended_at=at)
