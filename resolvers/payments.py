"""Where payments enter the graph, and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from domain import models
from domain.payments.models import PaidDeductible, PaidInstalment, Payment, PaymentId
from resolvers import ids, lookup
from resolvers.outcomes import Resolved
from resolvers.use_cases.owner import account_of
from resolvers.use_cases.payments.payables import Wanted
from resolvers.use_cases.payments.starting import Started, start

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["claims", "global_id", "own", "payment", "policies", "start_payment"]


async def start_payment(ctx: Context, key: str, wanted: Wanted) -> Started:
    """Begin a payment."""
    return await start(ctx, key, wanted)


async def payment(ctx: Context, id_: str) -> Payment | None:
    """Payment of the viewer by global id."""
    owner = account_of(ctx)
    decoded = ids.decode(id_)
    if decoded is None or decoded.type_name != "Payment":
        return None
    try:
        wanted = PaymentId(UUID(decoded.internal))
    except ValueError:
        return None
    async with ctx.account_ports.store.work() as work:
        found = await work.payments.shown(wanted)
    return found if found is not None and found.account == owner else None


async def own(ctx: Context) -> list[Payment]:
    """Payments of the viewer, the latest first."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.payments.of_account(owner))


async def policies(parents: Sequence[PaidInstalment], ctx: Context) -> list[Resolved[models.Policy]]:
    """Policy of each instalment."""
    return await lookup.policies(ctx, [each.policy for each in parents])


async def claims(parents: Sequence[PaidDeductible], ctx: Context) -> list[Resolved[models.Claim]]:
    """Claim of each deductible."""
    return await lookup.claims(ctx, [each.claim for each in parents])


def global_id(payment: Payment, _ctx: Context) -> str:
    """Global id of a payment."""
    return ids.encode("Payment", payment.id)
