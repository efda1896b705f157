"""Reads, files and commands of the claims core."""

from adapters.claims_core.adapter.reading import Reading
from adapters.claims_core.adapter.writing import Writing

__all__ = ["Adapter"]


class Adapter(Reading, Writing):
    """The claims core as the product's ports know it."""
