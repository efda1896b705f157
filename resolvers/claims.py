"""What hangs on a claim, and the stations that repair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain import models, texts
from domain.errors import SourceError
from domain.ports import MISSING, Missing
from resolvers import policies
from resolvers.outcomes import Resolved, mapped

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["deadlines", "messages", "policy", "repair_stations", "status_text"]

policy = policies.of_claims
deadlines = policies.claim_deadlines


async def messages(parents: Sequence[models.Claim], ctx: Context) -> list[Resolved[tuple[models.ClaimMessage, ...]]]:
    """Messages about each claim, the oldest first."""
    outcomes = await ctx.many(ctx.reads.claim_messages, [each.id for each in parents])
    return [
        mapped(
            outcome if outcome is not MISSING else (),
            lambda found: tuple(sorted(found, key=lambda each: (each.sent_at, each.id))),
        )
        for outcome in outcomes
    ]


async def repair_stations(ctx: Context, city: str) -> tuple[models.RepairStation, ...]:
    """Repair stations of a city. Raises: ``SourceError``, ``SignInRequired``."""
    ctx.signed_in()
    outcome = await ctx.one(ctx.reads.repair_stations, city.strip())
    if isinstance(outcome, SourceError):
        raise outcome
    return () if isinstance(outcome, Missing) else outcome


def status_text(claim: models.Claim, ctx: Context) -> str:
    """Status in the customer's words."""
    return texts.text(f"claim_status.{claim.status}", ctx.locale)
