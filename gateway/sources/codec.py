"""Frozen dataclasses to bytes and back, by their type hints.

Enough types for what the domain's values are made of, and not one more: a type that is not listed is refused when the
codec is built. Decoding checks every field, so bytes written by another version, or by anyone else, never become a
half-right value.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, DecimalException
from enum import Enum
from typing import Any, Final, Generic, NewType, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from domain import models
from domain.money import Money

__all__ = ["Codec", "Uncodable"]

V = TypeVar("V")

Decode: TypeAlias = Callable[[Any], Any]

# The models import these for type checkers only, so their hints are resolved against this table.
NAMES: Final = vars(models) | {"Money": Money, "Decimal": Decimal, "date": date, "datetime": datetime}


class Uncodable(ValueError):
    """The bytes are not a value of the codec's type, or JSON cannot hold the value."""


class Codec(Generic[V]):
    """Encodes values of one dataclass.

    ``fingerprint`` changes with any field's name or type, at any depth: part of a cache key, it makes values of
    another version invisible instead of wrong.
    """

    def __init__(self, kind: type[V]) -> None:
        """Compile the decoder. Raises: ``TypeError`` for a field of a type the codec does not know."""
        shape: list[str] = []
        self._decode = decoder(kind, shape)
        self.fingerprint = hashlib.sha256("\n".join(shape).encode()).hexdigest()[:8]

    def encode(self, value: V) -> bytes:
        """Return JSON; decimals are strings, so every digit and the exponent survive. Raises: ``Uncodable``."""
        try:
            return orjson.dumps(value, default=exact)
        except TypeError as wrong:
            raise Uncodable(type(wrong).__name__) from wrong

    def decode(self, data: bytes) -> V:
        """Return the value. Raises: ``Uncodable``."""
        try:
            return cast("V", self._decode(orjson.loads(data)))
        except (ValueError, TypeError, KeyError, DecimalException) as wrong:
            raise Uncodable(type(wrong).__name__) from wrong


def exact(value: object) -> str:
    """Write what JSON has no exact form for. Raises: ``TypeError`` for anything but a decimal."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def decoder(hint: Any, shape: list[str]) -> Decode:
    """Return the decoder of a type and note the type's shape."""
    if isinstance(hint, NewType):
        return decoder(hint.__supertype__, shape)
    if get_origin(hint) in {Union, types.UnionType}:
        return optional(hint, shape)
    if get_origin(hint) is tuple:
        return sequence(hint, shape)
    if is_dataclass(hint):
        return record(cast("type[Any]", hint), shape)
    if isinstance(hint, type) and issubclass(hint, Enum):
        shape.append(f"{hint.__name__}={','.join(str(member.value) for member in hint)}")
        return hint
    if hint not in SCALARS:
        raise TypeError(f"the codec does not know {hint}")
    shape.append(hint.__name__)
    return SCALARS[hint]


def optional(hint: Any, shape: list[str]) -> Decode:
    """Decode ``X | None``."""
    kinds = [kind for kind in get_args(hint) if kind is not types.NoneType]
    if len(kinds) != 1 or len(get_args(hint)) != 2:
        raise TypeError(f"the codec does not know {hint}")
    shape.append("optional")
    decode = decoder(kinds[0], shape)
    return lambda data: None if data is None else decode(data)


def sequence(hint: Any, shape: list[str]) -> Decode:
    """Decode ``tuple[X, ...]``."""
    item, *rest = get_args(hint)
    if rest != [Ellipsis]:
        raise TypeError(f"the codec does not know {hint}")
    shape.append("tuple")
    decode = decoder(item, shape)
    return lambda data: tuple(decode(each) for each in checked(list, data))


def record(kind: type[Any], shape: list[str]) -> Decode:
    """Decode a dataclass with exactly its own fields."""
    hints = get_type_hints(kind, localns=NAMES)
    shape.append(f"{kind.__name__}{{")
    decoders: dict[str, Decode] = {}
    for each in fields(kind):
        shape.append(each.name)
        decoders[each.name] = decoder(hints[each.name], shape)
    shape.append("}")

    def decode(data: Any) -> Any:
        if checked(dict, data).keys() != decoders.keys():
            raise ValueError(f"not the fields of {kind.__name__}")
        return kind(**{name: each(data[name]) for name, each in decoders.items()})

    return decode


def checked(kind: type[V], data: Any) -> V:
    """Return data that is of exactly this type. Raises: ``TypeError``."""
    if type(data) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return data


SCALARS: Final[dict[Any, Decode]] = {
    str: lambda data: checked(str, data),
    int: lambda data: checked(int, data),
    bool: lambda data: checked(bool, data),
    Decimal: lambda data: Decimal(checked(str, data)),
    date: lambda data: date.fromisoformat(checked(str, data)),
    datetime: lambda data: datetime.fromisoformat(checked(str, data)),
}
