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
_INVESTMENT_ONLY = {LifeOperation.CHANGE_UNDERLYING, LifeOperation.FIX_INCOME, LifeOperation.WITHDRAW_INCOME}
_REGULAR_ONLY = {
    LifeOperation.CHANGE_INSTALMENT_FREQUENCY,
    LifeOperation.PAID_UP,
    LifeOperation.PREMIUM_HOLIDAY,
}
_ALWAYS = {LifeOperation.DUPLICATE_DOCUMENT, LifeOperation.TAX_CERTIFICATE}


def offers(contract: LifeContract, today: date, overdue: bool) -> LifeContract:
    """The contract with every operation, on offer or refused."""
    operations = tuple(
        OperationOffer(operation, _refusal(contract, today, overdue, operation)) for operation in LifeOperation
    )
    return replace(contract, operations=operations)


def _refusal(contract: LifeContract, today: date, overdue: bool, operation: LifeOperation) -> Refusal | None:
    if operation in _ALWAYS:
        return None
    if not contract.in_force:
        return Refusal.NOT_IN_FORCE
    if operation in _INVESTMENT_ONLY and contract.kind is LifeKind.ENDOWMENT:
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
    if operation in _INVESTMENT_ONLY and today < contract.start + _LOCKED:
        return Refusal.TOO_EARLY
    if operation is not LifeOperation.SURRENDER and today > contract.end - _LAST:
        return Refusal.TOO_LATE
    return None
