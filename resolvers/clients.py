"""What hangs on a client."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from domain import models
from domain.errors import Refused, SourceError, SourceGarbled
from domain.ports import MISSING, Rows
from resolvers import holdings, overlay
from resolvers.outcomes import Resolved, found, in_order, mapped, or_none
from resolvers.pages import Page, Slice, SortKey, page

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["claims", "life_contracts", "policies", "profile"]


async def profile(parents: Sequence[models.ClientRef], ctx: Context) -> list[Resolved[models.Client]]:
    """Person behind each client."""
    found = await ctx.many(ctx.reads.clients, [each.isn for each in parents])
    return [or_none(outcome) for outcome in await overlay.over_client(ctx, found)]


async def policies(
    parents: Sequence[models.ClientRef],
    ctx: Context,
    *,
    part: Slice,
    lines: Sequence[models.Line] | None = None,
    statuses: Sequence[models.PolicyStatus] | None = None,
) -> list[Resolved[Page[models.Policy]]]:
    """Page of each client's policies, the latest to start first.

    What a row that could not be read would say of its line or status is not known, so no filter leaves it out.
    """

    def chosen(each: models.Policy | SourceGarbled) -> bool:
        return isinstance(each, SourceGarbled) or (
            (lines is None or each.line in lines) and (statuses is None or each.status in statuses)
        )

    def sliced(held: Rows[models.Policy]) -> Page[models.Policy]:
        return page([each for each in held if chosen(each)], newest_policy_first, part)

    outcomes = await holdings.policies_of(ctx, [each.isn for each in parents])
    return [mapped(outcome if outcome is not MISSING else (), sliced) for outcome in outcomes]


async def claims(
    parents: Sequence[models.ClientRef],
    ctx: Context,
    *,
    part: Slice,
    statuses: Sequence[models.ClaimStatus] | None = None,
) -> list[Resolved[Page[models.Claim]]]:
    """Page of each client's claims, the latest event first; filtered as policies are."""
    held = await holdings.policies_of(ctx, [each.isn for each in parents])
    return list(await asyncio.gather(*(_claims(outcome, ctx, part, statuses) for outcome in held)))


async def _claims(
    policies: holdings.Held[models.Policy],
    ctx: Context,
    part: Slice,
    statuses: Sequence[models.ClaimStatus] | None,
) -> Resolved[Page[models.Claim]]:
    try:
        held = await holdings.claims_of(ctx, tuple(chain.from_iterable(found([policies]))))
    except (SourceError, Refused) as failure:
        return failure
    chosen = [each for each in held if isinstance(each, SourceGarbled) or statuses is None or each.status in statuses]
    return page(chosen, newest_claim_first, part)


async def life_contracts(
    parents: Sequence[models.ClientRef], ctx: Context
) -> list[Resolved[Rows[models.LifeContract]]]:
    """Life contracts of each client, the first to mature first."""

    def ordered(held: Rows[models.LifeContract]) -> Rows[models.LifeContract]:
        return in_order(held, lambda each: (each.period.end, each.policy_isn))

    outcomes = await holdings.contracts_of(ctx, [each.isn for each in parents])
    return [mapped(outcome if outcome is not MISSING else (), ordered) for outcome in outcomes]


def newest_policy_first(policy: models.Policy) -> SortKey:
    """Sort key of a list of policies."""
    return (-policy.period.start.toordinal(), policy.isn)


def newest_claim_first(claim: models.Claim) -> SortKey:
    """Sort key of a list of claims."""
    return (-int(claim.event.occurred_at.timestamp()), claim.id)
