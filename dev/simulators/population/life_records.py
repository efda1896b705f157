"""Life contracts and their underlyings, in no legacy system's spelling.

Sums in roubles unless said, rates and shares in percent, levels in index points of scale 4.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from dev.simulators.population.records import PersonName


class LifeKind(StrEnum):
    """Kinds of life contract."""

    ENDOWMENT = "ENDOWMENT"
    INVESTMENT = "INVESTMENT"
    UNIT_LINKED = "UNIT_LINKED"


class Frequency(StrEnum):
    """How often premiums are paid."""

    SINGLE = "SINGLE"
    YEARLY = "YEARLY"
    QUARTERLY = "QUARTERLY"
    MONTHLY = "MONTHLY"


class LifeOperation(StrEnum):
    """What a holder can order."""

    CHANGE_UNDERLYING = "CHANGE_UNDERLYING"
    FIX_INCOME = "FIX_INCOME"
    ADDITIONAL_PREMIUM = "ADDITIONAL_PREMIUM"
    WITHDRAW_INCOME = "WITHDRAW_INCOME"
    CHANGE_INSTALMENT_FREQUENCY = "CHANGE_INSTALMENT_FREQUENCY"
    PAID_UP = "PAID_UP"
    PREMIUM_HOLIDAY = "PREMIUM_HOLIDAY"
    CHANGE_BENEFICIARY = "CHANGE_BENEFICIARY"
    SURRENDER = "SURRENDER"
    DUPLICATE_DOCUMENT = "DUPLICATE_DOCUMENT"
    TAX_CERTIFICATE = "TAX_CERTIFICATE"


class Refusal(StrEnum):
    """Why an operation is not on offer."""

    NOT_IN_FORCE = "NOT_IN_FORCE"
    NOT_FOR_THIS_KIND = "NOT_FOR_THIS_KIND"
    NO_INCOME = "NO_INCOME"
    TOO_EARLY = "TOO_EARLY"
    TOO_LATE = "TOO_LATE"
    PREMIUM_OVERDUE = "PREMIUM_OVERDUE"
    SINGLE_PREMIUM = "SINGLE_PREMIUM"


class OrderState(StrEnum):
    """State of an order."""

    SUBMITTED = "SUBMITTED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Underlying:
    """What investment income follows."""

    ticker: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Strategy:
    """Underlyings under one name; with several, the worst counts."""

    code: str
    name: str
    tickers: tuple[str, ...]
    participation_percent: Decimal


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """`barrier_percent` of the start level, `rate_percent` of the premium for each observation."""

    barrier_percent: Decimal
    rate_percent: Decimal
    memory: bool
    observation_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who is paid."""

    isn: int
    name: PersonName
    share: Decimal


@dataclass(frozen=True, slots=True)
class PremiumPaid:
    """A premium that came in."""

    paid_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SurrenderRow:
    """Surrender value in one contract year, in percent of the premiums paid."""

    year: int
    starts_on: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class OperationOffer:
    """An operation; on offer when there is no refusal."""

    operation: LifeOperation
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class LifeOrder:
    """An order given in the past."""

    id: str
    operation: LifeOperation
    state: OrderState
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class LifeContract:
    """Terms of a contract; the investment terms are None for an endowment.

    `premium` is a single premium or one regular payment. `fx_currency` is that of the investment terms when not
    roubles, `fx_start` roubles for one unit of it at the start. `unit_count` is a unit-linked contract's holding.
    """

    number: str
    policy_isn: int
    holder_isn: int
    kind: LifeKind
    product_code: str
    product_name: str
    concluded_on: date
    start: date
    end: date
    in_force: bool
    sum_insured: Decimal
    premium: Decimal
    frequency: Frequency
    premiums_paid: tuple[PremiumPaid, ...]
    guarantee_percent: Decimal | None
    participation_percent: Decimal | None
    cap_percent: Decimal | None
    strategy: Strategy | None
    start_levels: tuple[Decimal, ...]
    averaging_dates: tuple[date, ...]
    coupon_terms: CouponTerms | None
    fx_currency: str | None
    fx_start: Decimal | None
    bonus_percent: Decimal | None
    technical_rate_percent: Decimal
    unit_count: Decimal | None
    beneficiaries: tuple[Beneficiary, ...]
    surrender_table: tuple[SurrenderRow, ...]
    operations: tuple[OperationOffer, ...]
    orders: tuple[LifeOrder, ...]

    @property
    def premiums_total(self) -> Decimal:
        """Sum of the premiums that came in."""
        return sum((paid.amount for paid in self.premiums_paid), Decimal("0.00"))
