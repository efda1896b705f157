"""What clients hold, as whole collections: the ground of every list, and of every access rule.

A signed-in client's graph is exactly this. An object is looked up *in* it, so a stranger's object is never even
fetched and cannot be told from one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from domain import models
from domain.errors import Refused, SourceError
from domain.ports import Missing, Outcome

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["CAP", "claims_of", "contracts_of", "policies_of"]

CAP: Final = 500
"""The longest collection that is loaded whole."""


async def policies_of(ctx: Context, holders: Iterable[models.Isn]) -> list[Outcome[tuple[models.Policy, ...]]]:
    """Return the policies of each holder.

    Shape: one outcome per holder, in order. Each policy found is remembered for later look-ups by ISN and by number.
    Raises: ``Refused`` for a collection over ``CAP``.
    """
    asked = list(holders)
    outcomes = await ctx.many(ctx.reads.policies_of_holder, asked)
    by_isn, by_number = ctx.loaders.of(ctx.reads.policies), ctx.loaders.of(ctx.reads.policies_by_number)
    for holder, outcome in zip(asked, outcomes, strict=True):
        if isinstance(outcome, SourceError | Missing):
            continue
        within_cap(outcome)
        for policy in outcome:
            if policy.holder_isn == holder:
                by_isn.remember(policy.isn, policy)
                by_number.remember(policy.key, policy)
    return outcomes


async def claims_of(ctx: Context, policies: Sequence[models.Policy]) -> tuple[models.Claim, ...]:
    """Return all claims on some policies. Raises: ``SourceError``, ``Refused`` for a collection over ``CAP``."""
    outcomes = await ctx.many(ctx.reads.claims_of_policy, [each.key for each in policies if can_have_claims(each)])
    per_policy: list[tuple[models.Claim, ...]] = []
    for outcome in outcomes:
        if isinstance(outcome, SourceError):
            raise outcome
        if not isinstance(outcome, Missing):
            per_policy.append(outcome)
    claims = tuple(chain.from_iterable(per_policy))
    within_cap(claims)
    by_id = ctx.loaders.of(ctx.reads.claims)
    for claim in claims:
        by_id.remember(claim.id, claim)
    return claims


async def contracts_of(ctx: Context, holders: Iterable[models.Isn]) -> list[Outcome[tuple[models.LifeContract, ...]]]:
    """Return the life contracts of each holder. Shape: one outcome per holder, in order."""
    asked = list(holders)
    outcomes = await ctx.many(ctx.reads.life_contracts_of_holder, asked)
    by_number = ctx.loaders.of(ctx.reads.life_contracts)
    for outcome in outcomes:
        for contract in () if isinstance(outcome, SourceError | Missing) else outcome:
            by_number.remember(contract.number, contract)
    return outcomes


def can_have_claims(policy: models.Policy) -> bool:
    """Life contracts pay benefits through the life system; every other line has its claims in the claims core."""
    return policy.line is not models.Line.LIFE


def within_cap(collection: Sequence[object]) -> None:
    """Raise ``Refused`` for a collection too long to be loaded whole."""
    if len(collection) > CAP:
        code = "COLLECTION_TOO_LARGE"
        raise Refused(code)
