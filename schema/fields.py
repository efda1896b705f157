"""Two ways to fill a field that is not a plain attribute of its domain object.

``batched`` names a function over all parents of a field at once, ``computed`` a function of one parent that awaits
nothing. Both leave a ``FieldPlan`` in the field's metadata for whoever executes operations in another way.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from resolvers.context import Context
from resolvers.loaders import BatchFunction
from resolvers.pages import Slice
from schema.caching import CacheControl

__all__ = ["PLAN", "FieldPlan", "batched", "computed"]

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


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How a field is filled: ``function(parents, ctx, **arguments)`` if ``batch``, else ``function(parent, ctx)``."""

    function: Callable[..., Any]
    batch: bool


def batched(
    function: BatchFunction,
    graphql_type: Any,
    *,
    description: str,
    arguments: Mapping[str, Any] | None = None,
    paged: bool = False,
    keep: CacheControl | None = None,
) -> Any:
    """Declare a relation filled by a batch function.

    ``arguments`` maps argument names to annotations; with ``paged`` the Relay arguments are added and reach the
    function as one ``Slice`` named ``part``. ``keep`` says how long the relation may be kept where its type does not
    say it: what a system is asked for by itself must not get as old as what it hangs on.
    """
    declared = {**(arguments or {}), **(PAGING if paged else {})}

    def resolve(root: Any, info: strawberry.Info[Context], **given: Any) -> Any:
        if paged:
            given["part"] = Slice(**{name: given.pop(name, None) for name in PAGING})
        ctx = info.context
        return unwrapped(ctx.loaders.relation(function, ctx, given).one(root))

    return declare(resolve, declared, graphql_type, description, FieldPlan(function, batch=True), keep)


def computed(function: Callable[..., Any], graphql_type: Any, *, description: str) -> Any:
    """Declare a field computed from its parent and the request, asking nothing of anybody."""

    def resolve(root: Any, info: strawberry.Info[Context]) -> Any:
        return function(root, info.context)

    return declare(resolve, {}, graphql_type, description, FieldPlan(function, batch=False))


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
        directives=[keep] if keep else [],
    )
