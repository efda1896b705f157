"""One object by its id or number, if this viewer may see it.

Clients look in their own holdings alone; employees ask the systems. What cannot be found and what belongs to somebody
else are the same ``None``, reached with the same upstream calls.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from domain import models
from domain.errors import Refused, SourceError, SourceGarbled
from domain.ports import MISSING, Missing, Read, Rows
from resolvers import holdings
from resolvers.outcomes import Resolved, found, or_none, readable

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["claims", "claims_by_number", "clients", "life_contracts", "policies", "policies_by_number"]

K = TypeVar("K")
V = TypeVar("V")


async def clients(ctx: Context, isns: Sequence[models.Isn]) -> list[Resolved[models.ClientRef]]:
    """Return clients by ISN: the viewer's own without asking, others for employees who exist in the policy core."""
    viewer = ctx.signed_in()
    if not viewer.is_employee:
        return [models.ClientRef(isn) if isn == viewer.client_isn else None for isn in isns]
    outcomes = await ctx.many(ctx.reads.clients, isns)
    return [
        outcome if isinstance(outcome, SourceError) else None if isinstance(outcome, Missing) else models.ClientRef(isn)
        for isn, outcome in zip(isns, outcomes, strict=True)
    ]


async def policies(ctx: Context, isns: Sequence[models.Isn]) -> list[Resolved[models.Policy]]:
    """Return policies by ISN."""
    return await _policies(ctx, isns, ctx.reads.policies, lambda policy: policy.isn)


async def policies_by_number(ctx: Context, numbers: Sequence[models.PolicyNumber]) -> list[Resolved[models.Policy]]:
    """Return policies by folded number."""
    return await _policies(ctx, numbers, ctx.reads.policies_by_number, lambda policy: policy.key)


async def claims(ctx: Context, ids: Sequence[models.ClaimId]) -> list[Resolved[models.Claim]]:
    """Return claims by internal id."""
    return await _claims(ctx, ids, ctx.reads.claims, lambda claim: claim.id)


async def claims_by_number(ctx: Context, numbers: Sequence[str]) -> list[Resolved[models.Claim]]:
    """Return claims by number."""
    return await _claims(ctx, numbers, ctx.reads.claims_by_number, lambda claim: claim.number)


async def life_contracts(ctx: Context, policy_isns: Sequence[models.Isn]) -> list[Resolved[models.LifeContract]]:
    """Return life contracts by the ISN of their header in the policy core."""
    if not ctx.signed_in().is_employee:
        return await picked(ctx, policy_isns, own_contracts, lambda contract: contract.policy_isn)
    headers = await ctx.many(ctx.reads.policies, policy_isns)
    numbers = [each.key for each in headers if not isinstance(each, SourceError | Missing)]
    terms = dict(zip(numbers, await ctx.many(ctx.reads.life_contracts, numbers), strict=True))
    return [
        or_none(header if isinstance(header, SourceError | Missing) else terms.get(header.key, MISSING))
        for header in headers
    ]


async def _policies(
    ctx: Context, keys: Sequence[K], read: Read[K, models.Policy], key_of: Callable[[models.Policy], K]
) -> list[Resolved[models.Policy]]:
    if ctx.signed_in().is_employee:
        return [or_none(outcome) for outcome in await ctx.many(read, keys)]
    return await picked(ctx, keys, own_policies, key_of)


async def _claims(
    ctx: Context, keys: Sequence[K], read: Read[K, models.Claim], key_of: Callable[[models.Claim], K | None]
) -> list[Resolved[models.Claim]]:
    if ctx.signed_in().is_employee:
        return [or_none(outcome) for outcome in await ctx.many(read, keys)]
    return await picked(ctx, keys, own_claims, key_of)


async def own_policies(ctx: Context) -> Rows[models.Policy]:
    """Return the signed-in client's policies. Raises: ``SourceError``, ``Refused``."""
    return tuple(chain.from_iterable(found(await holdings.policies_of(ctx, own_isn(ctx)))))


async def own_claims(ctx: Context) -> Rows[models.Claim]:
    """Return the claims on the signed-in client's policies. Raises: ``SourceError``, ``Refused``."""
    return await holdings.claims_of(ctx, await own_policies(ctx))


async def own_contracts(ctx: Context) -> Rows[models.LifeContract]:
    """Return the signed-in client's life contracts. Raises: ``SourceError``, ``Refused``."""
    return tuple(chain.from_iterable(found(await holdings.contracts_of(ctx, own_isn(ctx)))))


def own_isn(ctx: Context) -> list[models.Isn]:
    """Return the signed-in client's ISN as a list of one, empty for a viewer who is no client."""
    isn = ctx.signed_in().client_isn
    return [] if isn is None else [isn]


async def picked(
    ctx: Context,
    keys: Sequence[K],
    holding: Callable[[Context], Awaitable[Rows[V]]],
    key_of: Callable[[V], K | None],
) -> list[Resolved[V]]:
    """Pick by key from what is held; what is not held is None, and a holding that cannot be had fails every key.

    A row that could not be read might be the one asked for, so its failure answers every key that no other row does:
    the owner learns that something is wrong, and a stranger's key still looks like one that does not exist.
    """
    if not keys:
        return []
    try:
        rows = await holding(ctx)
    except (SourceError, Refused) as failure:
        return [failure] * len(keys)
    held = {key_of(each): each for each in readable(rows)}
    unread = next((each for each in rows if isinstance(each, SourceGarbled)), None)
    return [held.get(key, unread) for key in keys]
