"""Life contracts, their valuation and the operations on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from domain.models.clients import PersonName
    from domain.models.identifiers import Isn, PolicyNumber
    from domain.models.policies import Period
    from domain.money import Money

__all__ = [
    "Beneficiary",
    "Coupon",
    "CouponTerms",
    "Implausibility",
    "LifeContract",
    "LifeKind",
    "LifeOperation",
    "LifeOperationKind",
    "LifeOrder",
    "LifeOrderState",
    "LifeValuation",
    "PayoffFeature",
    "Strategy",
    "SurrenderRow",
    "Underlying",
    "UnderlyingLevel",
]


class LifeKind(StrEnum):
    """Kinds of life contract."""

    ENDOWMENT = "ENDOWMENT"
    INVESTMENT = "INVESTMENT"
    UNIT_LINKED = "UNIT_LINKED"


class LifeOperationKind(StrEnum):
    """What a holder can order on a contract."""

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


class LifeOrderState(StrEnum):
    """State of an order on a contract."""

    SUBMITTED = "SUBMITTED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    REJECTED = "REJECTED"


class PayoffFeature(StrEnum):
    """What makes the investment income differ from premium x participation x growth of one underlying."""

    CAPPED = "CAPPED"
    AVERAGED = "AVERAGED"
    WORST_OF = "WORST_OF"
    COUPONS = "COUPONS"
    FOREIGN_CURRENCY = "FOREIGN_CURRENCY"


class Implausibility(StrEnum):
    """What a valuation says that its contract contradicts."""

    OTHER_CONTRACT = "OTHER_CONTRACT"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    FROM_THE_FUTURE = "FROM_THE_FUTURE"
    COUPON_FROM_THE_FUTURE = "COUPON_FROM_THE_FUTURE"
    NEGATIVE_SUM = "NEGATIVE_SUM"
    GUARANTEE_OFF_TERMS = "GUARANTEE_OFF_TERMS"
    PAYOUT_BELOW_GUARANTEE = "PAYOUT_BELOW_GUARANTEE"
    PAYOUT_OFF_PARTS = "PAYOUT_OFF_PARTS"
    PERFORMANCE_OFF_LEVELS = "PERFORMANCE_OFF_LEVELS"
    INCOME_OFF_FORMULA = "INCOME_OFF_FORMULA"
    AVAILABLE_ABOVE_INCOME = "AVAILABLE_ABOVE_INCOME"


@dataclass(frozen=True, slots=True)
class Underlying:
    """What the investment income follows."""

    ticker: str
    name: str


@dataclass(frozen=True, slots=True)
class UnderlyingLevel:
    """A closing level. Units: index points, 4 or more places."""

    on: date
    level: Decimal


@dataclass(frozen=True, slots=True)
class Strategy:
    """An investment strategy. Units: ``participation_percent`` of the underlying's growth, 71 meaning 71 %."""

    code: str
    name: str
    underlying: Underlying
    participation_percent: Decimal


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who is paid. Units: ``share`` in percent."""

    name: PersonName
    share: Decimal


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """Terms of coupons. Units: percents; ``barrier_percent`` of the start level, ``rate_percent`` of the premium.

    ``memory``: a coupon missed is paid with the next one that is earned.
    """

    barrier_percent: Decimal
    rate_percent: Decimal
    memory: bool
    observation_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class LifeContract:
    """Terms of a life contract.

    ``policy_isn`` is the ISN of the contract's header in the policy core. Units: ``guarantee_percent`` of the premium
    paid back whatever happens, 100 meaning all of it. ``payoff_features`` is empty for the plain payout.
    """

    number: PolicyNumber
    policy_isn: Isn
    holder_isn: Isn
    kind: LifeKind
    product: str
    period: Period
    sum_insured: Money
    premium: Money
    premiums_paid: Money
    guarantee_percent: Decimal | None
    strategy: Strategy | None
    start_level: Decimal | None
    coupon_terms: CouponTerms | None
    beneficiaries: tuple[Beneficiary, ...]
    payoff_features: tuple[PayoffFeature, ...] = ()


@dataclass(frozen=True, slots=True)
class Coupon:
    """One observation's coupon; ``amount`` and ``paid_on`` are None until decided and paid."""

    observed_on: date
    earned: bool | None
    amount: Money | None
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class LifeValuation:
    """What a contract is worth, computed by the life system.

    ``as_of`` is an instant in UTC; ``stale`` is set by a cache that serves an older answer,
    ``implausible`` by ``domain.valuation`` where contract and valuation meet. Units:
    ``performance_percent`` of the underlying since the start, ``fx_rate`` roubles per unit of the investment currency.
    """

    number: PolicyNumber
    as_of: datetime
    stale: bool
    current_level: Decimal | None
    performance_percent: Decimal | None
    guaranteed: Money | None
    investment_income: Money | None
    available_income: Money | None
    payout_at_maturity: Money
    surrender_value: Money | None
    coupons: tuple[Coupon, ...]
    fx_rate: Decimal | None
    tax_estimate: Money | None
    implausible: tuple[Implausibility, ...] = ()


@dataclass(frozen=True, slots=True)
class SurrenderRow:
    """Surrender value in one contract year, from the contract's table. Units: ``percent`` of premiums paid."""

    year: int
    starts_on: date
    percent: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class LifeOperation:
    """An operation on offer; ``refusal`` is our code of the reason when it is not available."""

    kind: LifeOperationKind
    available: bool
    refusal: str | None


@dataclass(frozen=True, slots=True)
class LifeOrder:
    """An order on a contract. ``submitted_at`` is an instant in UTC."""

    id: str
    kind: LifeOperationKind
    state: LifeOrderState
    submitted_at: datetime
