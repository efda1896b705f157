"""Life contracts: the terms behind the headers that the policy core holds."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from dev.simulators.population import keys, scripted
from dev.simulators.population.dice import Dice
from dev.simulators.population.life_arithmetic import valuation
from dev.simulators.population.life_records import (
    Beneficiary,
    CouponTerms,
    Frequency,
    LifeContract,
    LifeKind,
    LifeOperation,
    LifeOrder,
    OrderState,
    PremiumPaid,
    Strategy,
    SurrenderRow,
)
from dev.simulators.population.life_rules import fits, offers
from dev.simulators.population.records import Instalment, Policy, PolicyStatus, Role
from dev.simulators.population.underlyings import (
    DEMO_START_LEVEL,
    STRATEGIES,
    UNDERLYING_BY_TICKER,
    Markets,
)

MOSCOW = timezone(timedelta(hours=3), "MSK")
_COUPON_PLACE = keys.policy_place(0, scripted.COUPON_SLOT)
_FREQUENCIES = {1: Frequency.YEARLY, 4: Frequency.QUARTERLY, 12: Frequency.MONTHLY}
_UNIT_STRATEGIES = tuple(
    strategy
    for strategy in STRATEGIES
    if len(strategy.tickers) == 1 and UNDERLYING_BY_TICKER[strategy.tickers[0]].currency == "RUB"
)
_ORDERED = (
    LifeOperation.CHANGE_UNDERLYING,
    LifeOperation.FIX_INCOME,
    LifeOperation.CHANGE_BENEFICIARY,
    LifeOperation.DUPLICATE_DOCUMENT,
    LifeOperation.TAX_CERTIFICATE,
)


@dataclass(frozen=True, slots=True)
class _Investment:
    """The investment terms of a contract; an endowment has none of them."""

    strategy: Strategy | None = None
    guarantee_percent: Decimal | None = None
    participation_percent: Decimal | None = None
    start_levels: tuple[Decimal, ...] = ()
    cap_percent: Decimal | None = None
    averaging_dates: tuple[date, ...] = ()
    coupons: CouponTerms | None = None
    fx_currency: str | None = None
    fx_start: Decimal | None = None
    unit_count: Decimal | None = None


def life_contract(
    seed: int,
    today: date,
    k: int,
    policy: Policy,
    kind: LifeKind,
    instalments: tuple[Instalment, ...],
    markets: Markets,
) -> LifeContract:
    """The contract of the LIFE policy at a place."""
    contract = _contract(Dice(seed, "life", k), today, k, policy, kind, instalments, markets)
    overdue = any(due.paid_on is None and due.due_on < today for due in instalments)
    income = bool(contract.start <= today and valuation(contract, today, markets).available_income)
    return offers(contract, today, overdue=overdue, income=income)


def _contract(
    dice: Dice,
    today: date,
    k: int,
    policy: Policy,
    kind: LifeKind,
    instalments: tuple[Instalment, ...],
    markets: Markets,
) -> LifeContract:
    investment = _Investment() if kind is LifeKind.ENDOWMENT else _investment(dice, k, kind, policy, markets)
    premiums = tuple(PremiumPaid(paid.paid_on, paid.amount) for paid in instalments if paid.paid_on is not None)
    return LifeContract(
        number=policy.number,
        policy_isn=policy.isn,
        holder_isn=policy.holder_isn,
        kind=kind,
        product_code=policy.product.code,
        product_name=policy.product.name,
        concluded_on=policy.concluded_on,
        start=policy.start,
        end=policy.end,
        in_force=policy.status is PolicyStatus.ACTIVE,
        sum_insured=policy.sum_insured,
        premium=instalments[-1].amount,
        frequency=_frequency(policy, len(instalments)),
        premiums_paid=premiums,
        guarantee_percent=investment.guarantee_percent,
        participation_percent=investment.participation_percent,
        cap_percent=investment.cap_percent,
        strategy=investment.strategy,
        start_levels=investment.start_levels,
        averaging_dates=investment.averaging_dates,
        coupon_terms=investment.coupons,
        fx_currency=investment.fx_currency,
        fx_start=investment.fx_start,
        bonus_percent=Decimal(dice.between(0, 60)) / 10 if kind is LifeKind.ENDOWMENT else None,
        technical_rate_percent=Decimal(dice.between(20, 45)) / 10,
        unit_count=investment.unit_count,
        beneficiaries=_beneficiaries(policy),
        surrender_table=_surrender_table(policy, kind),
        operations=(),
        orders=_orders(dice, k, kind, policy, today),
    )


def _investment(dice: Dice, k: int, kind: LifeKind, policy: Policy, markets: Markets) -> _Investment:
    if k == keys.DEMO_POLICY:
        return _Investment(STRATEGIES[0], Decimal(100), Decimal(71), (DEMO_START_LEVEL,))
    on_offer = _UNIT_STRATEGIES if kind is LifeKind.UNIT_LINKED else STRATEGIES
    strategy = STRATEGIES[2] if k == _COUPON_PLACE else dice.pick(on_offer)
    levels = tuple(markets.level(ticker, policy.start) for ticker in strategy.tickers)
    if kind is LifeKind.UNIT_LINKED:
        units = (policy.premium / (levels[0] / 10)).quantize(Decimal("0.000001"))
        return _Investment(strategy, Decimal(0), Decimal(100), levels, unit_count=units)
    guarantee = Decimal(dice.pick((80, 90, 95, 100, 100, 105)))
    currency = UNDERLYING_BY_TICKER[strategy.tickers[0]].currency
    coupons = _coupons(dice, policy) if k == _COUPON_PLACE or dice.chance(30) else None
    return _Investment(
        strategy=strategy,
        guarantee_percent=guarantee,
        participation_percent=strategy.participation_percent,
        start_levels=levels,
        cap_percent=Decimal(dice.between(4, 12) * 10) if coupons is None and dice.chance(20) else None,
        averaging_dates=_averaging(policy) if coupons is None and dice.chance(15) else (),
        coupons=coupons,
        fx_currency=None if currency == "RUB" else currency,
        fx_start=None if currency == "RUB" else markets.level(currency, policy.start),
    )


def _beneficiaries(policy: Policy) -> tuple[Beneficiary, ...]:
    return tuple(
        Beneficiary(person.isn, person.name, person.share)
        for person in policy.participants
        if person.role is Role.BENEFICIARY and person.share is not None
    )


def _coupons(dice: Dice, policy: Policy) -> CouponTerms:
    every = timedelta(days=scripted.OBSERVED_EVERY_DAYS)
    count = (policy.end - policy.start) // every
    return CouponTerms(
        barrier_percent=Decimal(dice.pick((90, 95, 100, 105))),
        rate_percent=Decimal(dice.between(8, 14)) / 4,
        memory=dice.chance(60),
        observation_dates=tuple(policy.start + every * turn for turn in range(1, count + 1)),
    )


def _averaging(policy: Policy) -> tuple[date, ...]:
    """The end of each of the last four quarters of the term."""
    every = timedelta(days=scripted.OBSERVED_EVERY_DAYS)
    return tuple(policy.end - every * turn for turn in (3, 2, 1, 0))


def _frequency(policy: Policy, count: int) -> Frequency:
    years = max(1, ((policy.end - policy.start).days + 1) // 365)
    return Frequency.SINGLE if count == 1 else _FREQUENCIES[count // years]


def _surrender_table(policy: Policy, kind: LifeKind) -> tuple[SurrenderRow, ...]:
    """A share of the premiums paid that grows by the contract year to all of them in the last."""
    years = max(1, ((policy.end - policy.start).days + 1) // 365)
    first = 0 if kind is LifeKind.ENDOWMENT else 70
    return tuple(
        SurrenderRow(
            year=year + 1,
            starts_on=policy.start + timedelta(days=365 * year),
            percent=Decimal(first + (100 - first) * year // max(1, years - 1)),
        )
        for year in range(years)
    )


def _orders(dice: Dice, k: int, kind: LifeKind, policy: Policy, today: date) -> tuple[LifeOrder, ...]:
    if policy.start >= today:
        return ()
    known = [operation for operation in _ORDERED if fits(kind, operation)]
    orders = []
    for index in range(2 if k == keys.DEMO_POLICY else dice.below(4)):
        day = today - timedelta(days=dice.between(1, max(1, (today - policy.start).days)))
        fresh = (today - day).days < 10
        state = (
            dice.pick(tuple(OrderState)[:2]) if fresh else dice.pick((OrderState.DONE,) * 3 + (OrderState.REJECTED,))
        )
        submitted = datetime.combine(day, time(dice.between(8, 20), dice.below(60)), MOSCOW)
        orders.append(LifeOrder(f"LO-{k}-{index + 1}", dice.pick(known), state, submitted))
    return tuple(sorted(orders, key=lambda order: order.submitted_at))
