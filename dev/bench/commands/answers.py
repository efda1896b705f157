"""What an answer to a customer who begins to pay must show: their own instalment, and nothing in the way."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from dev.bench.commands.debts import debt_of
from dev.bench.facts import Facts
from dev.simulators.population import Population

__all__ = ["ANSWERS"]

BEGUN: Final = {"WAITING", "OPEN"}


def owed(population: Population, isn: int) -> object:
    """Return which instalment, and its sum."""
    debt = debt_of(population, isn)
    assert debt is not None
    return debt.number, debt.amount


def begun(data: Mapping[str, Any]) -> object:
    """Return the same of a payment that goes on; what stands in the way of one that does not."""
    payload = data["startPayment"]
    payment = payload["payment"]
    if payment is None:
        return [each["__typename"] for each in payload["errors"]]
    if payment["state"] not in BEGUN:
        return payment["state"]
    return payment["payable"]["number"], Decimal(payment["amount"]["amount"])


ANSWERS: Final[Mapping[str, Facts]] = {"start_payment": Facts(owed, begun)}
"""Facts by operation."""
