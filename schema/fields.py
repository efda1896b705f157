"""Three ways to fill a field that is not a plain attribute of its domain object.

``batched`` names a function over all parents of a field at once, ``computed`` a function of one parent that awaits
nothing, ``entry`` a function that needs no parent. Each leaves a ``FieldPlan`` in the field's metadata, from which
``schema.marks`` tells whoever executes operations without Strawberry.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import strawberry

from resolvers.context import Context
from resolvers.loaders import BatchFunction
from resolvers.pages import Slice
from schema.access import Access
from schema.caching import CacheControl

__all__ = ["PLAN", "FieldPlan", "Way", "batched", "computed", "entry"]

PLAN = "plan"
"""Key of the ``FieldPlan`` in a Strawberry field's metadata."""

PAGING: Mapping[str, Any] = {
    "first": Annotated[
        int | None,
        strawberry.argument(description="How many edges from the start of the slice: 50 unless told, 200 at most."),
    ],
    "after": Annotated[str | None, strawberry.argument(description="Start behind the edge with this cursor.")],
    "last": Annotated[
        int | None, strawberry.argument(description="How many edges from the end of the slice, 200 at most.")
    ],
    "before": Annotated[str | None, strawberry.argument(description="End in front of the edge with this cursor.")],
}

Arrange = Callable[[dict[str, Any]], dict[str, Any]]


class Way(StrEnum):
    """How a function fills a field."""

    BATCH = "batch"
    INLINE = "inline"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How a field is filled, its arguments by the names of Python.

    ``await function(parents, ctx, **arguments)`` for a batch, ``function(parent, ctx, **arguments)`` inline,
    ``await function(ctx, **arguments)`` for an entry. ``arrange`` makes the function's arguments of the declared ones.
    """

    way: Way
    function: Callable[..., Any]
    arrange: Arrange = dict


def batched(
    function: BatchFunction,
    graphql_type: Any,
    *,
    description: str,
    arguments: Mapping[str, Any] | None = None,
    paged: bool = False,
    keep: CacheControl | None = None,
    access: Access | None = None,
) -> Any:
    """Declare a relation filled by a batch function.

    ``arguments`` maps argument names to annotations; with ``paged`` the Relay arguments are added and reach the
    function as one ``Slice`` named ``part``. ``keep`` says how long the relation may be kept where its type does not
    say it: what a system is asked for by itself must not get as old as what it hangs on. ``access`` says who may ask
    for it, here as in the other two.
    """
    declared = {**(arguments or {}), **(PAGING if paged else {})}
    arrange = sliced if paged else dict

    def resolve(root: Any, info: strawberry.Info[Context], **given: Any) -> Any:
        ctx = info.context
        return unwrapped(ctx.loaders.relation(function, ctx, arrange(given)).one(root))

    plan = FieldPlan(Way.BATCH, function, arrange)
    return declare(resolve, declared, graphql_type, description, plan, keep, access)


def computed(
    function: Callable[..., Any],
    graphql_type: Any,
    *,
    description: str,
    arguments: Mapping[str, Any] | None = None,
    access: Access | None = None,
) -> Any:
    """Declare a field computed from its parent and the request, asking nothing of anybody."""

    def resolve(root: Any, info: strawberry.Info[Context], **given: Any) -> Any:
        return function(root, info.context, **given)

    plan = FieldPlan(Way.INLINE, function)
    return declare(resolve, arguments or {}, graphql_type, description, plan, access=access)


def entry(
    function: Callable[..., Any],
    graphql_type: Any,
    *,
    description: str,
    arguments: Mapping[str, Any] | None = None,
    arrange: Arrange = dict,
    access: Access | None = None,
) -> Any:
    """Declare a field of a root type."""

    async def resolve(root: Any, info: strawberry.Info[Context], **given: Any) -> Any:
        return await function(info.context, **arrange(given))

    plan = FieldPlan(Way.ENTRY, function, arrange)
    return declare(resolve, arguments or {}, graphql_type, description, plan, access=access)


def sliced(given: dict[str, Any]) -> dict[str, Any]:
    """Gather the Relay arguments into one ``part``."""
    others = {name: value for name, value in given.items() if name not in PAGING}
    return {**others, "part": Slice(**{name: given.get(name) for name in PAGING})}


async def unwrapped(outcome: Any) -> Any:
    """Raise an outcome that is a failure."""
    value = await outcome
    if isinstance(value, Exception):
        raise value
    return value


def declare(
    resolve: Callable[..., Any],
    arguments: Mapping[str, Any],
    graphql_type: Any,
    description: str,
    plan: FieldPlan,
    keep: CacheControl | None = None,
    access: Access | None = None,
) -> Any:
    """Make the Strawberry field, its arguments taken from a table instead of a written signature."""
    kinds = inspect.Parameter
    parameters = [
        kinds("root", kinds.POSITIONAL_OR_KEYWORD),
        kinds("info", kinds.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info[Context]),
        *(kinds(name, kinds.KEYWORD_ONLY, annotation=hint) for name, hint in arguments.items()),
    ]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    resolve.__annotations__ = {"info": strawberry.Info[Context], **arguments}
    return strawberry.field(
        resolver=resolve,
        graphql_type=graphql_type,
        description=description,
        metadata={PLAN: plan},
        directives=[each for each in (keep, access) if each is not None],
    )
