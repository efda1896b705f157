"""Variables of an operation: taken at once where plain values are given, coerced by graphql-core otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final, NamedTuple

from graphql import (
    BooleanValueNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    coerce_input_value,
    is_enum_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_specified_scalar_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues, get_variable_values

from gateway.execution.constants import is_fixed, renewed

__all__ = ["Coerced", "Variables"]

MOST_ERRORS: Final = 50
EXACT: Final = 2**53
"""Up to it a float can be any whole number."""

Take = Callable[[Any], Any]
"""From a value as it comes in JSON to the coerced one; ``Undefined`` where graphql-core has to look at it."""


def _whole_number(value: Any) -> Any:
    return value if type(value) is int and -(2**31) <= value < 2**31 else Undefined


def _number(value: Any) -> Any:
    if type(value) is float and isfinite(value):
        return value
    return float(value) if type(value) is int and -EXACT <= value <= EXACT else Undefined


PLAIN: Final[Mapping[str, Take]] = {
    "String": lambda value: value if type(value) is str else Undefined,
    "ID": lambda value: value if type(value) is str else Undefined,
    "Boolean": lambda value: value if type(value) is bool else Undefined,
    "Int": _whole_number,
    "Float": _number,
}
"""How values of the specified scalars are taken."""


class Coerced:
    """A request's variables. Raises: nothing; ``errors`` tells what is wrong with them."""

    __slots__ = ("_make", "_values", "errors", "values")

    def __init__(self, values: dict[str, Any], make: Callable[[], VariableValues | list[GraphQLError]]) -> None:
        self.values = values
        self.errors: list[GraphQLError] = []
        self._make = make
        self._values: VariableValues | None = None

    def full(self) -> VariableValues:
        """Return graphql-core's form of them, made when it is first needed; the values in it are the same objects."""
        if self._values is None:
            made = self._make()
            assert isinstance(made, VariableValues), "the same variables were good before"
            self._values = VariableValues(made.sources, self.values)
        return self._values


class Variables:
    """Coerces the variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._known = [_known(schema, each) for each in self._definitions]

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
        for name, take, default in self._known:
            value = take(raw[name]) if name in raw else default()
            if value is not Undefined:
                values[name] = value
            elif name in raw or default is not _nothing:
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


class _Known(NamedTuple):
    """What is known of a variable before there is a request."""

    name: str
    take: Take
    default: Callable[[], Any]
    """Makes the value of one that is absent: ``_nothing`` if it then simply stays away."""


def _known(schema: GraphQLSchema, node: VariableDefinitionNode) -> _Known:
    type_ = type_from_ast(schema, node.type)
    default = _nothing if is_input_type(type_) and not is_non_null_type(type_) else _unknown
    if node.default_value is not None:
        default = _default(schema, node)
    return _Known(node.variable.name.value, _take(type_), default)


def _default(schema: GraphQLSchema, node: VariableDefinitionNode) -> Callable[[], Any]:
    """Coerce a variable's default, once if that is good for all requests."""
    try:
        found = get_variable_values(schema, [node], {})
    except Exception:  # noqa: BLE001 - whatever an input's class raises, it raises it again at each request
        return _unknown
    values = found.coerced if isinstance(found, VariableValues) else {}
    return renewed(values.get(node.variable.name.value, Undefined)) or _unknown


def _take(type_: Any) -> Take:
    """Return what takes values of an input type."""
    if is_non_null_type(type_):
        return _take_what_is_there(type_.of_type)
    take = _take_what_is_there(type_)
    return lambda value: None if value is None else take(value)


def _take_what_is_there(type_: Any) -> Take:
    """Return what takes values of an input type but null."""
    if is_list_type(type_):
        return _list(_take(type_.of_type))
    if is_enum_type(type_):
        return _member(type_)
    return PLAIN[type_.name] if type_ is not None and is_specified_scalar_type(type_) else _unknown


def _list(take: Take) -> Take:
    def take_list(value: Any) -> Any:
        if type(value) is not list:
            return Undefined
        items = []
        for item in value:
            if (taken := take(item)) is Undefined:
                return Undefined
            items.append(taken)
        return items

    return take_list


def _member(type_: GraphQLEnumType) -> Take:
    members = {name: member for name in type_.values if is_fixed(member := coerce_input_value(name, type_))}
    return lambda value: members.get(value, Undefined) if type(value) is str else Undefined


def _nothing() -> Any:
    return Undefined


def _unknown(_value: Any = None) -> Any:
    return Undefined
