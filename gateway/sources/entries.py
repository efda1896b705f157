"""What was computed, as bytes: a value, that there is none, or how it failed; behind the instant of the computation."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Generic, TypeVar

from domain.errors import SourceError
from domain.ports import MISSING, Missing, Outcome
from gateway.sources import failures
from gateway.sources.codec import Codec, Uncodable

__all__ = ["Entry", "opened", "sealed"]

V = TypeVar("V")

HEADER: Final = struct.Struct(">2scQ")
MAGIC: Final = b"G3"
MICROSECOND: Final = timedelta(microseconds=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(Enum):
    """What the body is."""

    VALUE = b"V"
    MISSING = b"M"
    FAILURE = b"F"


@dataclass(frozen=True, slots=True)
class Entry(Generic[V]):
    """What a computation came to; ``computed_at`` is the instant at which it began."""

    computed_at: datetime
    outcome: Outcome[V]


def sealed(codec: Codec[V], entry: Entry[V]) -> bytes:
    """Return the bytes. Raises: ``Uncodable``."""
    if isinstance(entry.outcome, Missing):
        kind, body = Kind.MISSING, b""
    elif isinstance(entry.outcome, SourceError):
        kind, body = Kind.FAILURE, failures.encoded(entry.outcome)
    else:
        kind, body = Kind.VALUE, codec.encode(entry.outcome)
    return HEADER.pack(MAGIC, kind.value, (entry.computed_at - EPOCH) // MICROSECOND) + body


def opened(codec: Codec[V], data: bytes) -> Entry[V]:
    """Return what ``sealed`` was given; a failure is a new instance each time. Raises: ``Uncodable``."""
    try:
        magic, letter, computed_us = HEADER.unpack_from(data)
        kind = Kind(letter)
        computed_at = EPOCH + computed_us * MICROSECOND
    except (struct.error, ValueError, OverflowError) as wrong:
        raise Uncodable("not an entry") from wrong
    if magic != MAGIC:
        raise Uncodable("an entry of another layout")
    body = data[HEADER.size :]
    match kind:
        case Kind.MISSING:
            return Entry(computed_at, MISSING)
        case Kind.FAILURE:
            return Entry(computed_at, failures.decoded(body))
        case Kind.VALUE:
            return Entry(computed_at, codec.decode(body))
