"""Which operations a life contract has on offer, and why not the others."""

from dataclasses import replace
from datetime import date, timedelta

from dev.simulators.population.life_records import (
    Frequency,
    LifeContract,
    LifeKind,
    LifeOperation,
    OperationOffer,
    Refusal,
)

_LOCKED = timedelta(days=180)
_LAST = timedelta(days=30)
_INCOME = {LifeOperation.FIX_INCOME, LifeOperation.WITHDRAW_INCOME}
_MARKET = {LifeOperation.CHANGE_UNDERLYING, *_INCOME}
_REGULAR_ONLY = {
    LifeOperation.CHANGE_INSTALMENT_FREQUENCY,
    LifeOperation.PAID_UP,
    LifeOperation.PREMIUM_HOLIDAY,
}
_ALWAYS = {LifeOperation.DUPLICATE_DOCUMENT, LifeOperation.TAX_CERTIFICATE}


def fits(kind: LifeKind, operation: LifeOperation) -> bool:
    """Whether contracts of the kind know the operation at all."""
    if operation in _INCOME:
        return kind is LifeKind.INVESTMENT
    return operation not in _MARKET or kind is not LifeKind.ENDOWMENT


def offers(contract: LifeContract, today: date, *, overdue: bool, income: bool) -> LifeContract:
    """The contract with every operation, on offer or refused; `income`: there is some to take now."""
    operations = []
    for operation in LifeOperation:
        refusal = _refusal(contract, today, overdue, operation)
        if refusal is None and operation in _INCOME and not income:
            refusal = Refusal.NO_INCOME
        operations.append(OperationOffer(operation, refusal))
    return replace(contract, operations=tuple(operations))


def _refusal(contract: LifeContract, today: date, overdue: bool, operation: LifeOperation) -> Refusal | None:
    if operation in _ALWAYS:
        return None
    if not contract.in_force:
        return Refusal.NOT_IN_FORCE
    if not fits(contract.kind, operation):
        return Refusal.NOT_FOR_THIS_KIND
    if operation in _REGULAR_ONLY:
        if contract.frequency is Frequency.SINGLE:
            return Refusal.SINGLE_PREMIUM
        if overdue:
            return Refusal.PREMIUM_OVERDUE
    return _refusal_by_time(contract, today, operation)


def _refusal_by_time(contract: LifeContract, today: date, operation: LifeOperation) -> Refusal | None:
    if operation is LifeOperation.CHANGE_BENEFICIARY:
        return None
    if operation in _MARKET and today < contract.start + _LOCKED:
        return Refusal.TOO_EARLY
    if operation is not LifeOperation.SURRENDER and today > contract.end - _LAST:
        return Refusal.TOO_LATE
    return None
