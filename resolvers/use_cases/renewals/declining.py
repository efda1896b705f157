"""What an offer becomes when the policy core declines, or an operator gives the agreement up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.renewals import judging
from domain.renewals.models import OfferId

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import UnitOfWork
    from domain.errors import Refused
    from domain.renewals.models import RenewalOffer

__all__ = ["not_agreed"]


async def not_agreed(work: UnitOfWork, owner: UUID, refusal: Refused, at: datetime) -> RenewalOffer:
    """There will be no agreement, for the reason that is given."""
    offer = await work.renewal_offers.by_id(OfferId(owner))
    assert offer is not None
    after = judging.declined(offer, refusal.code, at)
    await work.renewal_offers.change(after)
    return after
