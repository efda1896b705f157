"""Bytes to records, and back.

``msgspec`` checks every field while it decodes: a number where text is due, a fraction where a whole number is due,
an instant without an offset or a missing field is an error, never a guess. Sums arrive as text or whole kopecks, so no
float is ever made. Decoding a page never fails for the sake of one row: such a row becomes ``Unreadable``.
"""

# ruff: noqa: N815 - fields are spelled as on the wire

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from adapters.claims_core.wire.records import (
    Claim,
    DeductiblePayment,
    Failure,
    Message,
    Page,
    Problem,
    Row,
    Station,
    Token,
    Total,
    Unreadable,
)

R = TypeVar("R")
T = TypeVar("T")


class Garbage(Exception):
    """Bytes that are not what the contract says; the text names a place in the document, never its content."""


class _RawBatch(msgspec.Struct, frozen=True):
    items: tuple[msgspec.Raw, ...]
    failures: tuple[Failure, ...]
    totals: dict[str, Total]
    next: str | None


class _RawList(msgspec.Struct, frozen=True):
    items: tuple[msgspec.Raw, ...]
    total: Total
    next: str | None


class _Keys(msgspec.Struct, frozen=True):
    id: object = None
    number: object = None
    policyNumber: object = None


_DECODERS: Final[Mapping[type[Any], msgspec.json.Decoder[Any]]] = {
    record: msgspec.json.Decoder(record)
    for record in (_RawBatch, _RawList, _Keys, Claim, Message, Station, Token, Problem)
}


def decode_claims(body: bytes) -> Page[Claim]:
    """Decode a page of claims. Raises: ``Garbage`` when not even the rows can be told apart."""
    raw = _decode(body, _RawBatch)
    return Page(_rows(raw.items, Claim), raw.failures, raw.next, totals=raw.totals)


def decode_messages(body: bytes) -> Page[Message]:
    """Decode a page of messages. Raises: ``Garbage``."""
    return _list(body, Message)


def decode_stations(body: bytes) -> Page[Station]:
    """Decode a page of repair stations. Raises: ``Garbage``."""
    return _list(body, Station)


def decode_token(body: bytes) -> Token:
    """Decode the token endpoint's answer. Raises: ``Garbage``."""
    return _decode(body, Token)


def decode_problem(body: bytes) -> Problem:
    """Decode a problem document. Raises: ``Garbage``."""
    return _decode(body, Problem)


def encode_payment(payment: DeductiblePayment) -> bytes:
    """Encode the body of a payment."""
    return msgspec.json.encode(payment)


def _list(body: bytes, record: type[R]) -> Page[R]:
    raw = _decode(body, _RawList)
    return Page(_rows(raw.items, record), (), raw.next, total=raw.total)


def _rows(raw: Iterable[msgspec.Raw], record: type[R]) -> tuple[Row[R], ...]:
    return tuple(_row(item, record) for item in raw)


def _row(raw: msgspec.Raw, record: type[R]) -> Row[R]:
    try:
        return _decode(raw, record)
    except Garbage as broken:
        return _unreadable(raw, str(broken))


def _unreadable(raw: msgspec.Raw, detail: str) -> Unreadable:
    try:
        keys = _decode(raw, _Keys)
    except Garbage:
        return Unreadable(detail)
    found = (key if isinstance(key, str) else None for key in (keys.id, keys.number, keys.policyNumber))
    return Unreadable(detail, *found)


def _decode(body: bytes | msgspec.Raw, record: type[T]) -> T:
    try:
        found: T = _DECODERS[record].decode(body)
    except UnicodeDecodeError as broken:
        raise Garbage("not UTF-8") from broken
    except RecursionError as broken:
        raise Garbage("nested too deep") from broken
    except msgspec.MsgspecError as broken:
        raise Garbage(str(broken)) from broken
    return found
