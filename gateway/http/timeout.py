"""How long a client will wait: ``X-Request-Timeout`` in seconds (``2.5`` or ``2.5s``) or milliseconds (``250ms``)."""

from __future__ import annotations

import re
from typing import Final

from starlette.types import Scope

from domain.errors import InvalidInput
from gateway.http.headers import header

__all__ = ["HEADER", "allowed_s"]

HEADER: Final = "X-Request-Timeout"
DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s)?", re.ASCII)


def allowed_s(scope: Scope, limit_s: float) -> float:
    """Return the seconds that a request gets: the client's when they are fewer than ours.

    Raises: ``InvalidInput`` for anything but a positive duration; a client that means one should learn of its mistake.
    """
    given = header(scope, b"x-request-timeout")
    if given is None:
        return limit_s
    found = DURATION.fullmatch(given.strip())
    asked_s = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else 0.0
    if asked_s <= 0:
        raise InvalidInput(HEADER, "not_a_timeout")
    return min(limit_s, asked_s)
