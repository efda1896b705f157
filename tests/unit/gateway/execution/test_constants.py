"""Each request gets values of its own."""

from __future__ import annotations

from collections import OrderedDict, UserString
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from gateway.execution.constants import is_fixed, renewed


class Size(Enum):
    SMALL = 1


class Word(str):  # noqa: SLOT000 - it is meant to have room for attributes
    """May be given attributes, as any instance of a class."""


NESTED: dict[str, Any] = {"a": [1, [Size.SMALL]], "b": {"c": [{}], "d": None}, "e": []}


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, b"bytes", None, Size.SMALL])
def test_what_cannot_be_changed_is_given_as_it_is(value: Any) -> None:
    make = renewed(value)
    assert is_fixed(value)
    assert make is not None
    assert make() is value


@pytest.mark.parametrize("value", [[1, "a"], {"a": 1}, [], {}, NESTED, [NESTED], [[1], [2]]])
def test_lists_and_dicts_are_made_anew_however_deep(value: Any) -> None:
    make = renewed(value)
    assert not is_fixed(value)
    assert make is not None
    spelled = repr(value)
    for _ in range(2):
        made = make()
        assert repr(made) == spelled
        ruin(made)
    assert repr(value) == spelled
    assert repr(make()) == spelled


def ruin(value: Any) -> None:
    """Change all lists and dicts in a value."""
    for each in list(value.values() if isinstance(value, dict) else value):
        if isinstance(each, list | dict):
            ruin(each)
    value.clear()


def test_a_change_of_the_value_itself_does_not_matter_afterwards() -> None:
    flat, deep = [1, 2], {"a": [1]}
    makes = renewed(flat), renewed(deep)
    flat.clear()
    ruin(deep)
    assert [make() for make in makes if make is not None] == [[1, 2], {"a": [1]}]


@pytest.mark.parametrize(
    "value", [Decimal(1), Word("a"), UserString("a"), (1, 2), {1}, OrderedDict(a=1), object(), {(1,): 2}]
)
def test_whatever_else_there_is_cannot_be_made_anew(value: Any) -> None:
    assert renewed(value) is None
    assert renewed([value]) is None
    assert renewed({"a": [value]}) is None
