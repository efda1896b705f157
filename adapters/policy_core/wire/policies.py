"""Policies and what belongs to them as they stand in a reply: text as it came, ``None`` for what is absent or empty.

Reading a record never fails, so that one bad row cannot spoil its neighbours; ``mapping`` judges the values.
Source: contract/policy_core.xsd, the complex type of the same name unless said otherwise. A field is the element of
the same name in camel case.
"""

from __future__ import annotations

import msgspec

from adapters.policy_core.wire.persons import ClientItem, Person, Status

__all__ = [
    "Coverage",
    "Deductible",
    "Document",
    "DocumentList",
    "FoundPolicies",
    "Instalment",
    "InstalmentPlan",
    "InsuredObject",
    "Participant",
    "Policy",
    "PolicyItem",
    "PolicyKey",
    "ProductRules",
    "Property",
    "Vehicle",
]


class Participant(msgspec.Struct, frozen=True):
    """A person in a policy; ``role`` is a code of ROLE. Units: ``share`` in percent."""

    role: str | None = None
    isn: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    share: str | None = None


class Vehicle(msgspec.Struct, frozen=True):
    """An insured vehicle."""

    make: str | None = None
    model: str | None = None
    year: str | None = None
    vin: str | None = None
    plate: str | None = None
    body_number: str | None = None
    chassis_number: str | None = None


class Property(msgspec.Struct, frozen=True):
    """Insured property. Units: ``area`` in square metres."""

    kind: str | None = None
    address: str | None = None
    area: str | None = None


class InsuredObject(msgspec.Struct, frozen=True):
    """Exactly one of the three is there."""

    vehicle: Vehicle | None = None
    property: Property | None = None
    person: Person | None = None


class Deductible(msgspec.Struct, frozen=True):
    """``kind`` is a code of DEDUCTIBLE. Units: ``percent`` of the loss."""

    kind: str | None = None
    amount: str | None = None
    percent: str | None = None
    from_claim: str | None = None


class Coverage(msgspec.Struct, frozen=True):
    """One insured risk."""

    risk_code: str | None = None
    risk_name: str | None = None
    sum_insured: str | None = None
    aggregate: str | None = None
    deductible: Deductible | None = None


class Policy(msgspec.Struct, frozen=True):
    """A contract; ``line`` and ``currency`` are codes of LINE and CURRENCY, ``state`` is a Russian phrase."""

    isn: str | None = None
    number: str | None = None
    product_code: str | None = None
    product_name: str | None = None
    line: str | None = None
    state: str | None = None
    sign_date: str | None = None
    begin_date: str | None = None
    end_date: str | None = None
    single_premium: str | None = None
    currency: str | None = None
    sum_insured: str | None = None
    premium: str | None = None
    holder_isn: str | None = None
    participant: tuple[Participant, ...] = ()
    insured_object: tuple[InsuredObject, ...] = ()
    coverage: tuple[Coverage, ...] = ()


class PolicyKey(msgspec.Struct, frozen=True):
    """What a policy was asked by: exactly one of the two is there."""

    number: str | None = None
    isn: str | None = None


class PolicyItem(msgspec.Struct, frozen=True):
    """What the core says of one key of GetPolicies."""

    key: PolicyKey | None = None
    item_status: Status | None = None
    policy: Policy | None = None


class FoundPolicies(msgspec.Struct, frozen=True):
    """Source: ResponseData of FindPolicies, one page."""

    client: tuple[ClientItem, ...] = ()
    policy: tuple[Policy, ...] = ()
    next_page_token: str | None = None


class Instalment(msgspec.Struct, frozen=True):
    """One part of the premium; ``currency`` is a code of CURRENCY."""

    no: str | None = None
    due_date: str | None = None
    amount: str | None = None
    currency: str | None = None
    paid_date: str | None = None


class InstalmentPlan(msgspec.Struct, frozen=True):
    """The instalments of a policy, none for one paid at once."""

    policy_number: str | None = None
    instalment: tuple[Instalment, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """A document without its content; ``kind`` is a code of DOCUMENT. Units: ``size`` in bytes, decoded."""

    document_id: str | None = None
    kind: str | None = None
    title: str | None = None
    file_name: str | None = None
    media_type: str | None = None
    size: str | None = None
    issue_date: str | None = None


class DocumentList(msgspec.Struct, frozen=True):
    """The documents of a policy."""

    policy_number: str | None = None
    document: tuple[Document, ...] = ()


class ProductRules(msgspec.Struct, frozen=True):
    """Rules of insurance of a product. Units: ``cooling_off_days`` in calendar days."""

    product_code: str | None = None
    title: str | None = None
    edition: str | None = None
    effective_date: str | None = None
    cooling_off_days: str | None = None
    instalment_count: tuple[str, ...] = ()
