"""Adapter of the life valuation engine; see README.md and contract/."""

from adapters.life_valuation.adapter import Adapter
from adapters.life_valuation.settings import Settings

__all__ = ["Adapter", "Settings"]
