"""What a client of the population has to pay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dev.simulators.population import Population
from dev.simulators.population.records import PolicyStatus

__all__ = ["Debt", "debt_of"]

PAYABLE: Final = {PolicyStatus.ACTIVE, PolicyStatus.FUTURE, PolicyStatus.AWAITING_PAYMENT}


@dataclass(frozen=True, slots=True)
class Debt:
    """An instalment that is not paid, of the policy with that ISN."""

    policy: int
    number: int
    amount: Decimal


def debt_of(population: Population, isn: int) -> Debt | None:
    """Return the first that a client owes, if there is one; always the same."""
    owed = (
        Debt(policy.isn, part.number, part.amount)
        for policy in population.policies_of(isn)
        if policy.status in PAYABLE
        for part in population.instalments(policy)
        if part.paid_on is None
    )
    return next(owed, None)
