"""Contracts and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.life_valuation import wire
from adapters.life_valuation.mapping import codes
from domain import models

__all__ = ["contract", "contracts", "levels", "operations", "orders", "strategies", "surrender_table"]


def contract(record: wire.ContractRecord) -> models.LifeContract:
    """Map a contract. Raises: ``Unreadable``. Source: ``contract_record``."""
    if record.end < record.start:
        raise wire.Unreadable("end: before the start")
    return models.LifeContract(
        number=models.PolicyNumber(record.contract),
        policy_isn=models.Isn(record.policy_isn),
        holder_isn=models.Isn(record.client_isn),
        kind=codes.decoded(codes.KINDS, record.kind, "kind"),
        product=record.product,
        period=models.Period(record.start, record.end),
        sum_insured=codes.money(record.sum_insured, record.currency),
        premium=codes.money(record.premium, record.currency),
        premiums_paid=codes.money(record.premiums_paid, record.currency),
        guarantee_percent=record.guarantee,
        strategy=None if record.strategy is None else strategy_of_contract(record.strategy),
        start_level=record.start_level,
        coupon_terms=None if record.coupon_terms is None else coupon_terms(record.coupon_terms),
        beneficiaries=tuple(beneficiary(each) for each in record.beneficiaries),
        payoff_features=payoff_features(record.payoff),
    )


def contracts(
    records: Sequence[wire.ContractRecord | wire.Unreadable],
) -> tuple[models.LifeContract | wire.Unreadable, ...]:
    """Map the contracts of one client, each for itself. Shape: by number, those that cannot be read last.

    Source: ``contracts_by_client``.
    """
    found = [contract_or_reason(record) for record in records]
    good = [each for each in found if isinstance(each, models.LifeContract)]
    bad = [each for each in found if isinstance(each, wire.Unreadable)]
    return (*sorted(good, key=lambda each: each.number), *bad)


def contract_or_reason(record: wire.ContractRecord | wire.Unreadable) -> models.LifeContract | wire.Unreadable:
    """Map a contract, or say why that cannot be."""
    if isinstance(record, wire.Unreadable):
        return record
    try:
        return contract(record)
    except wire.Unreadable as broken:
        return broken


def payoff_features(payoff: str | None) -> tuple[models.PayoffFeature, ...]:
    """Map ``STD`` or codes joined by ``+``. Raises: ``Unreadable``."""
    if payoff is None or payoff == codes.PLAIN_PAYOFF:
        return ()
    return tuple(codes.decoded(codes.FEATURES, code, "payoff") for code in payoff.split("+"))


def strategy_of_contract(record: wire.ContractStrategy) -> models.Strategy:
    """Map the strategy a contract follows; its participation is in percent already."""
    underlying = models.Underlying(record.ticker, record.underlying)
    return models.Strategy(record.code, record.name, underlying, record.participation)


def coupon_terms(record: wire.CouponTermsRecord) -> models.CouponTerms:
    """Map coupon terms."""
    dates = tuple(sorted(record.observation_dates))
    return models.CouponTerms(record.barrier, record.rate, record.memory, dates)


def beneficiary(record: wire.BeneficiaryRecord) -> models.Beneficiary:
    """Map a beneficiary."""
    return models.Beneficiary(models.PersonName(record.last, record.first, record.patronymic), record.share)


def strategies(records: tuple[wire.StrategyRecord, ...]) -> tuple[models.Strategy, ...]:
    """Map strategies on offer, whose participation is a fraction.

    Raises: ``Unreadable``. Source: ``strategies_on_offer``.
    """
    return tuple(strategy_on_offer(each) for each in records)


def strategy_on_offer(record: wire.StrategyRecord) -> models.Strategy:
    """Map one; a basket is shown as one underlying under its members' names."""
    if not record.underlyings:
        raise wire.Unreadable("underlyings: empty")
    tickers, names = zip(*record.underlyings, strict=True)
    underlying = models.Underlying("+".join(tickers), " / ".join(names))
    return models.Strategy(record.code, record.name, underlying, codes.percent(record.participation))


def operations(records: tuple[wire.OperationRecord, ...]) -> tuple[models.LifeOperation, ...]:
    """Map operations. Raises: ``Unreadable``. Source: ``operations_on_offer``."""
    return tuple(operation(each) for each in records)


def operation(record: wire.OperationRecord) -> models.LifeOperation:
    """Map one; exactly those that are not on offer carry a reason."""
    if record.available == (record.reason is not None):
        raise wire.Unreadable("reason: contradicts available")
    refusal = None if record.reason is None else codes.decoded(codes.REASONS, record.reason, "reason")
    kind = codes.decoded(codes.OPERATIONS, record.operation_code, "operation_code")
    return models.LifeOperation(kind, record.available, refusal)


def orders(records: tuple[wire.OrderRecord, ...]) -> tuple[models.LifeOrder, ...]:
    """Map orders, oldest first. Raises: ``Unreadable``. Source: ``orders``."""
    mapped = (order(each) for each in records)
    return tuple(sorted(mapped, key=lambda each: (each.submitted_at, each.id)))


def order(record: wire.OrderRecord) -> models.LifeOrder:
    """Map one order."""
    return models.LifeOrder(
        id=record.order_id,
        kind=codes.decoded(codes.OPERATIONS, record.operation_code, "operation_code"),
        state=codes.decoded(codes.ORDER_STATES, record.state, "state"),
        submitted_at=codes.instant(record.submitted),
    )


def surrender_table(record: wire.SurrenderTableRecord) -> tuple[models.SurrenderRow, ...]:
    """Map a surrender table, by year. Raises: ``Unreadable``. Source: ``surrender_table``."""
    rows = (
        models.SurrenderRow(row.year, row.starts, row.percent, codes.money(row.amount, record.currency))
        for row in record.rows
    )
    return tuple(sorted(rows, key=lambda row: row.year))


def levels(record: wire.LevelsRecord) -> tuple[models.UnderlyingLevel, ...]:
    """Map levels, the current one last. Source: ``underlying_levels``."""
    mapped = (models.UnderlyingLevel(each.date, each.level) for each in record.levels)
    return tuple(sorted(mapped, key=lambda each: each.on))
