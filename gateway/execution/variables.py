"""Variables of an operation: checked by type at once where a plain value is given, by graphql-core otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import (
    BooleanValueNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_nullable_type,
    is_non_null_type,
    is_scalar_type,
    is_specified_scalar_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues, get_variable_values

__all__ = ["Coerced", "Variables"]

MOST_ERRORS: Final = 50


def _is_int(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


PLAIN: Final[Mapping[str, Callable[[Any], bool]]] = {
    "String": lambda value: type(value) is str,
    "ID": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": _is_int,
}
"""Specified scalar -> whether a value from JSON is already what it has to become."""


class Coerced:
    """A request's variables. Raises: nothing; ``errors`` tells what is wrong with them."""

    __slots__ = ("_make", "_values", "errors", "values")

    def __init__(self, values: dict[str, Any], make: Callable[[], VariableValues | list[GraphQLError]]) -> None:
        self.values = values
        self.errors: list[GraphQLError] = []
        self._make = make
        self._values: VariableValues | None = None

    def full(self) -> VariableValues:
        """Return graphql-core's form of them, made when it is first needed."""
        if self._values is None:
            made = self._make()
            assert isinstance(made, VariableValues), "the same variables were good before"
            self._values = made
        return self._values


class Variables:
    """Coerces the variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._plain = {each.variable.name.value: _plain(schema, each) for each in self._definitions}

    @property
    def defaults(self) -> dict[str, bool]:
        """Defaults that are true or false, by the names of their variables."""
        return {
            each.variable.name.value: each.default_value.value
            for each in self._definitions
            if isinstance(each.default_value, BooleanValueNode)
        }

    def coerced(self, raw: Mapping[str, Any]) -> Coerced:
        """Coerce a request's variables."""
        values: dict[str, Any] = {}
        for name, (is_good, may_be_absent) in self._plain.items():
            if name in raw:
                if not is_good(raw[name]):
                    return self._by_reference(raw)
                values[name] = raw[name]
            elif not may_be_absent:
                return self._by_reference(raw)
        return Coerced(values, lambda: self._get(raw))

    def _by_reference(self, raw: Mapping[str, Any]) -> Coerced:
        found = self._get(raw)
        if isinstance(found, VariableValues):
            return Coerced(found.coerced, lambda: found)
        bad = Coerced({}, lambda: found)
        bad.errors = found
        return bad

    def _get(self, raw: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        return get_variable_values(self._schema, self._definitions, dict(raw), max_errors=MOST_ERRORS)


def _plain(schema: GraphQLSchema, node: VariableDefinitionNode) -> tuple[Callable[[Any], bool], bool]:
    """Return what tells that a value needs no coercion, and whether an absent one simply stays away."""
    type_: Any = type_from_ast(schema, node.type)
    named: Any = get_nullable_type(type_)
    if not is_scalar_type(named) or not is_specified_scalar_type(named) or named.name not in PLAIN:
        return (lambda _value: False), False
    good = PLAIN[named.name]
    if is_non_null_type(type_):
        return good, False
    return (lambda value: value is None or good(value)), node.default_value is None
