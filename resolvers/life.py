"""What hangs on a life contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from domain import models
from domain.errors import Source
from domain.ports import Read
from domain.valuation import implausibilities
from resolvers import policies
from resolvers.outcomes import Resolved, due, mapped

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = [
    "operations",
    "orders",
    "policy",
    "refusal_text",
    "strategies",
    "surrender_table",
    "underlying_levels",
    "valuation",
]

V = TypeVar("V")
Contracts = Sequence[models.LifeContract]

policy = policies.of_life_contracts
refusal_text = policies.refusal_text


async def valuation(parents: Contracts, ctx: Context) -> list[Resolved[models.LifeValuation]]:
    """Value of each contract, computed by the life system or remembered, checked against the contract's terms."""
    outcomes = await ctx.many(ctx.reads.life_valuations, [each.number for each in parents])
    return [mapped(outcome, partial(checked, each, ctx)) for each, outcome in zip(parents, outcomes, strict=True)]


def checked(contract: models.LifeContract, ctx: Context, found: models.LifeValuation) -> models.LifeValuation:
    """Mark what the contract contradicts; the value is shown all the same, since the life system answers for it."""
    doubts = implausibilities(contract, found, ctx.clock.now())
    return replace(found, implausible=doubts) if doubts else found


async def surrender_table(parents: Contracts, ctx: Context) -> list[Resolved[tuple[models.SurrenderRow, ...]]]:
    """Surrender values by contract year."""
    return await _sorted(parents, ctx, ctx.reads.life_surrender_tables, "life_surrender_tables", lambda row: row.year)


async def strategies(parents: Contracts, ctx: Context) -> list[Resolved[tuple[models.Strategy, ...]]]:
    """Strategies that each contract can change to."""
    return await _sorted(parents, ctx, ctx.reads.life_strategies, "life_strategies", lambda strategy: strategy.code)


async def operations(parents: Contracts, ctx: Context) -> list[Resolved[tuple[models.LifeOperation, ...]]]:
    """Operations on offer, those not available with their reason."""
    return await _sorted(parents, ctx, ctx.reads.life_operations, "life_operations", lambda operation: operation.kind)


async def orders(parents: Contracts, ctx: Context) -> list[Resolved[tuple[models.LifeOrder, ...]]]:
    """Orders on each contract, the oldest first."""
    return await _sorted(
        parents, ctx, ctx.reads.life_orders, "life_orders", lambda order: (order.submitted_at, order.id)
    )


async def underlying_levels(
    parents: Sequence[models.Underlying], ctx: Context
) -> list[Resolved[tuple[models.UnderlyingLevel, ...]]]:
    """History of each underlying, the oldest level first."""
    outcomes = await ctx.many(ctx.reads.underlying_levels, [each.ticker for each in parents])
    return [mapped(outcome, lambda found: tuple(sorted(found, key=lambda each: each.on))) for outcome in outcomes]


async def _sorted(
    parents: Contracts,
    ctx: Context,
    read: Read[models.PolicyNumber, tuple[V, ...]],
    name: str,
    by: Callable[[V], Any],
) -> list[Resolved[tuple[V, ...]]]:
    outcomes = await ctx.many(read, [each.number for each in parents])
    return [
        mapped(due(outcome, Source.LIFE_VALUATION, name), lambda found: tuple(sorted(found, key=by)))
        for outcome in outcomes
    ]
