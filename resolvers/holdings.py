"""What clients hold, as whole collections: the ground of every list, and of every access rule.

A signed-in client's graph is exactly this. An object is looked up *in* it, so a stranger's object is never even
fetched and cannot be told from one that does not exist. A row that could not be read is in the collection for lists to
show; it has no key, so it can be looked up by none and opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from domain import models
from domain.errors import Refused, SourceError
from domain.ports import Missing, Outcome, Rows
from resolvers import overlay
from resolvers.outcomes import found, garbled, readable

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["CAP", "Held", "claims_of", "contracts_of", "policies_of"]

CAP: Final = 500
"""The longest collection that is loaded whole."""

T = TypeVar("T")
H = TypeVar("H", bound=models.Policy | models.LifeContract)

Held: TypeAlias = Outcome[Rows[T]] | Refused
"""What a client holds of one kind; ``Refused`` when that is more than ``CAP`` readable rows."""


async def policies_of(ctx: Context, holders: Iterable[models.Isn]) -> list[Held[models.Policy]]:
    """Return the policies of each holder.

    Shape: one outcome per holder, in order. Each policy found is remembered for later look-ups by ISN and by number.
    """
    asked = list(holders)
    outcomes = await ctx.many(ctx.reads.policies_of_holder, asked)
    collections = [own(holder, outcome) for holder, outcome in zip(asked, outcomes, strict=True)]
    by_isn, by_number = ctx.loaders.of(ctx.reads.policies), ctx.loaders.of(ctx.reads.policies_by_number)
    for policy in present(collections):
        by_isn.remember(policy.isn, policy)
        by_number.remember(policy.key, policy)
    return collections


async def claims_of(ctx: Context, policies: Rows[models.Policy]) -> Rows[models.Claim]:
    """Return all claims on some policies.

    A policy that could not be read is a row that could not be read here too, since its claims are not known.
    Raises: ``SourceError``, ``Refused`` for a collection over ``CAP``.
    """
    asked = [each.key for each in readable(policies) if can_have_claims(each)]
    held = await overlay.over_claims(ctx, await ctx.many(ctx.reads.claims_of_policy, asked))
    claims = tuple(chain.from_iterable(found(held)))
    if len(readable(claims)) > CAP:
        raise too_large()
    by_id = ctx.loaders.of(ctx.reads.claims)
    for claim in readable(claims):
        by_id.remember(claim.id, claim)
    return (*claims, *garbled(policies))


async def contracts_of(ctx: Context, holders: Iterable[models.Isn]) -> list[Held[models.LifeContract]]:
    """Return the life contracts of each holder. Shape: one outcome per holder, in order."""
    asked = list(holders)
    outcomes = await ctx.many(ctx.reads.life_contracts_of_holder, asked)
    collections = [own(holder, outcome) for holder, outcome in zip(asked, outcomes, strict=True)]
    by_number = ctx.loaders.of(ctx.reads.life_contracts)
    for contract in present(collections):
        by_number.remember(contract.number, contract)
    return collections


def own(holder: models.Isn, outcome: Outcome[Rows[H]]) -> Held[H]:
    """Keep what names the holder as its own: a mix-up upstream must not show one client another's things."""
    if isinstance(outcome, SourceError | Missing):
        return outcome
    mine = [each for each in readable(outcome) if each.holder_isn == holder]
    if len(mine) > CAP:
        return too_large()
    return (*mine, *garbled(outcome))


def present(collections: Sequence[Held[T]]) -> Iterable[T]:
    """Go through all that was found and could be read."""
    return readable(
        chain.from_iterable(each for each in collections if not isinstance(each, SourceError | Refused | Missing))
    )


def can_have_claims(policy: models.Policy) -> bool:
    """Life contracts pay benefits through the life system; every other line has its claims in the claims core."""
    return policy.line is not models.Line.LIFE


def too_large() -> Refused:
    """Refuse a collection too long to be loaded whole."""
    return Refused("COLLECTION_TOO_LARGE")
