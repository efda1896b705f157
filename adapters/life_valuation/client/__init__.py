"""The engine's operations and its nightly file: wire records in and out, every failure a ``SourceError``."""

from adapters.life_valuation.client.operations import Client

__all__ = ["Client"]
