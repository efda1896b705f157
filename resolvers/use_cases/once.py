"""What a client may ask for again without having it twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from domain.outbox.models import Wish

__all__ = ["wish"]

SHORTEST: Final = 8
LONGEST: Final = 100


def wish(who: str, mutation: str, key: str, given: Mapping[str, str | int | None]) -> Wish | None:
    """Return a wish, None where the key is no key. ``given`` is the input, in values that JSON knows.

    Two inputs are the same when they are equal, in whatever order their fields were sent.
    """
    if not (SHORTEST <= len(key) <= LONGEST and key.isascii() and key.isprintable()):
        return None
    canonical = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Wish(f"{who}/{mutation}", key, hashlib.sha256(canonical.encode()).digest())
