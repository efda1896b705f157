"""Policies with their instalments and documents, filled in from their plans."""

from datetime import date, timedelta
from decimal import Decimal

from dev.simulators.population import keys, objects
from dev.simulators.population.dice import Dice
from dev.simulators.population.participants import insured_persons, participants
from dev.simulators.population.plan import PolicyPlan
from dev.simulators.population.products import Risk
from dev.simulators.population.records import (
    Client,
    Coverage,
    Deductible,
    DeductibleKind,
    Document,
    DocumentKind,
    Instalment,
    InsuredObject,
    Line,
    Policy,
    PolicyStatus,
)

CENT = Decimal("0.01")
LARGEST_DOCUMENT = 50_000_000
_LARGE_EVERY = 97
_DEMO_LARGE = 3
_DOCUMENT_ITEMS = 200
_SIZES = {
    DocumentKind.POLICY: (90_000, 400_000),
    DocumentKind.RULES: (700_000, 2_500_000),
    DocumentKind.RECEIPT: (20_000, 60_000),
    DocumentKind.MEMO: (5_000_000, LARGEST_DOCUMENT),
}


def policy(seed: int, today: date, k: int, plan: PolicyPlan, holder: Client, others: tuple[Client, ...]) -> Policy:
    """The policy at a place; `others` are the persons who may take part beside the holder."""
    dice = Dice(seed, "policy", k)
    terms = plan.terms
    drawn = dice.money(*terms.sums)
    sum_insured = plan.sum_insured or drawn
    rate_bp = dice.between(*terms.rate_bp)
    taking_part = participants(dice, terms.product.line, holder, others)
    return Policy(
        isn=keys.policy_isn(k),
        number=keys.policy_number(k, terms.product.line),
        product=terms.product,
        status=plan.status,
        concluded_on=plan.concluded_on,
        start=plan.start,
        end=plan.end,
        cancelled_on=plan.cancelled_on,
        sum_insured=sum_insured,
        premium=(sum_insured * rate_bp / 10_000).quantize(CENT),
        single_premium=len(plan.dues) == 1,
        holder_isn=holder.isn,
        participants=taking_part,
        insured_objects=_insured_objects(dice, k, terms.product.line, plan.start.year, holder, others),
        coverages=tuple(_coverage(dice, risk, sum_insured) for risk in terms.risks),
    )


def instalments(seed: int, today: date, k: int, plan: PolicyPlan, premium: Decimal) -> tuple[Instalment, ...]:
    """The premium in equal parts, the odd kopecks in the first."""
    dice = Dice(seed, "instalments", k)
    part = (premium / len(plan.dues)).quantize(CENT, rounding="ROUND_DOWN")
    rest = premium - part * len(plan.dues)
    return tuple(
        Instalment(
            isn=keys.item_isn(k, index),
            number=index + 1,
            due_on=due.due_on,
            amount=part + rest if index == 0 else part,
            paid_on=_paid_on(dice, today, plan, index) if due.paid else None,
        )
        for index, due in enumerate(plan.dues)
    )


def _paid_on(dice: Dice, today: date, plan: PolicyPlan, index: int) -> date:
    """The first at the conclusion or the day after, the others up to a week early."""
    due_on = plan.dues[index].due_on
    if index == 0:
        return min(due_on, today, plan.concluded_on + timedelta(days=dice.below(2)))
    return due_on - timedelta(days=dice.below(7))


def documents(seed: int, k: int, policy: Policy) -> tuple[Document, ...]:
    """The electronic policy (none before the first payment), the rules, a receipt, seldom a large inspection report."""
    dice = Dice(seed, "documents", k)
    kinds = [DocumentKind.RULES]
    if policy.status is not PolicyStatus.AWAITING_PAYMENT:
        kinds = [DocumentKind.POLICY, DocumentKind.RULES, DocumentKind.RECEIPT]
    if k == _DEMO_LARGE or k % _LARGE_EVERY == _DEMO_LARGE:
        kinds.append(DocumentKind.MEMO)
    return tuple(_document(dice, k, kind, policy) for kind in kinds)


def document_kind(item: int) -> DocumentKind | None:
    """The kind of document that an item of a policy is."""
    index = item - _DOCUMENT_ITEMS
    return list(DocumentKind)[index] if 0 <= index < len(DocumentKind) else None


def _document(dice: Dice, k: int, kind: DocumentKind, policy: Policy) -> Document:
    titles = {
        DocumentKind.POLICY: f"Полис {policy.number}",
        DocumentKind.RULES: f"Правила страхования № {policy.product.rules_edition}",
        DocumentKind.RECEIPT: "Квитанция об оплате",
        DocumentKind.MEMO: "Отчёт об осмотре с фотографиями",
    }
    size = LARGEST_DOCUMENT if kind is DocumentKind.MEMO and k == _DEMO_LARGE else dice.between(*_SIZES[kind])
    return Document(
        isn=keys.item_isn(k, _DOCUMENT_ITEMS + list(DocumentKind).index(kind)),
        kind=kind,
        title=titles[kind],
        file_name=f"{kind.lower()}-{keys.policy_isn(k)}.pdf",
        media_type="application/pdf",
        size_bytes=size,
        issued_on=policy.concluded_on,
    )


def _insured_objects(
    dice: Dice, k: int, line: Line, year: int, holder: Client, others: tuple[Client, ...]
) -> tuple[InsuredObject, ...]:
    if line in (Line.KASKO, Line.OSAGO):
        return (objects.vehicle(dice, k, year),)
    if line is Line.PROPERTY:
        return (objects.home(dice, k),)
    return insured_persons(dice, line, holder, others)


def _coverage(dice: Dice, risk: Risk, sum_insured: Decimal) -> Coverage:
    insured = (sum_insured * risk.share / 100).quantize(CENT)
    return Coverage(
        risk_code=risk.code,
        risk=risk.name,
        sum_insured=insured,
        aggregate=risk.aggregate,
        deductible=_deductible(dice, insured) if risk.deductible and dice.chance(75) else None,
    )


def _deductible(dice: Dice, insured: Decimal) -> Deductible:
    kind = dice.pick(tuple(DeductibleKind))
    from_claim = dice.between(2, 3) if kind is DeductibleKind.DYNAMIC else 1
    if dice.chance(70):
        amount = max((insured * dice.between(1, 5) / 200 / 1_000).quantize(Decimal(1)) * 1_000, Decimal(1_000))
        return Deductible(kind, amount.quantize(CENT), None, from_claim)
    return Deductible(kind, None, Decimal(dice.between(2, 20)) / 2, from_claim)
