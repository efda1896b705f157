"""GetDocument: the file in base64, written while it is sent."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator

from dev.simulators.kit import Reply
from dev.simulators.policy_core import soap
from dev.simulators.policy_core.soap import element
from dev.simulators.population import files
from dev.simulators.population.records import Document

_BASE64_LINE = 57


def reply(document: Document, policy_number: str, size_bytes: int | None) -> Reply:
    """The reply with a document; `size_bytes` replaces its own size."""
    size = size_bytes or document.size_bytes
    head = soap.opening("GetDocument") + "".join(
        (
            element("FileName", document.file_name),
            element("MediaType", document.media_type),
            element("Size", str(size)),
            "<Content>",
        )
    )
    title = document.title if policy_number in document.title else f"{document.title}, {policy_number}"
    tail = "</Content>" + soap.closing("GetDocument")
    body = _streamed(soap.encoded(head), files.pdf(title, size), soap.encoded(tail))
    return Reply(body, "text/xml", soap.CHARSET)


async def _streamed(head: bytes, pieces: Iterator[bytes], tail: bytes) -> AsyncIterator[bytes]:
    """The document in lines of base64, leaving the loop to others in between."""
    yield head
    waiting = b""
    for piece in pieces:
        waiting += piece
        whole = len(waiting) - len(waiting) % _BASE64_LINE
        if whole:
            yield base64.encodebytes(waiting[:whole])
        waiting = waiting[whole:]
        await asyncio.sleep(0)
    yield base64.encodebytes(waiting) + tail
