"""The nightly file: what begins is made sure to be it, and then it is decoded as it comes."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from email.message import Message
from typing import Final

from adapters.life_valuation import wire
from adapters.life_valuation.client.failures import garbled, raise_failure
from adapters.life_valuation.errors import SOURCE
from adapters.life_valuation.settings import NIGHTLY, Settings
from adapters.replies import Body, refused_by_load
from adapters.transport import Transport
from domain.errors import NotFound, SourceGarbled
from domain.ports import Call

__all__ = ["open_nightly"]

MAX_FAILURE_BYTES: Final = 64 * 1024


@asynccontextmanager
async def open_nightly(
    settings: Settings, transport: Transport, day: date, call: Call
) -> AsyncIterator[AsyncIterator[wire.NightlyItem]]:
    """Open the nightly file of a day. Raises: ``NotFound``, ``SourceError``; so does its iterator."""
    async with (
        transport.download(NIGHTLY, call) as arrival,
        transport.stream(
            NIGHTLY,
            call,
            "GET",
            f"{settings.url}/nightly/{day:%Y%m%d}.txt",
            headers={"X-Api-Key": settings.key},
            timeout_s=settings.nightly_timeout_s,
            max_bytes=settings.max_nightly_bytes,
            arrival=arrival,
        ) as body,
    ):
        await check_file(body)
        yield nightly_items(body, day)


async def check_file(body: Body) -> None:
    """Make sure that what begins is the nightly file. Raises: ``NotFound``, ``SourceError``."""
    if body.status == 404:
        raise NotFound
    overload = refused_by_load(SOURCE, NIGHTLY, body)
    if overload is not None:
        raise overload
    declared = Message()
    declared["Content-Type"] = body.headers.get("Content-Type", "")
    charset = declared.get_content_charset("")
    if body.status == 200 and declared.get_content_type() == "text/plain" and is_cp866(charset):
        return
    with garbled(NIGHTLY):
        answer = wire.decode_answer(body.status, declared["Content-Type"], await head(body))
    if isinstance(answer, wire.Failure):
        raise_failure(NIGHTLY, answer)
    raise SourceGarbled(SOURCE, NIGHTLY, "JSON instead of the file")


async def head(body: Body) -> bytes:
    """Read the beginning of a body, enough for any failure."""
    read = b""
    async for piece in body.chunks:
        read += piece
        if len(read) > MAX_FAILURE_BYTES:
            break
    return read


def is_cp866(charset: str) -> bool:
    """Tell whether a declared charset is code page 866 under any of its names."""
    try:
        return codecs.lookup(charset).name == "cp866"
    except LookupError:
        return False


async def nightly_items(body: Body, day: date) -> AsyncIterator[wire.NightlyItem]:
    """Decode the file as it comes. Raises: ``SourceError``."""
    file = wire.NightlyFile(day)
    with garbled(NIGHTLY):
        async for piece in body.chunks:
            for item in file.feed(piece):
                yield item
        file.finish()
