"""Objects by global id, of any type, in one batch per type."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from domain import models
from resolvers import ids, lookup, payments

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["nodes"]


def isn(text: str) -> models.Isn | None:
    """Read an ISN, or None for what is not one."""
    return models.Isn(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None


def claim_id(text: str) -> models.ClaimId:
    """Read a claim's id."""
    return models.ClaimId(text)


Lookup = Callable[["Context", Sequence[Any]], Awaitable[Sequence[Any]]]

KINDS: Final[dict[str, tuple[Callable[[str], Any], Lookup]]] = {
    "Client": (isn, lookup.clients),
    "Policy": (isn, lookup.policies),
    "Claim": (claim_id, lookup.claims),
    "LifeContract": (isn, lookup.life_contracts),
    "Payment": (payments.payment_id, payments.by_id),
}
"""Type name -> how its internal id is read, and who looks it up."""


async def nodes(ctx: Context, global_ids: Sequence[str]) -> list[Any]:
    """Look up objects of any type.

    Shape: one object, None or failure per id, in order. An id that is malformed, unknown or somebody else's
    is None.
    """
    wanted: dict[str, dict[int, Any]] = {}
    for place, text in enumerate(global_ids):
        if (decoded := ids.decode(text)) and (kind := KINDS.get(decoded.type_name)):
            key = kind[0](decoded.internal)
            if key is not None:
                wanted.setdefault(decoded.type_name, {})[place] = key
    answers: list[Any] = [None] * len(global_ids)
    await asyncio.gather(*(_fill(ctx, KINDS[name][1], places, answers) for name, places in wanted.items()))
    return answers


async def _fill(ctx: Context, look_up: Lookup, places: dict[int, Any], answers: list[Any]) -> None:
    for place, outcome in zip(places, await look_up(ctx, list(places.values())), strict=True):
        answers[place] = outcome
