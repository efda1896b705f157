"""What goes wrong with the database, in the domain's words: it is away, or it is a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy import exc

from domain.errors import StoreUnavailable

__all__ = ["origin", "told_as_unavailable"]

LASTING: Final = ("25P03", "25P04")
"""A transaction that did nothing or went on for too long: the server ended it together with its connection."""


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Turn what passes by itself into ``StoreUnavailable``, and leave faults of ours as they are.

    It passes by itself: no connection, a time-out, a lock not had in time, a server that goes away, and two
    transactions that cannot both be.
    """
    try:
        yield
    except exc.TimeoutError as full:
        raise StoreUnavailable("no free connection") from full
    except (exc.DBAPIError, ConnectorException, psycopg.Error) as failed:
        reason = origin(failed)
        if reason is None or not passes(failed, reason):
            raise
        raise StoreUnavailable(reason.sqlstate or type(reason).__name__) from failed


def origin(failed: BaseException) -> psycopg.Error | None:
    """Return what the driver raised."""
    inner = failed.orig if isinstance(failed, exc.DBAPIError) else failed
    while inner is not None and not isinstance(inner, psycopg.Error):
        inner = inner.__cause__
    return inner


def passes(failed: BaseException, reason: psycopg.Error) -> bool:
    """Return whether it passes by itself."""
    if isinstance(failed, exc.DBAPIError) and failed.connection_invalidated:
        return True
    return isinstance(reason, psycopg.OperationalError | psycopg.InterfaceError) or reason.sqlstate in LASTING
