"""What a callback says, once it is known to be the acquirer's. Pure.

A callback that is sent twice, by the acquirer or by somebody who caught it, is as good as one: all it can do is have
the acquirer's server asked. So nothing is kept of those that came, and the window only bounds for how long a caught one
can be played back.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from gateway.acquirer.errors import CallbackForged, CallbackMalformed
from gateway.acquirer.orders import is_order

__all__ = ["Notice", "notice"]

TIMESTAMP: Final = re.compile(r"[0-9]{1,11}", re.ASCII)
SIGNATURE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something became of an order. ``event`` names what happened, the same in each repetition."""

    order: str
    event: UUID


def notice(
    body: bytes, timestamp: str | None, signature: str | None, secrets: Sequence[str], now: datetime, window_s: float
) -> Notice:
    """Read a callback; whatever it says of state and amount is passed over, since only the server's word counts.

    ``secrets``: any of them may have signed, as while they are changed. Units: ``timestamp`` in seconds of the Unix
    epoch, ``window_s`` in seconds to either side of ``now``. Raises: ``CallbackForged``, ``CallbackMalformed``.
    """
    if timestamp is None or not TIMESTAMP.fullmatch(timestamp):
        raise CallbackForged("no timestamp")
    if signature is None or not SIGNATURE.fullmatch(signature):
        raise CallbackForged("no signature")
    if not is_signed(body, timestamp, signature, secrets):
        raise CallbackForged("another signature")
    if abs(now.timestamp() - int(timestamp)) > window_s:
        raise CallbackForged("outside the window")
    return parsed(body)


def is_signed(body: bytes, timestamp: str, signature: str, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed it; every one is tried, so that the time tells nothing."""
    signed = timestamp.encode("ascii") + b"." + body
    given = signature.encode("ascii")
    found = [
        hmac.compare_digest(hmac.digest(secret.encode(), signed, "sha256").hex().encode("ascii"), given)
        for secret in secrets
    ]
    return any(found)


def parsed(body: bytes) -> Notice:
    """Read the body. Raises: ``CallbackMalformed``."""
    try:
        said: Any = orjson.loads(body)
    except ValueError:
        raise CallbackMalformed("not JSON") from None
    if not isinstance(said, dict):
        raise CallbackMalformed("no object")
    order, event = said.get("order"), said.get("event")
    if not isinstance(order, str) or not is_order(order):
        raise CallbackMalformed("no order")
    if not isinstance(event, str):
        raise CallbackMalformed("no event")
    try:
        return Notice(order, UUID(event))
    except ValueError:
        raise CallbackMalformed("no event") from None
