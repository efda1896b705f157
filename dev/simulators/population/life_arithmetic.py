"""What a life contract is worth on a day: decimal throughout, rounded once at the end."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dev.simulators.population.life_records import LifeContract, LifeKind, Strategy
from dev.simulators.population.underlyings import Markets

ACTUARIAL_RATE = Decimal("0.09")
TAX_RATE = Decimal("0.13")
_CENT = Decimal("0.01")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class CouponResult:
    """One observation: `amount` is None before its day, zero when missed."""

    observed_on: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Valuation:
    """Sums in roubles of scale 2, levels in index points; None where the kind of contract has no such thing.

    Of a basket, the ticker, level and performance are those of the member that is the worst on the day.
    Units: `performance` is the unrounded fraction gained since the start.
    """

    number: str
    as_of: date
    ticker: str | None
    current_level: Decimal | None
    performance: Decimal | None
    guaranteed: Decimal | None
    investment_income: Decimal | None
    available_income: Decimal | None
    payout_at_maturity: Decimal
    surrender_value: Decimal | None
    coupons: tuple[CouponResult, ...]
    fx_rate: Decimal | None
    tax_estimate: Decimal | None


def valuation(contract: LifeContract, day: date, markets: Markets) -> Valuation:
    """The contract at the levels of the day.

    `payout = P*G + P*k*max(0, S_t/S_0 - 1)`, the income limited by a cap, averaged over the observation dates passed,
    of the worst underlying of a basket, times the currency's change; a coupon contract earns its coupons instead.
    """
    if contract.strategy is None:
        return _endowment(contract, day)
    day = min(day, contract.end)
    fx_rate = markets.level(contract.fx_currency, day) if contract.fx_currency else None
    coupons = _coupons(contract, day, markets)
    performance, ticker = _performance(contract, contract.strategy, day, markets)
    level = markets.level(ticker, day)
    if contract.kind is LifeKind.UNIT_LINKED:
        return _unit_linked(contract, day, ticker, level)
    guaranteed = contract.premium * (contract.guarantee_percent or 0) / 100
    income = _income(contract, performance, fx_rate, coupons)
    available = max(_NOTHING, income - (guaranteed - _discounted(guaranteed, (contract.end - day).days)))
    return Valuation(
        number=contract.number,
        as_of=day,
        ticker=ticker,
        current_level=level,
        performance=performance,
        guaranteed=_rounded(guaranteed),
        investment_income=_rounded(income),
        available_income=_rounded(available),
        payout_at_maturity=_rounded(guaranteed + income),
        surrender_value=_rounded(surrender_base(contract, day) + available),
        coupons=coupons,
        fx_rate=fx_rate,
        tax_estimate=_tax(guaranteed + income, contract.premiums_total),
    )


def surrender_base(contract: LifeContract, day: date) -> Decimal:
    """The share of the premiums paid that the contract's table gives in the year of the day."""
    begun = [row for row in contract.surrender_table if row.starts_on <= day]
    return contract.premiums_total * begun[-1].percent / 100 if begun else _NOTHING


def _income(
    contract: LifeContract, performance: Decimal, fx_rate: Decimal | None, coupons: tuple[CouponResult, ...]
) -> Decimal:
    if contract.coupon_terms is not None:
        return sum((coupon.amount or _NOTHING for coupon in coupons), _NOTHING)
    income = contract.premium * (contract.participation_percent or 0) / 100 * max(_NOTHING, performance)
    if contract.cap_percent is not None:
        income = min(income, contract.premium * contract.cap_percent / 100)
    if fx_rate is not None and contract.fx_start is not None:
        income = income * fx_rate / contract.fx_start
    return income


def _performance(contract: LifeContract, strategy: Strategy, day: date, markets: Markets) -> tuple[Decimal, str]:
    """Growth since the start of the worst underlying, and which it is; averaged over such dates as have passed."""
    days = [observed for observed in contract.averaging_dates if observed <= day] or [day]
    growths = []
    for ticker, start in zip(strategy.tickers, contract.start_levels, strict=True):
        average = sum((markets.level(ticker, observed) for observed in days), _NOTHING) / len(days)
        growths.append((average / start - 1, ticker))
    return min(growths)


def _coupons(contract: LifeContract, day: date, markets: Markets) -> tuple[CouponResult, ...]:
    """A coupon is earned at or above the barrier; with memory it brings the missed ones along."""
    terms, strategy = contract.coupon_terms, contract.strategy
    if terms is None or strategy is None:
        return ()
    one = contract.premium * terms.rate_percent / 100
    missed = 0
    results = []
    for observed in terms.observation_dates:
        if observed > day:
            results.append(CouponResult(observed, None))
            continue
        worst = min(
            markets.level(ticker, observed) / start * 100
            for ticker, start in zip(strategy.tickers, contract.start_levels, strict=True)
        )
        earned = worst >= terms.barrier_percent
        results.append(CouponResult(observed, _rounded(one * (1 + missed)) if earned else Decimal("0.00")))
        missed = 0 if earned or not terms.memory else missed + 1
    return tuple(results)


def _unit_linked(contract: LifeContract, day: date, ticker: str, level: Decimal) -> Valuation:
    """Units at a tenth of the underlying's level each; nothing is guaranteed."""
    value = (contract.unit_count or _NOTHING) * level / 10
    return Valuation(
        number=contract.number,
        as_of=day,
        ticker=ticker,
        current_level=level,
        performance=level / contract.start_levels[0] - 1,
        guaranteed=None,
        investment_income=_rounded(value - contract.premiums_total),
        available_income=None,
        payout_at_maturity=_rounded(value),
        surrender_value=_rounded(value),
        coupons=(),
        fx_rate=None,
        tax_estimate=_tax(value, contract.premiums_total),
    )


def _endowment(contract: LifeContract, day: date) -> Valuation:
    """The sum insured and a yearly bonus `max(0, a*r_fact - i_guar) * V` on the premiums paid."""
    rate = max(_NOTHING, (contract.bonus_percent or _NOTHING) - contract.technical_rate_percent) / 100
    bonus = sum(
        (
            paid.amount * rate * max(0, (min(day, contract.end) - paid.paid_on).days // 365)
            for paid in contract.premiums_paid
        ),
        _NOTHING,
    )
    return Valuation(
        number=contract.number,
        as_of=min(day, contract.end),
        ticker=None,
        current_level=None,
        performance=None,
        guaranteed=contract.sum_insured,
        investment_income=_rounded(bonus),
        available_income=None,
        payout_at_maturity=_rounded(contract.sum_insured + bonus),
        surrender_value=_rounded(surrender_base(contract, day)),
        coupons=(),
        fx_rate=None,
        tax_estimate=None,
    )


def _discounted(amount: Decimal, days: int) -> Decimal:
    return amount / (1 + ACTUARIAL_RATE) ** (Decimal(days) / 365)


def _tax(payout: Decimal, paid: Decimal) -> Decimal:
    return (max(_NOTHING, payout - paid) * TAX_RATE).quantize(Decimal(1), ROUND_HALF_UP).quantize(_CENT)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
