"""What a client may ask for again without having it twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from domain.outbox.models import Wish
from domain.outbox.problems import KeyReused

if TYPE_CHECKING:
    from uuid import UUID

    from domain.accounts.ports import UnitOfWork

__all__ = ["granted", "wish"]

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


async def granted(work: UnitOfWork, meant: Wish) -> UUID | KeyReused | None:
    """Return the object that a wish was granted with, or that its key was used for another; None for a new one.

    Who holds the account that the scope is of is alone with its wishes: whoever came first with the key has ended.
    """
    found = await work.wishes.granted(meant.scope, meant.key)
    if found is None:
        return None
    digest, object_ = found
    return object_ if digest == meant.digest else KeyReused()
