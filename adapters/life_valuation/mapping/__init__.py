"""Wire records to domain objects, pure; every code table of the engine."""

from adapters.life_valuation.mapping.contracts import (
    contract,
    contracts,
    levels,
    operations,
    orders,
    strategies,
    surrender_table,
)
from adapters.life_valuation.mapping.nightly import NightlyLevel, NightlyRow, NightlySurrender, nightly_row
from adapters.life_valuation.mapping.valuations import valuation

__all__ = [
    "NightlyLevel",
    "NightlyRow",
    "NightlySurrender",
    "contract",
    "contracts",
    "levels",
    "nightly_row",
    "operations",
    "orders",
    "strategies",
    "surrender_table",
    "valuation",
]
