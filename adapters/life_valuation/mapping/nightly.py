"""Rows of the nightly file: contract/NIGHTLY.md."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.life_valuation import wire
from adapters.life_valuation.mapping import codes
from domain import models

__all__ = ["NightlyLevel", "NightlyRow", "NightlySurrender", "nightly_row"]


@dataclass(frozen=True, slots=True)
class NightlyLevel:
    """A closing level of an underlying."""

    underlying: models.Underlying
    level: models.UnderlyingLevel


@dataclass(frozen=True, slots=True)
class NightlySurrender:
    """A row of a contract's surrender table."""

    contract: models.PolicyNumber
    row: models.SurrenderRow


NightlyRow = NightlyLevel | NightlySurrender


def nightly_row(record: wire.NightlyLevelRecord | wire.NightlySurrenderRecord) -> NightlyRow:
    """Map one row. Raises: ``Unreadable``. Source: records ``10`` and ``20``."""
    if isinstance(record, wire.NightlyLevelRecord):
        underlying = models.Underlying(record.ticker, record.name)
        return NightlyLevel(underlying, models.UnderlyingLevel(record.on, record.level))
    amount = codes.money(record.amount, record.currency)
    row = models.SurrenderRow(record.year, record.starts, record.percent, amount)
    return NightlySurrender(models.PolicyNumber(record.contract), row)
