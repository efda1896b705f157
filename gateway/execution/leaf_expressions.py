"""Expressions of scalars and enums: a test in place for values of the expected class, a function for all others."""

from __future__ import annotations

from typing import Any

from graphql import is_enum_type

from gateway.execution import leaves
from gateway.execution.layout import bound

__all__ = ["leaf"]


def leaf(type_: Any, value: str, name: str, may_be_null: bool, names: dict[str, Any], *, native_json: bool) -> str:
    """Return the expression of a completed leaf.

    ``value`` is the expression of the value, ``name`` what to call it, ``names`` what the source refers to.
    """
    name, bind = bound(value, name)
    if is_enum_type(type_):
        return _enum(type_, value, name, bind, may_be_null, names)
    names.setdefault(f"scalar_{type_.name}", leaves.serializer(type_))
    as_it_is = leaves.as_it_is(type_, names, native_json=native_json)
    if as_it_is is None and (text := leaves.as_text(type_, names)) is not None:
        test, shown = (each.format(v=name) for each in text)
        if may_be_null:
            return f"(None if {bind} is None else {shown} if {test} else scalar_{type_.name}({name}))"
        return f"({shown} if {test.replace(name, bind, 1)} else scalar_{type_.name}({name}))"
    if as_it_is is None:
        serialized = f"scalar_{type_.name}({name if may_be_null else value})"
        return f"(None if {bind} is None else {serialized})" if may_be_null else serialized
    test = as_it_is.format(v=name).replace(name, bind, 1)
    if may_be_null:
        test = f"{test} or {name} is None" if " and " not in test else f"({test}) or {name} is None"
    return f"({name} if {test} else scalar_{type_.name}({name}))"


def _enum(type_: Any, value: str, name: str, bind: str, may_be_null: bool, names: dict[str, Any]) -> str:
    table = f"enum_{type_.name}"
    names.setdefault(table, leaves.EnumNames(type_))
    members = leaves.members(type_)
    if members is None:
        return f"(None if {bind} is None else {table}[{name}])" if may_be_null else f"{table}[{value}]"
    names[f"members_{type_.name}"] = members
    first = name if may_be_null else bind
    shown = f"{name}._name_ if type({first}) is members_{type_.name} else {table}[{name}]"
    return f"(None if {bind} is None else {shown})" if may_be_null else f"({shown})"
