"""Persons, policies and what belongs to them, in no legacy system's spelling. Sums in roubles, shares in percent."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Sex(StrEnum):
    """Sex as registered."""

    MALE = "MALE"
    FEMALE = "FEMALE"


class ConsentPurpose(StrEnum):
    """What a consent allows."""

    PERSONAL_DATA = "PERSONAL_DATA"
    MARKETING = "MARKETING"
    ELECTRONIC_DOCUMENTS = "ELECTRONIC_DOCUMENTS"


class Line(StrEnum):
    """Lines of insurance."""

    KASKO = "KASKO"
    OSAGO = "OSAGO"
    PROPERTY = "PROPERTY"
    TRAVEL = "TRAVEL"
    HEALTH = "HEALTH"
    LIFE = "LIFE"


class PolicyStatus(StrEnum):
    """State of a policy on the population's day."""

    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    FUTURE = "FUTURE"
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Role(StrEnum):
    """Part a person plays in a policy."""

    HOLDER = "HOLDER"
    OWNER = "OWNER"
    DRIVER = "DRIVER"
    LIFE_ASSURED = "LIFE_ASSURED"
    BENEFICIARY = "BENEFICIARY"


class DeductibleKind(StrEnum):
    """How a deductible works."""

    UNCONDITIONAL = "UNCONDITIONAL"
    CONDITIONAL = "CONDITIONAL"
    DYNAMIC = "DYNAMIC"


class DocumentKind(StrEnum):
    """Documents kept for a policy."""

    POLICY = "POLICY"
    RULES = "RULES"
    RECEIPT = "RECEIPT"
    MEMO = "MEMO"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts."""

    last: str
    first: str
    patronymic: str | None

    @property
    def full(self) -> str:
        """Last, first, patronymic."""
        return " ".join(part for part in (self.last, self.first, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent; `expires_on` and `revoked_on` may be open."""

    purpose: ConsentPurpose
    text_version: str
    given_on: date
    expires_on: date | None
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class Client:
    """A person known to the insurer; `phone` in E.164."""

    isn: int
    number: str
    name: PersonName
    sex: Sex
    birth_date: date
    phone: str
    phone_confirmed: bool
    email: str
    email_confirmed: bool
    address: str
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in a policy; each is a client of the population. `share` is a beneficiary's."""

    role: Role
    isn: int
    name: PersonName
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """An insured vehicle."""

    isn: int
    make: str
    model: str
    year: int
    vin: str
    plate: str
    body_number: str | None
    chassis_number: str | None


@dataclass(frozen=True, slots=True)
class Property:
    """Insured property."""

    isn: int
    kind: str
    address: str
    area_m2: Decimal


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """A person insured; `isn` is the person's."""

    isn: int
    name: PersonName
    birth_date: date


InsuredObject = Vehicle | Property | InsuredPerson


@dataclass(frozen=True, slots=True)
class Deductible:
    """By amount or by percent of the loss; `from_claim` counts claims from 1."""

    kind: DeductibleKind
    amount: Decimal | None
    percent: Decimal | None
    from_claim: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """One insured risk; `aggregate`: payouts reduce the sum insured."""

    risk_code: str
    risk: str
    sum_insured: Decimal
    aggregate: bool
    deductible: Deductible | None


@dataclass(frozen=True, slots=True)
class Product:
    """A product of a line; `rules_edition` numbers its rules of insurance."""

    code: str
    line: Line
    name: str
    rules_edition: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A contract of insurance. `start` and `end` are both included; `number` as printed."""

    isn: int
    number: str
    product: Product
    status: PolicyStatus
    concluded_on: date
    start: date
    end: date
    cancelled_on: date | None
    sum_insured: Decimal
    premium: Decimal
    single_premium: bool
    holder_isn: int
    participants: tuple[Participant, ...]
    insured_objects: tuple[InsuredObject, ...]
    coverages: tuple[Coverage, ...]

    @property
    def line(self) -> Line:
        """The product's line."""
        return self.product.line


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of the premium; `number` counts from 1."""

    isn: int
    number: int
    due_on: date
    amount: Decimal
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a policy; its content is `pdf.pieces(title, size_bytes)`."""

    isn: int
    kind: DocumentKind
    title: str
    file_name: str
    media_type: str
    size_bytes: int
    issued_on: date
