"""Connections of the database: how they are made, and how many."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from gateway.settings import StoreSettings

__all__ = ["engine", "parameters", "url"]


SIGNS_OF_LIFE: Final = {"tcp_keepalives_idle": 30, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}
"""How the server finds out that a machine is gone, in seconds, and tries: with its connections go the locks that they
hold outside of transactions. Of itself it would wait for hours.
"""


def url(settings: StoreSettings) -> URL:
    """Return the address as SQLAlchemy wants it."""
    assert settings.address is not None
    return make_url(settings.address).set(drivername="postgresql+psycopg")


def parameters(settings: StoreSettings, *, purpose: str = "") -> dict[str, Any]:
    """Return what is said when a connection is made. ``purpose`` is added to the name that the server shows."""
    limits = {
        "statement_timeout": settings.statement_timeout_s,
        "lock_timeout": settings.lock_timeout_s,
        "idle_in_transaction_session_timeout": settings.idle_timeout_s,
    }
    options = [f"-c {name}={round(seconds * 1000)}" for name, seconds in limits.items()]
    options += [f"-c {name}={value}" for name, value in SIGNS_OF_LIFE.items()]
    return {
        "application_name": f"{settings.application_name} {purpose}".strip(),
        "connect_timeout": settings.connect_timeout_s,
        "options": " ".join([*options, "-c timezone=UTC"]),
    }


def engine(settings: StoreSettings, *, purpose: str = "") -> AsyncEngine:
    """Return a pool of connections; none is made yet."""
    return create_async_engine(
        url(settings),
        connect_args=parameters(settings, purpose=purpose),
        pool_size=settings.connections,
        max_overflow=settings.more_connections,
        pool_timeout=settings.connection_wait_s,
        pool_recycle=settings.connection_age_s,
        pool_pre_ping=True,
        # Values of a statement that failed are personal data.
        hide_parameters=True,
    )
