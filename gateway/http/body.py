"""Request bodies, read up to a limit."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from gateway.http.at_once import begin
from gateway.http.headers import header, is_given
from gateway.http.refusals import BodyTimeout, BodyTooLarge

__all__ = ["read_body"]

DRAINED_BYTES: Final = 16 * 1024 * 1024


async def read_body(scope: Scope, receive: Receive, limit: int, timeout_s: float) -> bytes:
    """Return the whole body. Raises: ``BodyTooLarge``, ``BodyTimeout``, ``ClientDisconnect``."""
    announced = header(scope, b"content-length") or ""
    size = int(announced) if announced.isdecimal() else 0
    if size > limit and (size > DRAINED_BYTES or is_given(scope, b"expect")):
        raise BodyTooLarge(limit)
    first: Any
    is_there, first = begin(receive())
    if is_there and _is_whole(first) and len(first["body"]) <= limit:
        return cast("bytes", first["body"])
    try:
        async with asyncio.timeout(timeout_s):
            return await _read(first if is_there else await first, receive, limit)
    except TimeoutError:
        raise BodyTimeout from None


def _is_whole(message: Any) -> bool:
    return "body" in message and not message.get("more_body", False)


async def _read(message: Message, receive: Receive, limit: int) -> bytes:
    """Read on past the limit for a while, keeping nothing: a client that still writes would not see the answer."""
    pieces: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            pieces.clear()
        if not more or size > DRAINED_BYTES:
            break
        message = await receive()
    if size > limit:
        raise BodyTooLarge(limit)
    return b"".join(pieces)
