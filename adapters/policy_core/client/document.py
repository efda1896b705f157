"""GetDocument: the file passes through in pieces, never whole. Source: PROTOCOL.md, section 5."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from adapters.gate import Arrival
from adapters.policy_core import errors, wire
from adapters.policy_core.client.exchange import Exchange, data_of, headers, is_html, refuse_foreign
from adapters.policy_core.settings import FILE, Settings
from adapters.replies import Body, Reply
from adapters.transport import Transport
from domain.errors import SourceError
from domain.ports import MISSING, Call, Missing

__all__ = ["DocumentBody", "open_document"]

FOREIGN_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """A document on its way, ``media_type`` and ``size`` as the core spells them."""

    media_type: str | None
    size: str | None
    chunks: AsyncIterator[bytes]


@asynccontextmanager
async def open_document(
    settings: Settings, transport: Transport, exchange: Exchange, nodes: Sequence[wire.Node], call: Call
) -> AsyncIterator[DocumentBody | Missing]:
    """Open a document; an expired session is renewed and the request repeated, once."""
    async with transport.download(FILE, call) as arrival:
        for last_try in (False, True):
            session_id = await exchange.session.id(call)
            request = wire.request(FILE, ("SessionId", session_id), *nodes)
            try:
                async with opened(settings, transport, request, call, arrival) as found:
                    yield found
                    return
            except errors.SessionExpired:
                exchange.session.forget(session_id)
                if last_try:
                    raise errors.refused_session(FILE) from None


@asynccontextmanager
async def opened(
    settings: Settings, transport: Transport, request: bytes, call: Call, arrival: Arrival
) -> AsyncIterator[DocumentBody | Missing]:
    """Read a reply up to the file's first bytes. Raises: ``SessionExpired`` besides ``SourceError``."""
    limit = settings.max_document_bytes
    async with transport.stream(
        FILE,
        call,
        "POST",
        settings.url,
        body=request,
        headers=headers(FILE),
        timeout_s=settings.file_timeout_s,
        # Four characters for three bytes, as many again for line breaks at the very worst, and the envelope.
        max_bytes=limit * 3 + FOREIGN_BYTES,
        arrival=arrival,
    ) as body:
        if body.status != 200 or is_html(body.headers):
            data_of(FILE, await beginning(body), errors.answered)
            raise errors.garbled(FILE, f"an answer under HTTP {body.status}")
        refuse_foreign(FILE, Reply(body.status, body.headers, b""))
        reader = wire.DocumentReader(limit)
        async with aclosing(decoded(body, reader)) as chunks:
            first = await anext(chunks, b"")
            failure = errors.answered(FILE, reader.status)
            if isinstance(failure, SourceError):
                raise failure
            if failure is MISSING:
                yield MISSING
            elif not reader.in_content:
                raise errors.garbled(FILE, "no Content")
            else:
                yield DocumentBody(reader.media_type, reader.size, resumed(first, chunks))


async def beginning(body: Body) -> Reply:
    """Read what stands in a document's place; it is short, or it is cut."""
    seen = b""
    async for piece in body.chunks:
        seen += piece
        if len(seen) > FOREIGN_BYTES:
            break
    return Reply(body.status, body.headers, seen)


async def decoded(body: Body, reader: wire.DocumentReader) -> AsyncGenerator[bytes, None]:
    """Decode the file piece by piece. Raises: ``SourceError``, also half-way."""
    try:
        async for piece in body.chunks:
            if fresh := reader.feed(piece):
                yield fresh
        reader.finish()
    except wire.SoapFault as raised:
        raise errors.fault(FILE, raised) from raised
    except wire.Unreadable as broken:
        raise errors.garbled(FILE, str(broken)) from broken


async def resumed(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give back the piece that was read to find the beginning, then the rest."""
    if first:
        yield first
    async for chunk in chunks:
        yield chunk
