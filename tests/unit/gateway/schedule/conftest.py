"""An empty store for each test."""

from tests.unit.gateway.sources.conftest import redis_settings, valkey_server

__all__ = ["redis_settings", "valkey_server"]
