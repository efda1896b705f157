"""Operations generated from the schema itself, so that a new field or argument is covered by being there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

__all__ = ["KeyArgument", "key_arguments", "selection"]

TEXTUAL = {"ID", "String"}


@dataclass(frozen=True, slots=True)
class KeyArgument:
    """An argument, or a field of an input object, that takes a key, and the fields from the root that lead there."""

    path: tuple[str, ...]
    field: GraphQLField
    name: str
    type: GraphQLInputType

    def operation(self, schema: GraphQLSchema, depth: int) -> str:
        """Return a query that gives the key as ``$key`` and selects all that can be selected."""
        argument, _, inner_field = self.name.partition(".")
        value = "[$key]" if "[" in str(self.type) else "$key"
        if inner_field:
            value = f"{{ {inner_field}: {value} }}"
        inner = f"{self.path[-1]}({argument}: {value}) {selection(schema, self.field.type, depth)}"
        for step in reversed(self.path[:-1]):
            inner = f"{step} {{ {inner} }}"
        return f"query Stranger($key: {get_named_type(self.type).name}!) {{ {inner} }}"

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}({self.name})"


def key_arguments(schema: GraphQLSchema) -> Iterator[KeyArgument]:
    """Find every argument of a textual type, at the shortest path that leads there without other arguments."""
    assert schema.query_type is not None
    seen: set[str] = set()
    level: list[tuple[tuple[str, ...], GraphQLObjectType]] = [((), schema.query_type)]
    while level:
        following: list[tuple[tuple[str, ...], GraphQLObjectType]] = []
        for path, parent in level:
            if parent.name in seen:
                continue
            seen.add(parent.name)
            for name, field in parent.fields.items():
                here = (*path, name)
                yield from (KeyArgument(here, field, *place) for place in text_places(field))
                inner = get_named_type(field.type)
                if isinstance(inner, GraphQLObjectType) and not any(text_places(field)):
                    following.append((here, inner))
        level = following


def text_places(field: GraphQLField) -> Iterator[tuple[str, GraphQLInputType]]:
    """Find where a field can be given a key: arguments of a textual type, and such fields of input objects."""
    for name, argument in field.args.items():
        kind = get_named_type(argument.type)
        if kind.name in TEXTUAL:
            yield name, argument.type
        elif isinstance(kind, GraphQLInputObjectType):
            for inner, each in kind.fields.items():
                assert get_named_type(each.type).name in TEXTUAL, "an input object of another kind is not tried yet"
                yield f"{name}.{inner}", each.type


def selection(schema: GraphQLSchema, kind: GraphQLOutputType, depth: int) -> str:
    """Select every field that needs no argument, ``depth`` objects deep."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType | GraphQLInterfaceType):
        branches = (f"... on {each.name} {selection(schema, each, depth)}" for each in schema.get_possible_types(named))
        return f"{{ __typename {' '.join(branches)} }}"
    assert isinstance(named, GraphQLObjectType)
    chosen = ["__typename"]
    for name, field in named.fields.items():
        if any(map(is_required_argument, field.args.values())):
            continue
        if is_leaf_type(get_named_type(field.type)):
            chosen.append(alias(named.name, name))
        elif depth > 1:
            chosen.append(f"{alias(named.name, name)} {selection(schema, field.type, depth - 1)}")
    return f"{{ {' '.join(chosen)} }}"


def alias(parent: str, field: str) -> str:
    """Name a field by its parent too: branches of one union may have fields of one name and different types."""
    return f"{parent}_{field}: {field}"
