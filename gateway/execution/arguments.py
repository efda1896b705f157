"""Arguments of a field: worked out once when the document decides them, else once a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values

__all__ = ["Arguments"]

NO_VARIABLES: Final = VariableValues({}, {})


class Arguments:
    """What a field's node gives its arguments.

    Input objects and lists are made anew for each request, as resolvers may change what they are given.
    """

    def __init__(self, definition: GraphQLField, node: FieldNode) -> None:
        self._definition = definition
        self._node = node
        self.is_empty = not definition.args
        self._constant = {} if self.is_empty else self._known()
        self._direct = None if self.is_empty or self._constant is not None else _direct(definition, node)

    def of(self, coerced: Mapping[str, Any], variables: Callable[[], VariableValues]) -> dict[str, Any]:
        """Return the arguments by the names the resolver knows.

        ``coerced`` are the request's variables, ``variables`` makes graphql-core's form of them when it is needed.
        Raises: ``GraphQLError`` for a variable that is null where the argument may not be.
        """
        if self._constant is not None:
            return dict(self._constant)
        if self._direct is not None and (given := _picked(self._direct, coerced)) is not None:
            return given
        return get_argument_values(self._definition, self._node, variables())

    def _known(self) -> dict[str, Any] | None:
        """Return the arguments when they are plain values that no variable changes."""
        if _names_variable(self._node):
            return None
        try:
            values = get_argument_values(self._definition, self._node, NO_VARIABLES)
        except GraphQLError:
            return None  # told when the field is filled, at its place
        return values if all(isinstance(value, PLAIN) for value in values.values()) else None


PLAIN: Final = (str, int, float, bool, bytes, type(None))


@dataclass(frozen=True, slots=True)
class _Direct:
    """An argument whose value is a variable, or a constant."""

    out_name: str
    variable: str | None
    constant: Any
    nullable: bool


def _direct(definition: GraphQLField, node: FieldNode) -> list[_Direct] | None:
    """Return arguments that are each a whole variable or left to a plain default, None when one is neither."""
    given = {each.name.value: each.value for each in node.arguments or ()}
    found = []
    for name, argument in definition.args.items():
        out_name = argument.out_name or name
        value = given.get(name)
        if isinstance(value, VariableNode):
            nullable = not is_non_null_type(argument.type)
            found.append(_Direct(out_name, value.name.value, Undefined, nullable))
        elif value is None and argument.default is None and argument.default_value is Undefined:
            if is_non_null_type(argument.type):
                return None  # left out of a document that nobody validated
        else:
            return None
    return found


def _picked(direct: list[_Direct], coerced: Mapping[str, Any]) -> dict[str, Any] | None:
    """Take variables as they are; None for one that is absent, or null where it may not be."""
    values = {}
    for each in direct:
        value = coerced.get(each.variable or "", Undefined)
        if value is Undefined or (value is None and not each.nullable):
            return None
        values[each.out_name] = value
    return values


def _names_variable(node: FieldNode) -> bool:
    return any(_is_variable(argument.value) for argument in node.arguments or ())


def _is_variable(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_is_variable, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_is_variable(each.value) for each in value.fields)
    return isinstance(value, VariableNode)
