"""Life contracts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain import models
from resolvers import life
from schema.access import SIGNED_IN
from schema.caching import ASK_AGAIN, PART, private, public
from schema.fields import batched, computed
from schema.money import Money
from schema.node import Node, global_id, part_id
from schema.period import Period
from schema.person import Beneficiary
from schema.shown import shown

__all__ = ["LifeContract", "LifeValuation"]


@shown(models.UnderlyingLevel, description="A closing level of an underlying.", keep=public(900))
class UnderlyingLevel:
    """Level."""

    on: date = strawberry.field(description="Day of the close.")
    level: Decimal = strawberry.field(description="Level in points.")


@shown(models.Underlying, description="What an investment income follows.", keep=PART)
class Underlying:
    """Underlying."""

    ticker: str = strawberry.field(description="Code on its venue.")
    name: str = strawberry.field(description="Name.")
    levels = batched(
        life.underlying_levels, list[UnderlyingLevel] | None, description="Recent levels, the oldest first."
    )


@shown(models.Strategy, description="An investment strategy.", keep=PART)
class Strategy:
    """Strategy."""

    code: str = strawberry.field(description="Code.")
    name: str = strawberry.field(description="Name.")
    underlying: Underlying = strawberry.field(description="What the income follows.")
    participation_percent: Decimal = strawberry.field(
        description="Share of the underlying's growth that is credited, in percent."
    )


@shown(models.CouponTerms, description="Terms of coupons.", keep=PART)
class CouponTerms:
    """Coupon terms."""

    barrier_percent: Decimal = strawberry.field(
        description="Level of the underlying from which a coupon is earned, in percent of the start level."
    )
    rate_percent: Decimal = strawberry.field(description="Coupon in percent of the premium.")
    memory: bool = strawberry.field(description="Whether a coupon missed is paid with the next one earned.")
    observation_dates: list[date] = strawberry.field(description="Days on which a coupon is decided.")


@shown(models.Coupon, description="The coupon of one observation.", keep=PART)
class Coupon:
    """Coupon."""

    observed_on: date = strawberry.field(description="Day of the decision.")
    earned: bool | None = strawberry.field(description="Whether it was earned; null before the day.")
    amount: Money | None = strawberry.field(description="How much; null before the day.")
    paid_on: date | None = strawberry.field(description="Day it was paid.")


@shown(models.LifeValuation, description="What a contract is worth, computed by the life system.", keep=private(60))
class LifeValuation:
    """Valuation."""

    as_of: datetime = strawberry.field(description="When the life system computed it.")
    stale: bool = strawberry.field(description="Whether a newer one should exist but could not be had.")
    current_level: Decimal | None = strawberry.field(description="Level of the underlying, in points.")
    performance_percent: Decimal | None = strawberry.field(
        description="Change of the underlying since the start, in percent."
    )
    guaranteed: Money | None = strawberry.field(description="What is paid at the end whatever happens.")
    investment_income: Money | None = strawberry.field(description="Income at the current level.")
    available_income: Money | None = strawberry.field(description="Part of the income that can be withdrawn now.")
    payout_at_maturity: Money = strawberry.field(
        description="What is paid at the end of the term at the current level of the underlying."
    )
    surrender_value: Money | None = strawberry.field(description="What is paid when the contract is ended now.")
    coupons: list[Coupon] = strawberry.field(description="Coupons by observation, the earliest first.")
    fx_rate: Decimal | None = strawberry.field(
        description="Roubles per unit of the investment currency, where there is one."
    )
    tax_estimate: Money | None = strawberry.field(description="Estimate of the tax on the income, if known.")
    implausible: list[models.Implausibility] = strawberry.field(
        description="What the contract's own terms contradict; empty for a valuation that can be true."
    )


@shown(models.SurrenderRow, description="Surrender value in one contract year.", keep=private(3600))
class SurrenderRow:
    """Row of the table."""

    year: int = strawberry.field(description="Contract year, counted from 1.")
    starts_on: date = strawberry.field(description="First day of the year.")
    percent: Decimal = strawberry.field(description="Percent of the premiums paid.")
    amount: Money = strawberry.field(description="Value.")


@shown(models.LifeOperation, description="An operation that a holder can order, or why not.", keep=ASK_AGAIN)
class LifeOperation:
    """Operation."""

    kind: models.LifeOperationKind = strawberry.field(description="Which operation.")
    available: bool = strawberry.field(description="Whether it can be ordered now.")
    refusal: str | None = strawberry.field(description="Code of the reason when it cannot.")
    refusal_text = computed(life.refusal_text, str | None, description="The reason in the reader's language.")


@shown(models.LifeOrder, description="An order on a contract.", keep=ASK_AGAIN)
class LifeOrder:
    """Order."""

    id = part_id("LifeOrder", lambda root: root.id)
    kind: models.LifeOperationKind = strawberry.field(description="Which operation.")
    state: models.LifeOrderState = strawberry.field(description="How far it is.")
    submitted_at: datetime = strawberry.field(description="When it was submitted.")


@shown(
    models.LifeContract,
    description="A life insurance contract with savings or investment.",
    keep=private(300),
    access=SIGNED_IN,
)
class LifeContract(Node):
    """Life contract."""

    id = global_id("LifeContract", "policy_isn")
    number: str = strawberry.field(description="Number, the same as of its policy.")
    kind: models.LifeKind = strawberry.field(description="Kind.")
    product: str = strawberry.field(description="Name of the product, in Russian.")
    period: Period = strawberry.field(description="Term.")
    sum_insured: Money = strawberry.field(description="Sum insured.")
    premium: Money = strawberry.field(description="Premium of the contract.")
    premiums_paid: Money = strawberry.field(description="Premiums paid so far.")
    guarantee_percent: Decimal | None = strawberry.field(
        description="Percent of the premium that is paid back whatever happens; null where nothing is guaranteed."
    )
    strategy: Strategy | None = strawberry.field(description="Strategy chosen; null for endowments.")
    start_level: Decimal | None = strawberry.field(description="Level of the underlying at the start, in points.")
    coupon_terms: CouponTerms | None = strawberry.field(description="Terms of coupons, where there are any.")
    beneficiaries: list[Beneficiary] = strawberry.field(description="Who is paid.")
    valuation = batched(
        life.valuation,
        LifeValuation | None,
        description="What the contract is worth. Asked of a slow engine unless remembered: ask only when shown.",
    )
    surrender_table = batched(
        life.surrender_table, list[SurrenderRow] | None, description="Surrender values by contract year."
    )
    operations = batched(
        life.operations, list[LifeOperation] | None, description="Operations, available or with the reason why not."
    )
    strategies_on_offer = batched(
        life.strategies,
        list[Strategy] | None,
        description="Strategies that the contract can change to.",
        keep=private(300),
    )
    orders = batched(life.orders, list[LifeOrder] | None, description="Orders so far, the oldest first.")
    policy = batched(
        life.policy,
        Annotated["Policy", strawberry.lazy("schema.policy")] | None,  # noqa: F821 - named lazily, there is a cycle
        description="Header of the contract in the policy core.",
    )
