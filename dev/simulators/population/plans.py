"""What a policy is before its details: line, status, dates, payments, claims, kind of life contract."""

from datetime import date, timedelta

from dev.simulators.population import scripted
from dev.simulators.population.claim_records import ClaimStatus
from dev.simulators.population.dice import Dice
from dev.simulators.population.keys import BULK_CLIENT, BULK_POLICIES
from dev.simulators.population.life_records import LifeKind
from dev.simulators.population.plan import DuePlan, PolicyPlan
from dev.simulators.population.products import PRODUCTS, ProductTerms
from dev.simulators.population.records import Line, PolicyStatus

_LINES = (
    (Line.KASKO, 22),
    (Line.OSAGO, 28),
    (Line.PROPERTY, 16),
    (Line.TRAVEL, 10),
    (Line.HEALTH, 8),
    (Line.LIFE, 16),
)
_STATUSES = (
    (PolicyStatus.ACTIVE, 56),
    (PolicyStatus.EXPIRED, 20),
    (PolicyStatus.FUTURE, 8),
    (PolicyStatus.CANCELLED, 8),
    (PolicyStatus.AWAITING_PAYMENT, 8),
)
_LIFE_KINDS = (LifeKind.ENDOWMENT, LifeKind.INVESTMENT, LifeKind.UNIT_LINKED)
_CLAIM_COUNTS = ((0, 55), (1, 28), (2, 12), (3, 5))
_OPEN = (
    (ClaimStatus.DRAFT, 8),
    (ClaimStatus.REGISTERED, 12),
    (ClaimStatus.DOCUMENTS_REQUIRED, 14),
    (ClaimStatus.INSPECTION, 12),
    (ClaimStatus.UNDER_REVIEW, 14),
    (ClaimStatus.APPROVED, 8),
)
_REPAIR = ((ClaimStatus.REPAIR_REFERRED, 12), (ClaimStatus.IN_REPAIR, 12))
_FINAL = ((ClaimStatus.PAID, 14), (ClaimStatus.REJECTED, 6), (ClaimStatus.CLOSED, 10))


def policy_count(seed: int, n: int) -> int:
    """How many policies the n-th client has: two to seven, but for the clients described in `scripted`."""
    if n == BULK_CLIENT:
        return BULK_POLICIES
    return scripted.policy_count(n) or Dice(seed, "policy count", n).between(2, 7)


def policy_plan(seed: int, today: date, n: int, slot: int) -> PolicyPlan:
    """The plan of a client's policy."""
    if plan := scripted.policy_plan(today, n, slot):
        return plan
    dice = Dice(seed, "plan", n << 7 | slot)
    line = list(PRODUCTS)[slot % len(PRODUCTS)] if n == BULK_CLIENT else dice.weighted(_LINES)
    kind = dice.pick(_LIFE_KINDS) if line is Line.LIFE else None
    terms = PRODUCTS[line][_LIFE_KINDS.index(kind)] if kind else dice.pick(PRODUCTS[line])
    status = dice.weighted(_STATUSES)
    start, end = _period(dice, today, terms, status)
    concluded = min(start, today) - timedelta(days=dice.between(0, 20))
    if status is PolicyStatus.AWAITING_PAYMENT:
        concluded = min(concluded, today)
    cancelled = None
    if status is PolicyStatus.CANCELLED:
        cancelled = start + timedelta(days=dice.below((min(today, end) - start).days + 1))
    return PolicyPlan(
        terms=terms,
        status=status,
        concluded_on=concluded,
        start=start,
        end=end,
        cancelled_on=cancelled,
        dues=_dues(dice, today, terms, status, start, end, cancelled),
        claims=_claims(dice, today, line, status, start, bulk=n == BULK_CLIENT),
        life_kind=kind,
    )


def _period(dice: Dice, today: date, terms: ProductTerms, status: PolicyStatus) -> tuple[date, date]:
    days = dice.between(*terms.days)
    if status is PolicyStatus.EXPIRED:
        start = today - timedelta(days=days + dice.between(0, 900))
    elif status is PolicyStatus.FUTURE:
        start = today + timedelta(days=dice.between(1, 40))
    elif status is PolicyStatus.AWAITING_PAYMENT:
        start = today + timedelta(days=dice.between(0, 10))
    else:
        start = today - timedelta(days=dice.below(days))
    return start, start + timedelta(days=days - 1)


def _dues(
    dice: Dice,
    today: date,
    terms: ProductTerms,
    status: PolicyStatus,
    start: date,
    end: date,
    cancelled: date | None,
) -> tuple[DuePlan, ...]:
    """Payments spread evenly over the term, a regular premium's over each year; some of those due are late."""
    count = dice.pick(terms.instalment_counts)
    if terms.regular:
        count *= ((end - start).days + 1) // 365
    step = ((end - start).days + 1) / count
    dues = []
    for index in range(count):
        due = start + timedelta(days=int(step * index))
        waiting = index == 0 and status is PolicyStatus.AWAITING_PAYMENT
        late = status is PolicyStatus.ACTIVE and index > 0 and (today - due).days < 60 and dice.chance(40)
        given_up = cancelled is not None and due >= cancelled
        first = index == 0 and status is PolicyStatus.FUTURE
        paid = first or (due <= today and not (waiting or late or given_up))
        dues.append(DuePlan(due, paid))
    return tuple(dues)


def _claims(
    dice: Dice, today: date, line: Line, status: PolicyStatus, start: date, *, bulk: bool
) -> tuple[ClaimStatus, ...]:
    started = start < today and status not in (PolicyStatus.FUTURE, PolicyStatus.AWAITING_PAYMENT)
    if line is Line.LIFE or not started:
        return ()
    count = 1 if bulk else dice.weighted(_CLAIM_COUNTS)
    weights = list(_FINAL)
    if status is not PolicyStatus.EXPIRED:
        weights += _OPEN
        if line in (Line.KASKO, Line.OSAGO):
            weights += _REPAIR
    return tuple(dice.weighted(weights) for _ in range(count))
