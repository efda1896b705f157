"""How an answer comes in: piece by piece, and what can go wrong on its way, in the domain's terms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp

from adapters.gate import Arrival
from domain.errors import Source, SourceGarbled, SourceTimeout, SourceUnavailable

__all__ = ["pieces", "translated"]

PIECE_BYTES: Final = 64 * 1024


@contextmanager
def translated(source: Source, operation: str) -> Iterator[None]:
    """Turn what asyncio and aiohttp raise into the domain's tree."""
    try:
        yield
    except TimeoutError as late:
        raise SourceTimeout(source, operation, "no whole answer in time") from late
    except aiohttp.ClientPayloadError as cut:
        # Without a reset the sender closed politely after too few bytes; aiohttp tells the two apart in the text alone.
        if isinstance(cut.__cause__, OSError) or "ConnectionResetError" in str(cut):
            raise SourceUnavailable(source, operation, "connection reset in the body") from cut
        raise SourceGarbled(source, operation, "body is shorter than announced") from cut
    except (aiohttp.ClientConnectionError, OSError) as lost:
        raise SourceUnavailable(source, operation, type(lost).__name__) from lost
    except aiohttp.ClientError as broken:
        raise SourceGarbled(source, operation, type(broken).__name__) from broken


async def pieces(
    source: Source, operation: str, response: aiohttp.ClientResponse, max_bytes: int, arrival: Arrival
) -> AsyncIterator[bytes]:
    """Read a body in pieces of at most 64 kB. Raises: ``SourceGarbled`` past ``max_bytes``."""
    seen = 0
    with translated(source, operation):
        async for piece in response.content.iter_chunked(PIECE_BYTES):
            arrival.came()
            seen += len(piece)
            if seen > max_bytes:
                raise SourceGarbled(source, operation, f"body is over {max_bytes} bytes")
            yield piece
            arrival.awaited()
        arrival.came()
