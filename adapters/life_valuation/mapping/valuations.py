"""Valuations."""

from __future__ import annotations

from adapters.life_valuation import wire
from adapters.life_valuation.mapping import codes
from domain import models

__all__ = ["valuation"]


def valuation(record: wire.ValuationRecord) -> models.LifeValuation:
    """Map a valuation; ``performance`` is a fraction on the wire. Raises: ``Unreadable``. Source: ``valuation``."""
    currency = record.currency
    return models.LifeValuation(
        number=models.PolicyNumber(record.contract),
        as_of=codes.instant(record.as_of),
        stale=False,
        current_level=record.current_level,
        performance_percent=None if record.performance is None else codes.percent(record.performance),
        guaranteed=codes.optional_money(record.guaranteed, currency),
        investment_income=codes.optional_money(record.investment_income, currency),
        available_income=codes.optional_money(record.available_income, currency),
        payout_at_maturity=codes.money(record.payout_at_maturity, currency),
        surrender_value=codes.optional_money(record.surrender_value, currency),
        coupons=tuple(coupon(each, currency) for each in record.coupons),
        fx_rate=record.fx_rate,
        tax_estimate=codes.optional_money(record.tax_estimate, currency),
    )


def coupon(record: wire.CouponRecord, currency: str) -> models.Coupon:
    """Map one observation."""
    amount = codes.optional_money(record.amount, currency)
    return models.Coupon(record.observed_on, record.earned, amount, record.paid_on)
