"""Adapter of the policy core; see README.md and contract/."""

from adapters.policy_core.adapter import Adapter
from adapters.policy_core.settings import Settings

__all__ = ["Adapter", "Settings"]
