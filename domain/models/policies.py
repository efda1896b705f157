"""Policies of all lines and what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from domain.models.clients import PersonName
    from domain.models.identifiers import DocumentKey, Isn, PolicyNumber
    from domain.money import Money

__all__ = [
    "Coverage",
    "Deductible",
    "DeductibleKind",
    "DocumentKind",
    "Instalment",
    "InsuredObject",
    "InsuredPerson",
    "Line",
    "Participant",
    "ParticipantRole",
    "Period",
    "Policy",
    "PolicyDocument",
    "PolicyStatus",
    "Product",
    "ProductRules",
    "Property",
    "Renewal",
    "Vehicle",
]


class Line(StrEnum):
    """Lines of insurance."""

    KASKO = "KASKO"
    OSAGO = "OSAGO"
    PROPERTY = "PROPERTY"
    TRAVEL = "TRAVEL"
    HEALTH = "HEALTH"
    LIFE = "LIFE"


class PolicyStatus(StrEnum):
    """State of a policy."""

    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    FUTURE = "FUTURE"
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class ParticipantRole(StrEnum):
    """Part a person plays in a policy."""

    HOLDER = "HOLDER"
    OWNER = "OWNER"
    DRIVER = "DRIVER"
    LIFE_ASSURED = "LIFE_ASSURED"
    BENEFICIARY = "BENEFICIARY"


class DeductibleKind(StrEnum):
    """Unconditional reduces every payout; conditional: nothing below it, all above it; dynamic: by claim count."""

    UNCONDITIONAL = "UNCONDITIONAL"
    CONDITIONAL = "CONDITIONAL"
    DYNAMIC = "DYNAMIC"


class DocumentKind(StrEnum):
    """Documents that the policy core keeps for a policy."""

    POLICY = "POLICY"
    RULES = "RULES"
    RECEIPT = "RECEIPT"
    MEMO = "MEMO"


@dataclass(frozen=True, slots=True)
class Product:
    """An insurance product by its code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of cover, both included, in Europe/Moscow."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in a policy. Units: ``share`` in percent, for beneficiaries."""

    role: ParticipantRole
    name: PersonName
    isn: Isn | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """An insured vehicle; identifiers are masked for viewers who may not see them whole."""

    make: str
    model: str
    year: int | None
    vin: str | None
    plate: str | None
    body_number: str | None
    chassis_number: str | None


@dataclass(frozen=True, slots=True)
class Property:
    """Insured property. Units: ``area_m2`` in square metres."""

    kind: str
    address: str
    area_m2: Decimal | None


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """An insured person."""

    name: PersonName
    birth_date: date | None


InsuredObject = Vehicle | Property | InsuredPerson


@dataclass(frozen=True, slots=True)
class Deductible:
    """What the customer bears. Units: ``percent`` of the loss; ``from_claim`` counts claims from 1."""

    kind: DeductibleKind
    amount: Money | None
    percent: Decimal | None
    from_claim: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """One insured risk. ``aggregate``: payouts reduce the sum insured."""

    risk_code: str
    risk: str
    sum_insured: Money
    aggregate: bool
    deductible: Deductible | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A contract of insurance as the policy core holds it.

    ``number`` is spelled as printed; ``key`` is the same folded for comparison. ``concluded_on`` starts cooling-off.
    """

    isn: Isn
    number: str
    key: PolicyNumber
    product: Product
    line: Line
    status: PolicyStatus
    period: Period
    concluded_on: date
    single_premium: bool
    sum_insured: Money
    premium: Money
    holder_isn: Isn
    participants: tuple[Participant, ...]
    insured_objects: tuple[InsuredObject, ...]
    coverages: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of the premium; ``number`` counts from 1 in the policy."""

    number: int
    due_on: date
    amount: Money
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A downloadable document. Units: ``size_bytes`` of the decoded file, None when unknown."""

    key: DocumentKey
    kind: DocumentKind
    title: str
    file_name: str
    media_type: str
    size_bytes: int | None
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """Whether and until when a policy can be renewed, with the price before any choice.

    ``refusal`` is our code of the reason when not eligible.
    """

    eligible: bool
    opens_on: date | None
    closes_on: date | None
    indicative_premium: Money | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class ProductRules:
    """Rules of insurance of a product. Units: ``cooling_off_days`` in calendar days."""

    product_code: str
    title: str
    edition: str
    effective_on: date
    cooling_off_days: int
    instalment_counts: tuple[int, ...]
