"""The clients who are not left to chance: the demo client, who has every reminder there is, and her neighbour."""

from datetime import date, timedelta
from decimal import Decimal

from dev.simulators.population.claim_records import ClaimStatus
from dev.simulators.population.life_records import LifeKind
from dev.simulators.population.plan import DuePlan, PolicyPlan
from dev.simulators.population.products import BY_CODE
from dev.simulators.population.records import PolicyStatus

DEMO_DAYS_LEFT = 142
DEMO_PREMIUM = Decimal("4200000.00")
COUPON_SLOT = 6
OBSERVED_IN_DAYS = 12
OBSERVED_EVERY_DAYS = 91

_YEAR = 365
_COUNTS = {0: 8, 1: 2}


def policy_count(n: int) -> int | None:
    """How many policies a scripted client has; None for the others."""
    return _COUNTS.get(n)


def policy_plan(today: date, n: int, slot: int) -> PolicyPlan | None:
    """The plan of a scripted client's policy; None for the others."""
    if n not in _COUNTS:
        return None
    return (_demo if n == 0 else _second)(today)[slot]


def _demo(today: date) -> tuple[PolicyPlan, ...]:
    """One policy of each line, three life contracts; something to pay, to hand in, to attend, to renew."""
    coupons_from = OBSERVED_IN_DAYS - 4 * OBSERVED_EVERY_DAYS
    return (
        _plan(
            today,
            "ISJ",
            DEMO_DAYS_LEFT - 3 * _YEAR + 1,
            3 * _YEAR,
            life_kind=LifeKind.INVESTMENT,
            sum_insured=DEMO_PREMIUM,
        ),
        _plan(
            today,
            "KASKO-FULL",
            -120,
            _YEAR,
            dues=((-120, True), (-12, False), (79, False), (170, False)),
            claims=(ClaimStatus.REPAIR_REFERRED, ClaimStatus.DOCUMENTS_REQUIRED, ClaimStatus.INSPECTION),
            sum_insured=Decimal("2450000.00"),
        ),
        _plan(today, "OSAGO", 20 - _YEAR + 1, _YEAR, claims=(ClaimStatus.UNDER_REVIEW, ClaimStatus.DRAFT)),
        _plan(today, "FLAT", -175, _YEAR, dues=((-175, True), (8, False)), claims=(ClaimStatus.PAID,)),
        _plan(
            today,
            "NSJ",
            -790,
            10 * _YEAR,
            dues=tuple((-790 + _YEAR * year, year < 3) for year in range(10)),
            life_kind=LifeKind.ENDOWMENT,
        ),
        _plan(today, "TRAVEL", -2, 16, concluded=-4),
        _plan(today, "ISJ", coupons_from, 3 * _YEAR, life_kind=LifeKind.INVESTMENT),
        _plan(today, "DMS", -2 * _YEAR, _YEAR, status=PolicyStatus.EXPIRED, claims=(ClaimStatus.CLOSED,)),
    )


def _second(today: date) -> tuple[PolicyPlan, ...]:
    return (
        _plan(today, "KASKO-MINI", -200, _YEAR, claims=(ClaimStatus.APPROVED,)),
        _plan(today, "DSJ", -400, 6 * _YEAR, life_kind=LifeKind.UNIT_LINKED),
    )


def _plan(
    today: date,
    product: str,
    start: int,
    days: int,
    *,
    concluded: int | None = None,
    status: PolicyStatus = PolicyStatus.ACTIVE,
    dues: tuple[tuple[int, bool], ...] | None = None,
    claims: tuple[ClaimStatus, ...] = (),
    life_kind: LifeKind | None = None,
    sum_insured: Decimal | None = None,
) -> PolicyPlan:
    """Days are counted from today; without dues the premium was paid at once at the start."""
    return PolicyPlan(
        terms=BY_CODE[product],
        status=status,
        concluded_on=_in(today, start - 3 if concluded is None else concluded),
        start=_in(today, start),
        end=_in(today, start + days - 1),
        cancelled_on=None,
        dues=tuple(DuePlan(_in(today, due), paid) for due, paid in dues or ((start, True),)),
        claims=claims,
        life_kind=life_kind,
        sum_insured=sum_insured,
    )


def _in(today: date, days: int) -> date:
    return today + timedelta(days=days)
