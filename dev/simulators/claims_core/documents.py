"""The content of uploaded files."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from dev.simulators.kit import Reply
from dev.simulators.population import files
from dev.simulators.population.claim_records import ClaimFile


def reply(file: ClaimFile) -> Reply:
    """The file, of exactly the size that the claim says, in pieces."""
    is_pdf = file.media_type == "application/pdf"
    pieces = files.pdf(file.file_name, file.size_bytes) if is_pdf else files.jpeg(file.size_bytes)
    headers = {"Content-Length": str(file.size_bytes)}
    return Reply(streamed(pieces), file.media_type, headers=headers, length=file.size_bytes)


async def streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Pieces as they are wanted, leaving the loop to others in between."""
    for piece in pieces:
        yield piece
        await asyncio.sleep(0)
