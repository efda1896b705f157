"""Where payments enter the graph, and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain import models
from domain.errors import GatewayError, SignInRequired, StoreUnavailable
from domain.payments.means import SavedMeans
from domain.payments.models import PaidDeductible, PaidInstalment, PaidRenewal, Payment, PaymentId
from resolvers import ids, lookup
from resolvers.outcomes import Resolved
from resolvers.use_cases.owner import account_of
from resolvers.use_cases.payments import remembered
from resolvers.use_cases.payments.payables import Wanted
from resolvers.use_cases.payments.starting import Started, start

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = [
    "addresses",
    "by_id",
    "claims",
    "forget_means",
    "means",
    "own",
    "payment",
    "payment_id",
    "policies",
    "start_payment",
]

MOST: Final = 100
"""Payments that are listed."""


async def start_payment(ctx: Context, key: str, wanted: Wanted, means: str | None = None) -> Started:
    """Begin a payment."""
    return await start(ctx, key, wanted, means)


async def means(ctx: Context) -> list[SavedMeans]:
    """Means of payment that the viewer let be remembered."""
    return await remembered.own(ctx)


async def forget_means(ctx: Context, key: str, means: str) -> remembered.Forgotten:
    """Forget one of them."""
    return await remembered.forget(ctx, key, means)


async def payment(ctx: Context, id_: str) -> Payment | None:
    """Payment of the viewer by global id. Raises: ``SignInRequired``, ``NotOffered``, ``StoreUnavailable``."""
    account_of(ctx)
    _ = ctx.account_ports
    decoded = ids.decode(id_)
    wanted = None if decoded is None or decoded.type_name != "Payment" else payment_id(decoded.internal)
    if wanted is None:
        return None
    [found] = await by_id(ctx, [wanted])
    if isinstance(found, GatewayError):
        raise found
    return found


def payment_id(text: str) -> PaymentId | None:
    """Read a payment's id, as it is written here; None for what is not one."""
    try:
        read = UUID(text)
    except ValueError:
        return None
    return PaymentId(read) if str(read) == text else None


async def by_id(ctx: Context, wanted: Sequence[PaymentId]) -> list[Resolved[Payment]]:
    """Payments of the viewer by id: none for whoever has no account here."""
    if ctx.accounts is None:
        return [None] * len(wanted)
    try:
        owner = account_of(ctx)
        async with ctx.accounts.store.work() as work:
            found = {each.id: each for each in await work.payments.own(owner, set(wanted))}
    except SignInRequired:
        return [None] * len(wanted)
    except StoreUnavailable as away:
        return [away] * len(wanted)
    return [found.get(each) for each in wanted]


async def own(ctx: Context) -> list[Payment]:
    """Payments of the viewer, the latest first."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.payments.of_account(owner, MOST))


async def addresses(parents: Sequence[Payment], ctx: Context) -> list[Resolved[str]]:
    """Page on which to pay each; that it is shown is kept, the first time, since from then on the customer can come."""
    new = {each.id for each in parents if each.page is not None and each.shown_at is None}
    if new:
        try:
            async with ctx.account_ports.store.work() as work:
                await work.payments.addressed(new, ctx.clock.now())
        except StoreUnavailable as away:
            return [away if each.id in new else each.page for each in parents]
    return [each.page for each in parents]


async def policies(parents: Sequence[PaidInstalment | PaidRenewal], ctx: Context) -> list[Resolved[models.Policy]]:
    """Policy of each instalment, and the new one of each renewal."""
    return await lookup.policies(ctx, [each.policy for each in parents])


async def claims(parents: Sequence[PaidDeductible], ctx: Context) -> list[Resolved[models.Claim]]:
    """Claim of each deductible."""
    return await lookup.claims(ctx, [each.claim for each in parents])
