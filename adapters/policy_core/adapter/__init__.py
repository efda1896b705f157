"""Reads, files and commands of the policy core."""

from adapters.policy_core.adapter.reading import Reading
from adapters.policy_core.adapter.writing import Writing

__all__ = ["Adapter"]


class Adapter(Reading, Writing):
    """The core as the product's ports know it."""
