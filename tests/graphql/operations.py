"""Operations generated from the schema itself, so that a new field or argument is covered by being there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLField,
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
    """An argument that takes a key, and the fields from the root that lead to the field it belongs to."""

    path: tuple[str, ...]
    field: GraphQLField
    name: str
    argument: GraphQLArgument

    def operation(self, schema: GraphQLSchema, depth: int) -> str:
        """Return a query that gives the key as ``$key`` and selects all that can be selected."""
        is_list = "[" in str(self.argument.type)
        value = "[$key]" if is_list else "$key"
        kind = get_named_type(self.argument.type).name
        inner = f"{self.path[-1]}({self.name}: {value}) {selection(schema, self.field.type, depth)}"
        for step in reversed(self.path[:-1]):
            inner = f"{step} {{ {inner} }}"
        return f"query Stranger($key: {kind}!) {{ {inner} }}"

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
                for argument_name, argument in field.args.items():
                    if takes_text(argument):
                        yield KeyArgument(here, field, argument_name, argument)
                inner = get_named_type(field.type)
                if isinstance(inner, GraphQLObjectType) and not any(map(takes_text, field.args.values())):
                    following.append((here, inner))
        level = following


def takes_text(argument: GraphQLArgument) -> bool:
    """Whether an argument can be given a key."""
    return get_named_type(argument.type).name in TEXTUAL


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
