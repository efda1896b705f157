"""Adapter of the claims core; see README.md and contract/."""

from adapters.claims_core.adapter import Adapter
from adapters.claims_core.settings import Settings

__all__ = ["Adapter", "Settings"]
