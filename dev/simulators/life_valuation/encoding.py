"""Population records as the engine's JSON: PROTOCOL.md, sections 2 to 5."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dev.simulators.life_valuation import codes
from dev.simulators.life_valuation.forms import (
    PERFORMANCE_PLACES,
    date_ru,
    flag,
    instant_iso,
    instant_ru,
    level_text,
    money_text,
    percent_text,
    with_places,
)
from dev.simulators.population.life_arithmetic import Valuation, valuation
from dev.simulators.population.life_records import (
    CouponTerms,
    LifeContract,
    LifeKind,
    LifeOrder,
    OperationOffer,
    Strategy,
)
from dev.simulators.population.underlyings import UNDERLYING_BY_TICKER, Markets

Json = dict[str, Any]

ZERO = Decimal("0.00")
COUPON_PAID_AFTER = timedelta(days=10)


def contract(terms: LifeContract, today: date, markets: Markets) -> Json:
    """A `contract_record`."""
    ticker = valuation(terms, today, markets).ticker
    return {
        "contract": terms.number,
        "policy_isn": str(terms.policy_isn),
        "client_isn": str(terms.holder_isn),
        "kind": codes.KINDS[terms.kind],
        "product": terms.product_name,
        "start": date_ru(terms.start),
        "end": date_ru(terms.end),
        "currency": codes.ROUBLE,
        "sum_insured": money_text(terms.sum_insured),
        "premium": money_text(terms.premium),
        "premiums_paid": money_text(terms.premiums_total),
        "guarantee": None if terms.guarantee_percent is None else percent_text(terms.guarantee_percent),
        "payoff": payoff(terms),
        "cap": None if terms.cap_percent is None else percent_text(terms.cap_percent),
        "averaging_dates": [date_ru(day) for day in terms.averaging_dates],
        "strategy": strategy_of(terms, ticker),
        "start_level": start_level(terms, ticker, today),
        "coupon_terms": None if terms.coupon_terms is None else coupon_terms(terms.coupon_terms),
        "beneficiaries": [
            {
                "last": each.name.last,
                "first": each.name.first,
                "patronymic": each.name.patronymic,
                "share": percent_text(each.share),
            }
            for each in terms.beneficiaries
        ],
    }


def payoff(terms: LifeContract) -> str | None:
    """`STD`, or the departures from it joined by a plus; None where no formula promises the payout."""
    if terms.strategy is None or terms.kind is not LifeKind.INVESTMENT:
        return None
    features = {
        "CAP": terms.cap_percent is not None,
        "AVG": bool(terms.averaging_dates),
        "WORST": len(terms.strategy.tickers) > 1,
        "CPN": terms.coupon_terms is not None,
        "FX": terms.fx_currency is not None,
    }
    return "+".join(name for name, there in features.items() if there) or "STD"


def strategy_of(terms: LifeContract, ticker: str | None) -> Json | None:
    """The strategy that a contract follows, by the underlying that counts now."""
    if terms.strategy is None or ticker is None:
        return None
    return {
        "code": terms.strategy.code,
        "name": terms.strategy.name,
        "ticker": ticker,
        "underlying": UNDERLYING_BY_TICKER[ticker].name,
        "participation": percent_text(terms.participation_percent or Decimal(0)),
    }


def start_level(terms: LifeContract, ticker: str | None, today: date) -> str | None:
    """The level of the underlying that counts, once the term has begun."""
    if terms.strategy is None or ticker is None or terms.start > today:
        return None
    return level_text(terms.start_levels[terms.strategy.tickers.index(ticker)])


def coupon_terms(terms: CouponTerms) -> Json:
    """A `coupon_terms`."""
    return {
        "barrier": percent_text(terms.barrier_percent),
        "rate": percent_text(terms.rate_percent),
        "memory": flag(terms.memory),
        "observation_dates": [date_ru(day) for day in terms.observation_dates],
    }


def valued(terms: LifeContract, now: datetime, markets: Markets) -> Json:
    """A `valuation` at the levels of the day."""
    value = valuation(terms, now.date(), markets)
    begun = terms.start <= now.date()
    income = value.investment_income if begun else ZERO
    payout = value.payout_at_maturity if begun else value.guaranteed or terms.premiums_total
    as_of = now if value.as_of == now.date() else datetime.combine(value.as_of, time())
    return {
        "contract": terms.number,
        "status": "OK",
        "as_of": instant_iso(as_of),
        "currency": codes.ROUBLE,
        "current_level": with_places(value.current_level) if value.current_level is not None else None,
        "performance": value.performance.quantize(PERFORMANCE_PLACES)
        if begun and value.performance is not None
        else None,
        "guaranteed": value.guaranteed,
        "investment_income": income,
        "available_income": value.available_income if begun else None,
        "payout_at_maturity": payout,
        "surrender_value": value.surrender_value if begun else None,
        "coupons": coupons(value, now.date()),
        "fx_rate": value.fx_rate,
        "tax_estimate": value.tax_estimate if begun and value.tax_estimate else None,
    }


def coupons(value: Valuation, today: date) -> list[Json]:
    """Coupons decided and to come; an earned one is paid some days after."""
    encoded = []
    for each in value.coupons:
        paid_on = each.observed_on + COUPON_PAID_AFTER
        earned = None if each.amount is None else each.amount > 0
        encoded.append(
            {
                "observed_on": each.observed_on.isoformat(),
                "earned": earned,
                "amount": each.amount,
                "paid_on": paid_on.isoformat() if earned and paid_on <= today else None,
            }
        )
    return encoded


def strategy(offered: Strategy) -> Json:
    """A strategy on offer; here the participation is a fraction."""
    return {
        "code": offered.code,
        "name": offered.name,
        "underlyings": [{"ticker": ticker, "name": UNDERLYING_BY_TICKER[ticker].name} for ticker in offered.tickers],
        "participation": offered.participation_percent / 100,
    }


def operation(offer: OperationOffer) -> Json:
    """An operation and whether it is on offer."""
    return {
        "operation_code": codes.OPERATIONS[offer.operation],
        "available": flag(offer.refusal is None),
        "reason": None if offer.refusal is None else codes.REASONS[offer.refusal],
    }


def order(given: LifeOrder) -> Json:
    """An order."""
    return {
        "order_id": given.id,
        "operation_code": codes.OPERATIONS[given.operation],
        "state": codes.STATES[given.state],
        "submitted": instant_ru(given.submitted_at),
    }


def surrender_rows(terms: LifeContract) -> list[Json]:
    """A contract's surrender table; here the percentages are numbers."""
    return [
        {
            "year": row.year,
            "starts": date_ru(row.starts_on),
            "percent": row.percent,
            "amount": money_text(terms.premiums_total * row.percent / 100),
        }
        for row in terms.surrender_table
    ]
