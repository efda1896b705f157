"""Repair stations and referrals to them."""

from __future__ import annotations

from datetime import date

import strawberry

from domain import models
from schema.caching import PART, public
from schema.money import Money
from schema.shown import shown

__all__ = ["RepairReferral", "RepairStation"]


@shown(models.RepairStation, description="A workshop that repairs for the insurer.", keep=public(3600))
class RepairStation:
    """Workshop."""

    name: str = strawberry.field(description="Name.")
    city: str = strawberry.field(description="City.")
    address: str = strawberry.field(description="Address.")
    phone: str = strawberry.field(description="Phone of the workshop, in E.164.")


@shown(models.RepairReferral, description="An order to a workshop to repair the vehicle.", keep=PART)
class RepairReferral:
    """Referral."""

    number: str = strawberry.field(description="Number to tell the workshop.")
    station: RepairStation = strawberry.field(description="Where to go.")
    issued_on: date = strawberry.field(description="Day of issue.")
    valid_until: date = strawberry.field(description="Last day the vehicle can be handed in.")
    deductible_due: Money | None = strawberry.field(description="What the customer pays; null when nothing.")
    deductible_paid_on: date | None = strawberry.field(description="Day the deductible was paid.")
    progress: models.RepairProgress = strawberry.field(description="How far the repair is.")
    quote: models.QuoteState = strawberry.field(description="How far the agreement on the price is.")
