"""Means of payment that the viewer let be remembered: listed, forgotten, named when a payment is begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.payments.means import MeansId, SavedMeans
from domain.payments.problems import KeyReused, KeyUnfit, NoSuchMeans, PaymentProblem
from resolvers import ids
from resolvers.use_cases.once import granted, wish
from resolvers.use_cases.owner import account_of, signed_in

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["KIND", "Forgotten", "forget", "means_id", "own"]

KIND: Final = "PaymentMeans"
"""Type in their global ids."""
MUTATION: Final = "forgetPaymentMeans"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Those of the viewer that are left, the latest first; None, and why, where nothing was forgotten."""

    means: tuple[SavedMeans, ...] | None = None
    problems: tuple[PaymentProblem, ...] = ()


def means_id(text: str) -> MeansId | None:
    """Read a global id; None for what is none of a means."""
    found = ids.uuid(text, KIND)
    return None if found is None else MeansId(found)


async def own(ctx: Context) -> list[SavedMeans]:
    """Return those of the viewer, the latest first.

    Raises: ``SignInRequired``, ``NotOffered``, ``StoreUnavailable``.
    """
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.payment_means.of_account(owner))


async def forget(ctx: Context, key: str, means: str) -> Forgotten:
    """Forget one of the viewer's, by global id; the acquirer's contract has no word for it.

    A payment that is about to be charged to it will not be. Raises: as ``own``.
    """
    meant = wish(str(account_of(ctx)), MUTATION, key, {"means": means})
    if meant is None:
        return Forgotten(problems=(KeyUnfit(),))
    async with ctx.account_ports.store.work() as work:
        owner = (await signed_in(work, ctx)).id
        before = await granted(work, meant)
        if isinstance(before, KeyReused):
            return Forgotten(problems=(before,))
        if before is None:
            chosen = means_id(means)
            if chosen is None or not await work.payment_means.forget(owner, chosen):
                return Forgotten(problems=(NoSuchMeans(),))
            await work.wishes.claim(meant, chosen, ctx.clock.now())
        return Forgotten(tuple(await work.payment_means.of_account(owner)))
