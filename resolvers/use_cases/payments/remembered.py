"""Means of payment that the viewer let be remembered: listed, forgotten, named when a payment is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.payments.means import MeansId, SavedMeans
from resolvers import ids
from resolvers.use_cases.owner import account_of, signed_in

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["KIND", "forget", "means_id", "own"]

KIND: Final = "PaymentMeans"
"""Type in their global ids."""


def means_id(text: str) -> MeansId | None:
    """Read a global id; None for what is none of a means."""
    decoded = ids.decode(text)
    if decoded is None or decoded.type_name != KIND:
        return None
    try:
        read = UUID(decoded.internal)
    except ValueError:
        return None
    return MeansId(read) if str(read) == decoded.internal else None


async def own(ctx: Context) -> list[SavedMeans]:
    """Return those of the viewer, the latest first.

    Raises: ``SignInRequired``, ``NotOffered``, ``StoreUnavailable``.
    """
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.payment_means.of_account(owner))


async def forget(ctx: Context, id_: str) -> bool:
    """Forget one of the viewer's; returns whether there was such a one. The acquirer's contract has no word for it.

    A payment that is about to be charged to it will not be. Raises: as ``own``.
    """
    meant = means_id(id_)
    async with ctx.account_ports.store.work() as work:
        owner = await signed_in(work, ctx)
        return meant is not None and await work.payment_means.forget(owner.id, meant)
