"""The common envelope of requests and answers: contract/PROTOCOL.md, sections 1 and 6."""

from __future__ import annotations

import json
from decimal import Decimal
from email.message import Message
from enum import Enum
from functools import lru_cache
from typing import NoReturn

import msgspec

from adapters.life_valuation.wire.fields import Fields, JsonObject, Unreadable

__all__ = ["Failure", "Result", "Shape", "decode_answer", "encode_request"]

BAD_REQUEST = 400


class Shape(Enum):
    """Who failed shows in the shape of the failure."""

    CALCULATION = "A"
    DISPATCHER = "B"
    DOOR = "C"
    PARSER = "D"


class Failure(msgspec.Struct, frozen=True):
    """A failure in any of the four shapes. Units: ``wait_ms`` in milliseconds. Source: section 6."""

    shape: Shape
    code: int | None = None
    text: str = ""
    wait_ms: int | None = None


class Result(msgspec.Struct, frozen=True):
    """The ``result`` of a good answer. Source: section 1."""

    fields: Fields


def encode_request(key: str, operation: str, data: JsonObject) -> bytes:
    """Write a request."""
    return json.dumps({"key": key, "operation": operation, "data": data}, ensure_ascii=False).encode()


def decode_answer(status: int, content_type: str, body: bytes) -> Result | Failure:
    """Read an answer of any shape, 429 and 5xx of the balancer excepted.

    Raises: ``Unreadable`` for what no shape fits: HTML, a cut body, another charset than UTF-8.
    """
    media_type, charset = declared(content_type)
    if status == BAD_REQUEST and media_type == "text/plain":
        return Failure(Shape.PARSER)
    if media_type != "application/json":
        raise Unreadable(f"HTTP {status} with {media_type} instead of JSON")
    if charset != "utf-8":
        raise Unreadable("charset other than UTF-8 declared")
    return shaped(Fields.of(decode_json(body), "answer"), status)


@lru_cache(maxsize=32)
def declared(content_type: str) -> tuple[str, str]:
    """Return the media type and the charset that a header names, UTF-8 if it names none."""
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_type(), header.get_content_charset() or "utf-8"


def shaped(answer: Fields, status: int) -> Result | Failure:
    """Tell the shapes apart by their fields."""
    row = answer.row
    if "code" in row:
        wait_ms = answer.whole("wait_ms") if "wait_ms" in row else None
        return Failure(Shape.DISPATCHER, code=answer.whole("code"), wait_ms=wait_ms)
    if "error_text" in row:
        shape = Shape.CALCULATION if row.get("status") == "ERROR" else Shape.DOOR
        return Failure(shape, text=answer.text("error_text"))
    if row.get("status") == "OK" and status == 200:
        return Result(Fields.of(answer.value("result"), "result"))
    raise Unreadable(f"HTTP {status} with an answer of no known shape")


def decode_json(body: bytes) -> object:
    """Parse JSON with every number a ``Decimal``. Raises: ``Unreadable``."""
    try:
        text = body.decode()
    except UnicodeDecodeError as broken:
        raise Unreadable("octets are not UTF-8") from broken
    try:
        return json.loads(text, parse_float=plain_decimal, parse_int=Decimal, parse_constant=no_constant)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as broken:
        raise Unreadable("not JSON") from broken


def plain_decimal(digits: str) -> Decimal:
    """Read a number with a fraction; an exponent, which could stand for gigabytes of digits, is not agreed."""
    if "e" in digits or "E" in digits:
        raise Unreadable("number with an exponent")
    return Decimal(digits)


def no_constant(name: str) -> NoReturn:
    """Refuse NaN and infinities, which Python reads and JSON does not know."""
    raise Unreadable(f"number is {name}")
