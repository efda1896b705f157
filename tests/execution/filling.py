"""How fields are filled: each way gives what ``data.outcome`` says, so that one schema can be made in many ways."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Any, Final

from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema

from tests.execution.data import SHAPE, given, outcome, refuse, shared_trouble
from tests.execution.sources import CLASSES, Context, context_of

__all__ = ["CLASSED", "WAYS", "fields", "fill", "reference", "turns", "ways_of"]

CLASSED: Final = frozenset({"Author", "Book", "Nulls", "Counter"})
"""Types whose values are told by their class."""

Way = Callable[[str, str, GraphQLField], None]


def reference(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Call a synchronous resolver, which notes where it was called."""

    def resolve(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        steps = tuple(step for step in info.path.as_list() if isinstance(step, str))
        info.context.places.setdefault(f"{type_name}.{field_name}", set()).add(steps)
        return outcome(source, type_name, field_name, arguments)

    field.resolve = resolve


def synchronous(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Call a resolver that is not marked."""
    field.resolve = lambda source, info, **arguments: outcome(source, type_name, field_name, arguments)


def asynchronous(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Await a resolver that is not marked."""

    async def resolve(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        await turns(f"{type_name}.{field_name}")
        return outcome(source, type_name, field_name, arguments)

    field.resolve = resolve


def default(_type_name: str, _field_name: str, field: GraphQLField) -> None:
    """Leave it to the default resolver."""
    field.resolve = None


def attribute(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Read an attribute."""
    synchronous(type_name, field_name, field)
    mark(field, attribute=f"its_{field_name}")


def inline(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Call a function of the source."""
    synchronous(type_name, field_name, field)
    mark(field, inline=lambda source, context, **arguments: outcome(source, type_name, field_name, opened(arguments)))


def batch(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Call a function of all sources, which fails as a whole when the call does."""
    asynchronous(type_name, field_name, field)
    coordinate = f"{type_name}.{field_name}"

    async def function(sources: Sequence[Any], context: Context, **arguments: Any) -> Sequence[Any]:
        context.calls[coordinate] = context.calls.get(coordinate, 0) + 1
        asked = opened(arguments)
        await turns(f"{coordinate}{given(asked)}{len(sources)}")
        refuse(asked)
        if type_name != "Mutation" and all(context_of(source) is context for source in sources):
            shared_trouble(context, coordinate, asked)
        return tuple(settled(source, type_name, field_name, asked) for source in sources)

    mark(field, batch=function)


def entry(type_name: str, field_name: str, field: GraphQLField) -> None:
    """Call a function of the request."""
    asynchronous(type_name, field_name, field)

    async def function(context: Context, **arguments: Any) -> Any:
        await turns(f"{type_name}.{field_name}")
        return outcome(CLASSES[type_name]("root", context), type_name, field_name, opened(arguments))

    mark(field, entry=function)


WAYS: Final[Mapping[str, Way]] = {
    each.__name__: each for each in (synchronous, asynchronous, inline, batch, default, attribute, entry)
}


def mark(field: GraphQLField, **how: Any) -> None:
    """Mark a field; every second one that has arguments renames them."""
    if field.args and len(field.args) % 2:
        how["arguments"] = renamed
    field.extensions = {**field.extensions, "execution": how}


def renamed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Turn coerced arguments into those of a function, unless one is refused."""
    refuse(arguments)
    return {"all_of_them": arguments}


def opened(arguments: dict[str, Any]) -> dict[str, Any]:
    """Undo ``renamed``."""
    inner: dict[str, Any] = arguments.get("all_of_them", arguments)
    return inner


def settled(source: Any, type_name: str, field_name: str, arguments: Mapping[str, Any]) -> Any:
    """Return an outcome, raised or not."""
    try:
        return outcome(source, type_name, field_name, arguments)
    except Exception as error:  # noqa: BLE001  whatever it is, it belongs to this source
        return error


async def turns(seed: str) -> None:
    """Let the loop turn a few times, some fields more often than others."""
    for _ in range(zlib.crc32(seed.encode()) % 4):
        await asyncio.sleep(0)


def possible(type_name: str, field: GraphQLField) -> list[str]:
    """Name the ways in which a field can be filled."""
    ways = ["synchronous", "asynchronous", "batch", "batch"]
    if type_name != "Mutation":
        ways += ["inline"]
    if type_name != "Nest":
        ways += ["default"]
    if type_name not in {"Nest", "Card", "Mutation"} and not field.args:
        ways += ["attribute", "attribute"]
    if type_name in {"Query", "Mutation"}:
        ways += ["entry", "entry"]
    return ways


def way_of(variation: int, type_name: str, field_name: str, field: GraphQLField) -> str:
    """Say how a variation fills a field: 0 leaves all to graphql-core's own, 1 batches all, others mix as it comes."""
    mixed = Random(f"{variation}{type_name}{field_name}").choice(possible(type_name, field))
    return {0: "synchronous", 1: "batch"}.get(variation, mixed)


def fill(schema: GraphQLSchema, variation: int) -> None:
    """Fill every field in some way."""
    for name in (*CLASSES, "Card"):
        for field_name, field in fields(schema, name).items():
            WAYS[way_of(variation, name, field_name, field)](name, field_name, field)


def fields(schema: GraphQLSchema, name: str) -> dict[str, GraphQLField]:
    """Return an object type's fields."""
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    declared: dict[str, GraphQLField] = kind.fields
    return declared


def ways_of(variation: int, coordinates: Iterable[str]) -> set[str]:
    """Name the ways in which fields are filled."""
    return {
        way_of(variation, name, field_name, fields(SHAPE, name)[field_name])
        for name, field_name in (each.split(".") for each in coordinates)
    }
