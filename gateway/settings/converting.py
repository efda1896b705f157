"""A value of a file or of the environment, as the type that its setting declares."""

from __future__ import annotations

import difflib
import math
import types
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Any, Final, Union, get_args, get_origin

__all__ = ["Unfit", "from_text", "from_toml"]

SWITCHES: Final = {"true": True, "1": True, "false": False, "0": False}


class Unfit(ValueError):
    """The value does not fit; the text says what is wanted."""


def from_text(text: str, wanted: Any) -> Any:
    """Convert an environment variable. Raises: ``Unfit``."""
    inner, optional = _unwrapped(wanted)
    if optional and not text:
        return None
    if get_origin(inner) is tuple:
        item = get_args(inner)[0]
        return tuple(from_text(part.strip(), item) for part in text.split(",") if part.strip())
    if inner is bool:
        return _chosen(text.lower(), SWITCHES)
    return _scalar(inner)(text)


def from_toml(value: Any, wanted: Any) -> Any:
    """Convert a value of a TOML file, whose numbers with a point were read as ``Decimal``. Raises: ``Unfit``."""
    inner, _ = _unwrapped(wanted)
    if get_origin(inner) is tuple:
        if not isinstance(value, list):
            raise Unfit("a list is wanted")
        return tuple(from_toml(item, get_args(inner)[0]) for item in value)
    if inner is bool:
        if not isinstance(value, bool):
            raise Unfit("true or false is wanted")
        return value
    accepted = _accepted(inner)
    if isinstance(value, bool) or not isinstance(value, accepted):
        raise Unfit(WANTED.get(inner, "a text is wanted"))
    return _scalar(inner)(value)


def _unwrapped(wanted: Any) -> tuple[Any, bool]:
    """Strip ``| None``."""
    if get_origin(wanted) not in {Union, types.UnionType}:
        return wanted, False
    (inner,) = [each for each in get_args(wanted) if each is not type(None)]
    return inner, True


def _accepted(inner: Any) -> tuple[type, ...]:
    if inner is int:
        return (int,)
    if inner is float:
        return (int, Decimal)
    if inner is Decimal:
        return (int, Decimal, str)
    return (str,)


def _scalar(inner: Any) -> Callable[[Any], Any]:
    if issubclass(inner, Enum):
        return lambda value: _chosen(value, {str(member.value): member for member in inner})
    if issubclass(inner, str):
        return lambda value: str.__new__(inner, value)
    try:
        return SCALARS[inner]
    except KeyError:
        raise TypeError(f"settings cannot be of type {inner!r}") from None


def _chosen(value: str, choices: Mapping[str, Any]) -> Any:
    if value in choices:
        return choices[value]
    near = difflib.get_close_matches(value, choices, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise Unfit(f"one of {', '.join(choices)} is wanted{hint}")


def _int(value: int | str) -> int:
    try:
        return int(value)
    except ValueError:
        raise Unfit(WANTED[int]) from None


def _float(value: int | Decimal | str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise Unfit(WANTED[float]) from None
    if not math.isfinite(number):
        raise Unfit(WANTED[float])
    return number


def _decimal(value: int | Decimal | str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Unfit(WANTED[Decimal]) from None
    if not number.is_finite():
        raise Unfit(WANTED[Decimal])
    return number


SCALARS: Final[Mapping[type, Callable[[Any], Any]]] = {int: _int, float: _float, Decimal: _decimal, Path: Path}
WANTED: Final[Mapping[type, str]] = {
    int: "a whole number is wanted",
    float: "a number is wanted",
    Decimal: "a decimal number is wanted",
    Path: "a path is wanted",
}
