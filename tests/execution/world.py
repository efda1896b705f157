"""The world's schema, made anew for the reference and for each way of filling its fields."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    assert_valid_schema,
    build_schema,
)

from tests.execution import leaves
from tests.execution.data import SDL
from tests.execution.filling import CLASSED, fields, fill, reference, turns
from tests.execution.sources import CLASSES, Shop, Source, context_of, key_of

__all__ = ["VARIATIONS", "Place", "build", "is_native", "reference_schema"]

VARIATIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Place:
    """What the input object of the same name becomes."""

    town: str
    street: str


@cache
def reference_schema() -> GraphQLSchema:
    """Return the schema with synchronous resolvers."""
    schema = undecided()
    for name in (*CLASSES, "Card"):
        for field_name, field in fields(schema, name).items():
            reference(name, field_name, field)
    return schema


def is_native(variation: int) -> bool:
    """Whether a variation leaves to the JSON writer what it writes by itself."""
    return variation >= VARIATIONS // 2


@cache
def build(variation: int) -> GraphQLSchema:
    """Return the schema filled in one of many ways; odd ones await what type a value is of."""
    schema = undecided()
    fill(schema, variation)
    marks: dict[str, dict[str, Any]] = {name: {"class": CLASSES[name]} for name in CLASSED} if variation else {}
    if is_native(variation):
        marks |= {"Date": {"json": date}, "Cover": {"members": leaves.Cover}}
        marks |= {"Decimal": {"text": (Decimal, leaves.decimal_out)}}
    for name, mark in marks.items():
        kind = schema.type_map[name]
        kind.extensions = {**kind.extensions, "execution": mark}
    if variation % 2:
        shop, item = schema.type_map["Shop"], schema.type_map["Item"]
        assert isinstance(shop, GraphQLObjectType)
        assert isinstance(item, GraphQLUnionType)
        shop.is_type_of = awaited(is_shop)
        item.resolve_type = awaited(type_of_item)
    return schema


def undecided() -> GraphQLSchema:
    """Make the schema, its fields not filled."""
    schema = build_schema(SDL)
    leaves.dress(schema)
    for name in CLASSED:
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        kind.is_type_of = of_class(CLASSES[name])
    shop, item, priced = (schema.type_map[name] for name in ("Shop", "Item", "Priced"))
    assert isinstance(shop, GraphQLObjectType)
    assert isinstance(item, GraphQLUnionType)
    assert isinstance(priced, GraphQLInterfaceType)
    shop.is_type_of, item.resolve_type, priced.resolve_type = is_shop, type_of_item, type_of_priced
    place = schema.type_map["Place"]
    assert isinstance(place, GraphQLInputObjectType)
    place.fields["city"].out_name = "town"
    place.out_type = lambda value: Place(**value)  # type: ignore[method-assign]
    fields(schema, "Query")["place"].args["renamed"].out_name = "calm"
    assert_valid_schema(schema)
    return schema


def of_class(kind: type[Source]) -> Callable[[Any, Any], bool]:
    """Say whether a value is an instance."""
    return lambda value, _info: isinstance(value, kind)


def awaited(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function that is awaited."""

    async def answer(value: Any, info: Any, *rest: Any) -> Any:
        await turns(key_of(value))
        return function(value, info, *rest)

    return answer


def is_shop(value: Any, _info: Any) -> bool:
    """Say whether a value is a shop; deny or fail for some that are."""
    if not isinstance(value, Shop):
        return False
    luck = luck_of(value)
    if luck == 1:
        raise ValueError("nobody knows what it is")
    return luck != 2


def type_of_item(value: Any, _info: Any, _kind: Any) -> str | None:
    """Name the type of an item."""
    if isinstance(value, dict):
        return value.get("__typename")
    return next((name for name, kind in CLASSES.items() if isinstance(value, kind)), None)


def type_of_priced(value: Any, info: Any, kind: Any) -> Any:
    """Name the type of what has a price, wrongly for some."""
    luck = luck_of(value)
    if luck == 6:
        raise ValueError("nobody knows its type")
    return {1: "Author", 2: "Nowhere", 3: "Genre", 4: 5, 5: kind}.get(luck, type_of_item(value, info, kind))


def luck_of(value: Any) -> int:
    """Return what is wrong with a value, 0 if nothing."""
    luck = zlib.crc32(key_of(value).encode()) % 20
    return luck if context_of(value).fate.trouble else 0
