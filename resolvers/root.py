"""Where a query enters the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from domain import models, numbers
from domain.errors import GatewayError, InvalidInput, SourceError
from domain.ports import Missing
from resolvers import lookup, nodes, staff

if TYPE_CHECKING:
    from domain.viewer import Viewer
    from resolvers.context import Context

__all__ = ["claim", "find_client", "node", "nodes_", "policy", "viewer", "viewer_client"]

MOST_NODES = 100


async def viewer(ctx: Context) -> Viewer | None:
    """Whoever is signed in, or None."""
    return ctx.viewer


def viewer_client(parent: Viewer, _ctx: Context) -> models.ClientRef | None:
    """Client that the viewer is."""
    return None if parent.client_isn is None else models.ClientRef(parent.client_isn)


async def node(ctx: Context, global_id: str) -> Any | None:
    """Object of any type by global id."""
    ctx.signed_in()
    return one(await nodes.nodes(ctx, [global_id]))


async def nodes_(ctx: Context, global_ids: Sequence[str]) -> list[Any]:
    """Objects of any type, in order. Raises: ``InvalidInput`` for too many at once."""
    ctx.signed_in()
    if len(global_ids) > MOST_NODES:
        argument = "ids"
        raise InvalidInput(argument, "too_many")
    return await nodes.nodes(ctx, global_ids)


async def policy(ctx: Context, number: str) -> models.Policy | None:
    """Policy by any spelling of its number."""
    return one(await lookup.policies_by_number(ctx, [numbers.policy_number(number)]))


async def claim(ctx: Context, number: str) -> models.Claim | None:
    """Claim by number."""
    return one(await lookup.claims_by_number(ctx, [number.strip()]))


async def find_client(
    ctx: Context, policy_number: str | None, phone: str | None, email: str | None
) -> models.ClientRef | None:
    """Client by exactly one of three, for employees with the scope; null for everybody else.

    Raises: ``InvalidInput`` unless exactly one is given.
    """
    viewer = ctx.signed_in()
    given = [each for each in (policy_number, phone, email) if each is not None]
    if len(given) != 1:
        argument = "by"
        raise InvalidInput(argument, "exactly_one")
    if not staff.may_find_clients(viewer):
        return None
    asked = models.ClientLookup(
        policy=None if policy_number is None else numbers.policy_number(policy_number),
        phone=None if phone is None else numbers.phone(phone),
        email=None if email is None else numbers.email(email),
    )
    outcome = await ctx.one(ctx.reads.client_lookups, asked)
    if isinstance(outcome, SourceError):
        raise outcome
    return None if isinstance(outcome, Missing) else models.ClientRef(outcome)


def one(outcomes: Sequence[Any]) -> Any | None:
    """Return the only outcome. Raises: the failure that it is."""
    [outcome] = outcomes
    if isinstance(outcome, GatewayError):
        raise outcome
    return outcome
