"""What and who is insured, and against what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from domain import models
from resolvers import privacy
from schema.caching import PART
from schema.fields import computed
from schema.money import Money
from schema.person import PersonName
from schema.shown import shown

__all__ = ["Coverage", "Deductible", "InsuredObject", "InsuredPerson", "Property", "Vehicle"]


@shown(
    models.Vehicle,
    description="An insured vehicle; employees see identifiers with all but the tail covered.",
    keep=PART,
)
class Vehicle:
    """Vehicle."""

    make: str = strawberry.field(description="Make.")
    model: str = strawberry.field(description="Model.")
    year: int | None = strawberry.field(description="Year of manufacture.")
    vin = computed(privacy.vin, str | None, description="Vehicle identification number.")
    plate = computed(privacy.plate, str | None, description="Number plate.")
    body_number = computed(privacy.body_number, str | None, description="Body number.")
    chassis_number = computed(privacy.chassis_number, str | None, description="Chassis number.")


@shown(models.Property, description="Insured property.", keep=PART)
class Property:
    """Property."""

    kind: str = strawberry.field(description="What it is, in Russian: flat, house, ….")
    address = computed(privacy.address, str | None, description="Address; null for employees who do not see it whole.")
    area_m2: Decimal | None = strawberry.field(description="Area in square metres.", name="areaM2")


@shown(models.InsuredPerson, description="An insured person.", keep=PART)
class InsuredPerson:
    """Person."""

    name = computed(privacy.name, PersonName, description="Name.")
    birth_date = computed(
        privacy.birth_date, date | None, description="Birth date; null for employees who do not see it whole."
    )


InsuredObject = Annotated[
    Vehicle | Property | InsuredPerson, strawberry.union("InsuredObject", description="What or who is insured.")
]


@shown(models.Deductible, description="What the customer bears of a loss.", keep=PART)
class Deductible:
    """Deductible."""

    kind: models.DeductibleKind = strawberry.field(description="How it works.")
    amount: Money | None = strawberry.field(description="A fixed sum, or null if it is a share.")
    percent: Decimal | None = strawberry.field(description="A share of the loss in percent, or null if it is a sum.")
    from_claim: int = strawberry.field(description="From which claim of the policy it applies, counted from 1.")


@shown(models.Coverage, description="One insured risk.", keep=PART)
class Coverage:
    """Coverage."""

    risk_code: str = strawberry.field(description="Code of the risk.")
    risk: str = strawberry.field(description="Name of the risk, in Russian.")
    sum_insured: Money = strawberry.field(description="The most that is paid.")
    aggregate: bool = strawberry.field(description="Whether each payout reduces the sum insured.")
    deductible: Deductible | None = strawberry.field(description="What the customer bears.")
