"""Policies and what belongs to them."""

from __future__ import annotations

from adapters.policy_core import wire
from adapters.policy_core.mapping import codes
from adapters.policy_core.mapping.clients import name
from adapters.policy_core.mapping.values import (
    amount,
    code,
    day,
    decimal,
    flag,
    isn,
    media_type,
    number,
    optional,
    size,
    text,
    whole,
)
from domain import models
from domain.money import Money

__all__ = ["documents", "instalments", "policy", "product_rules"]


def policy(record: wire.Policy) -> models.Policy:
    """Source: policy_core.xsd, Policy. Units: all sums in the policy's currency."""
    currency = code(codes.CURRENCIES, record.currency, "Currency")
    period = models.Period(day(record.begin_date, "BeginDate"), day(record.end_date, "EndDate"))
    if period.end < period.start:
        raise wire.Unreadable("EndDate is before BeginDate")
    return models.Policy(
        isn=isn(record.isn, "Isn"),
        number=text(record.number, "Number"),
        key=number(record.number, "Number"),
        product=models.Product(text(record.product_code, "ProductCode"), text(record.product_name, "ProductName")),
        line=code(codes.LINES, record.line, "Line"),
        status=code(codes.STATES, record.state, "State"),
        period=period,
        concluded_on=day(record.sign_date, "SignDate"),
        single_premium=flag(record.single_premium, "SinglePremium"),
        sum_insured=Money(amount(record.sum_insured, "SumInsured"), currency),
        premium=Money(amount(record.premium, "Premium"), currency),
        holder_isn=isn(record.holder_isn, "HolderIsn"),
        participants=tuple(participant(each) for each in record.participant),
        insured_objects=tuple(insured_object(each) for each in record.insured_object),
        coverages=tuple(coverage(each, currency) for each in record.coverage),
    )


def participant(record: wire.Participant) -> models.Participant:
    """Source: policy_core.xsd, Participant. Units: share in percent."""
    return models.Participant(
        role=code(codes.ROLES, record.role, "Role"),
        name=name(record),
        isn=optional(isn, record.isn, "Isn"),
        share=optional(decimal, record.share, "Share"),
    )


def insured_object(record: wire.InsuredObject) -> models.InsuredObject:
    """Source: policy_core.xsd, InsuredObject. Units: area in square metres."""
    match record:
        case wire.InsuredObject(vehicle=wire.Vehicle() as car, property=None, person=None):
            return models.Vehicle(
                make=text(car.make, "Make"),
                model=text(car.model, "Model"),
                year=optional(whole, car.year, "Year"),
                vin=car.vin,
                plate=car.plate,
                body_number=car.body_number,
                chassis_number=car.chassis_number,
            )
        case wire.InsuredObject(vehicle=None, property=wire.Property() as home, person=None):
            return models.Property(
                kind=text(home.kind, "Kind"),
                address=text(home.address, "Address"),
                area_m2=optional(decimal, home.area, "Area"),
            )
        case wire.InsuredObject(vehicle=None, property=None, person=wire.Person() as person):
            return models.InsuredPerson(name(person), optional(day, person.birth_date, "BirthDate"))
        case _:
            raise wire.Unreadable("InsuredObject is none of the known kinds")


def coverage(record: wire.Coverage, currency: str) -> models.Coverage:
    """Source: policy_core.xsd, Coverage."""
    return models.Coverage(
        risk_code=text(record.risk_code, "RiskCode"),
        risk=text(record.risk_name, "RiskName"),
        sum_insured=Money(amount(record.sum_insured, "SumInsured"), currency),
        aggregate=flag(record.aggregate, "Aggregate"),
        deductible=None if record.deductible is None else deductible(record.deductible, currency),
    )


def deductible(record: wire.Deductible, currency: str) -> models.Deductible:
    """Source: policy_core.xsd, Deductible. Units: percent of the loss."""
    if (record.amount is None) == (record.percent is None):
        raise wire.Unreadable("Deductible needs either Amount or Percent")
    return models.Deductible(
        kind=code(codes.DEDUCTIBLES, record.kind, "Kind"),
        amount=None if record.amount is None else Money(amount(record.amount, "Amount"), currency),
        percent=optional(decimal, record.percent, "Percent"),
        from_claim=whole(record.from_claim, "FromClaim"),
    )


def instalments(record: wire.InstalmentPlan) -> tuple[models.Instalment, ...]:
    """Source: policy_core.xsd, InstalmentPlan. Shape: by number; the core gives no order."""
    found = sorted((instalment(each) for each in record.instalment), key=lambda each: each.number)
    if len({each.number for each in found}) < len(found):
        raise wire.Unreadable("No is not unique in a plan")
    return tuple(found)


def instalment(record: wire.Instalment) -> models.Instalment:
    """Source: policy_core.xsd, Instalment."""
    return models.Instalment(
        number=whole(record.no, "No"),
        due_on=day(record.due_date, "DueDate"),
        amount=Money(amount(record.amount, "Amount"), code(codes.CURRENCIES, record.currency, "Currency")),
        paid_on=optional(day, record.paid_date, "PaidDate"),
    )


def documents(record: wire.DocumentList) -> tuple[models.PolicyDocument, ...]:
    """Source: policy_core.xsd, DocumentList. Shape: by document id; the core gives no order."""
    policy_number = number(record.policy_number, "PolicyNumber")
    found = {isn(each.document_id, "DocumentId"): each for each in record.document}
    if len(found) < len(record.document):
        raise wire.Unreadable("DocumentId is not unique in a list")
    return tuple(document(found[key], models.DocumentKey(policy_number, str(key))) for key in sorted(found))


def document(record: wire.Document, key: models.DocumentKey) -> models.PolicyDocument:
    """Source: policy_core.xsd, Document. Units: bytes of the decoded file."""
    return models.PolicyDocument(
        key=key,
        kind=code(codes.DOCUMENTS, record.kind, "Kind"),
        title=text(record.title, "Title"),
        file_name=text(record.file_name, "FileName"),
        media_type=media_type(record.media_type),
        size_bytes=size(record.size),
        issued_on=optional(day, record.issue_date, "IssueDate"),
    )


def product_rules(asked: str, record: wire.ProductRules) -> models.ProductRules:
    """Source: policy_core.xsd, ProductRules. Units: cooling-off in calendar days."""
    if record.product_code != asked:
        raise wire.Unreadable("ProductRules of another product")
    return models.ProductRules(
        product_code=asked,
        title=text(record.title, "Title"),
        edition=text(record.edition, "Edition"),
        effective_on=day(record.effective_date, "EffectiveDate"),
        cooling_off_days=whole(record.cooling_off_days, "CoolingOffDays"),
        instalment_counts=tuple(sorted(whole(each, "InstalmentCount") for each in record.instalment_count)),
    )
