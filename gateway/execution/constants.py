"""Input values that are the same for every request, and how each request gets one of its own."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final

__all__ = ["is_fixed", "renewed"]

PLAIN: Final = frozenset({str, int, float, bool, bytes, type(None)})


def is_fixed(value: Any) -> bool:
    """Whether nobody who is given a value can change it for others."""
    return type(value) in PLAIN or isinstance(value, Enum)


def renewed(value: Any) -> Callable[[], Any] | None:
    """Return what gives a value, its lists and dicts made anew at each call; None where something else is in it.

    Changing what was given, or later the value itself, changes nothing that is given afterwards.
    """
    if is_fixed(value):
        return lambda: value
    if type(value) is list:
        return _renewed_list(value)
    return _renewed_dict(value) if type(value) is dict else None


def _renewed_list(value: list[Any]) -> Callable[[], Any] | None:
    if all(map(is_fixed, value)):
        return list(value).copy
    makes = [make for make in map(renewed, value) if make is not None]
    return (lambda: [make() for make in makes]) if len(makes) == len(value) else None


def _renewed_dict(value: dict[Any, Any]) -> Callable[[], Any] | None:
    if not all(map(is_fixed, value)):
        return None
    if all(map(is_fixed, value.values())):
        return dict(value).copy
    makes = {key: make for key, each in value.items() if (make := renewed(each)) is not None}
    return (lambda: {key: make() for key, make in makes.items()}) if len(makes) == len(value) else None
