"""Bytes to wire records: addresses, the access token, pages, problems."""

from adapters.claims_core.client.operations import Client

__all__ = ["Client"]
