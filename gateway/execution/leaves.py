"""Scalars and enums in generated code: an expression for values of the expected type, a function for all others."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from types import GeneratorType
from typing import Any, Final

from graphql import GraphQLEnumType, Undefined, is_specified_scalar_type
from graphql.pyutils import is_awaitable

from gateway.execution.filling import MARK

__all__ = ["FINE", "EnumNames", "Fine", "Odd", "as_it_is", "as_text", "isfinite", "members", "odd", "serializer"]

EXACT: Final = {
    "String": "type({v}) is str",
    "ID": "type({v}) is str",
    "Boolean": "type({v}) is bool",
    "Int": "type({v}) is int and -2147483648 <= {v} <= 2147483647",
    "Float": "type({v}) is float and isfinite({v})",
}
"""Specified scalar -> what tells that a value goes into the answer as it is."""


class Odd(Exception):
    """A value that generated code does not know what to do with; it is completed with care instead."""


def odd() -> Any:
    """Give up on a value. Raises: ``Odd``."""
    raise Odd


class Fine(set[type]):
    """Classes whose instances are plain values: neither null, nor an exception, nor something to await."""

    def takes(self, value: Any) -> bool:
        """Return whether a value's class is one of them, learning those not seen before."""
        if value is None or value is Undefined or isinstance(value, Exception) or is_awaitable(value):
            return False
        if not isinstance(value, GeneratorType):  # of which some are awaitable
            self.add(type(value))
        return True


FINE: Final = Fine()


def serializer(type_: Any) -> Callable[[Any], Any]:
    """Return a function that serializes plain values of a scalar. It raises ``Odd``, or what the scalar raises."""
    coerce = type_.coerce_output_value

    def serialize(value: Any) -> Any:
        if type(value) not in FINE and not FINE.takes(value):
            raise Odd
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Odd
        return coerced

    return serialize


class EnumNames(dict[Any, str]):
    """Names of an enum's values, learned one by one from the type itself."""

    def __init__(self, type_: GraphQLEnumType) -> None:
        super().__init__()
        self._type = type_

    def __missing__(self, value: Any) -> str:
        if type(value) not in FINE and not FINE.takes(value):
            raise Odd
        name: Any = self._type.coerce_output_value(value)
        if not isinstance(name, str):
            raise Odd
        self[value] = name
        return name


def members(type_: GraphQLEnumType) -> type | None:
    """Return the Python enum whose members an enum is marked to show by their names."""
    marked: type | None = (type_.extensions or {}).get(MARK, {}).get("members")
    return marked


def as_it_is(type_: Any, names: dict[str, Any], *, native_json: bool) -> str | None:
    """Return the test, with a ``{v}`` for the value, of whether a value goes into the answer as it is.

    None for a scalar whose values all have to be serialized. A scalar may be marked with a class whose instances the
    JSON writer writes exactly as it does; the test is for that class then, which goes into ``names``.
    """
    if is_specified_scalar_type(type_) and type_.name in EXACT:
        return EXACT[type_.name]
    native = (type_.extensions or {}).get(MARK, {}).get("json")
    if native is None or not native_json:
        return None
    names[f"json_{type_.name}"] = native
    return f"type({{v}}) is json_{type_.name}"


def as_text(type_: Any, names: dict[str, Any]) -> tuple[str, str] | None:
    """Return the test, and the expression, of values that a scalar is marked to write by one function.

    Both have a ``{v}`` for the value; what they refer to goes into ``names``.
    """
    marked = (type_.extensions or {}).get(MARK, {}).get("text")
    if marked is None:
        return None
    names[f"kind_{type_.name}"], names[f"text_{type_.name}"] = marked
    return f"type({{v}}) is kind_{type_.name}", f"text_{type_.name}({{v}})"
