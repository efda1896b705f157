"""Tells those who execute operations without Strawberry how fields are filled, in plain marks on the built schema.

A mark is a dict under ``MARK`` in a field's or type's ``extensions``: ``{"attribute": name}``, or a ``Way`` with its
function and ``"arguments"``, which turns coerced arguments into the function's; ``{"class": domain class}`` on a type;
``{"json": class}`` on a scalar whose instances a JSON writer writes as the scalar does, ``{"text": (class, function)}``
on one that writes them as the function does; ``{"members": class}`` on an enum that shows the members of a Python enum
by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Final

import strawberry
from graphql import GraphQLField, GraphQLObjectType
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.field import StrawberryField

from schema.fields import PLAN, FieldPlan
from schema.scalars import NATIVE, TEXTS
from schema.shown import PARTS, SHOWN

__all__ = ["MARK", "mark"]

MARK: Final = "execution"
DEFINITION: Final = "strawberry-definition"
PLAIN: Final = frozenset({str, int, bool, strawberry.ID})


def mark(schema: strawberry.Schema) -> strawberry.Schema:
    """Mark every field that Strawberry made, and every type that shows a domain class."""
    kinds = schema._schema.type_map  # noqa: SLF001 - Strawberry has no public name
    for scalar in NATIVE.keys() & kinds.keys():
        kinds[scalar].extensions[MARK] = {"json": NATIVE[scalar]}
    for scalar in TEXTS.keys() & kinds.keys():
        kinds[scalar].extensions[MARK] = {"text": TEXTS[scalar]}
    for kind in kinds.values():
        if isinstance(kind, CustomGraphQLEnumType) and shows_members_by_name(kind):
            kind.extensions[MARK] = {"members": kind.wrapped_cls}
        if isinstance(kind, GraphQLObjectType) and DEFINITION in kind.extensions:
            if (cls := class_shown(kind.extensions[DEFINITION])) is not None:
                kind.extensions[MARK] = {"class": cls}
            for field in kind.fields.values():
                mark_field(schema, field)
    return schema


def class_shown(definition: StrawberryObjectDefinition) -> type | None:
    """Return the class whose instances a type shows, if there is one."""
    generic = definition.concrete_of
    return SHOWN.get(definition.origin) if generic is None else PARTS.get(generic.origin)


def mark_field(schema: strawberry.Schema, field: GraphQLField) -> None:
    """Mark one field; one with a resolver of its own stays as it is, and is executed by that."""
    definition: StrawberryField = field.extensions[DEFINITION]
    plan: FieldPlan | None = definition.metadata.get(PLAN)
    if plan is not None:
        field.extensions[MARK] = {plan.way.value: plan.function, "arguments": conversion(schema, definition, plan)}
    elif definition.is_basic_field:
        field.extensions[MARK] = {"attribute": definition.python_name}


def shows_members_by_name(kind: CustomGraphQLEnumType) -> bool:
    """Whether each value of an enum is called as the Python member that it stands for."""
    shown = {name: value.value for name, value in kind.values.items()}
    members: Iterable[Enum] = kind.wrapped_cls
    return shown == {member.name: member.value for member in members}


def plain(kind: Any) -> bool:
    """Whether Strawberry takes values of an argument's type as they are."""
    return (kind.of_type if isinstance(kind, StrawberryOptional) else kind) in PLAIN


def conversion(
    schema: strawberry.Schema, definition: StrawberryField, plan: FieldPlan
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what turns arguments as the document names them into the function's."""
    registry, config = schema.schema_converter.scalar_registry, schema.config
    if all(plain(argument.type) for argument in definition.arguments):
        names = {config.name_converter.from_argument(each): each.python_name for each in definition.arguments}
        return lambda given: plan.arrange({names[name]: value for name, value in given.items()})

    def convert(given: dict[str, Any]) -> dict[str, Any]:
        return plan.arrange(convert_arguments(given, definition.arguments, registry, config))

    return convert
