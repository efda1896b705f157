"""Request bodies, read up to a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, cast

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

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
    is_there, body = begin(_read(receive, limit))
    if is_there:
        return cast("bytes", body)
    try:
        async with asyncio.timeout(timeout_s):
            return await cast("Awaitable[bytes]", body)
    except TimeoutError:
        raise BodyTimeout from None


async def _read(receive: Receive, limit: int) -> bytes:
    """Read on past the limit for a while, keeping nothing: a client that still writes would not see the answer."""
    pieces: list[bytes] = []
    size = 0
    more = True
    while more and size <= DRAINED_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            pieces.clear()
    if size > limit:
        raise BodyTooLarge(limit)
    return b"".join(pieces)
