"""Which of the two GraphQL response types a client prefers."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

from gateway.http.quality import preferences

__all__ = ["MediaType", "negotiated"]


class MediaType(StrEnum):
    """Types of a GraphQL response (GraphQL over HTTP, 6.1)."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"

    @property
    def request_error_status(self) -> int:
        """Status of a well-formed request whose operation could not be run.

        Under ``application/json`` it is 200: with another status a client could not tell our answer from a proxy's.
        """
        return 200 if self is MediaType.JSON else 400


ANY: Final = ("application/*", "*/*")


@lru_cache(maxsize=256)
def negotiated(accept: str | None) -> MediaType | None:
    """Return the type to answer with, None when the client takes neither.

    Without a wish, and for ``*/*``, it is ``application/json``, as clients that say nothing are old ones.
    """
    if accept is None or not accept.strip():
        return MediaType.JSON
    ranges = preferences(accept)
    best: tuple[float, int] = (0.0, 0)
    chosen: MediaType | None = None
    for candidate in MediaType:
        quality, place = _match(candidate, ranges)
        # Of equals, the one named first wins.
        if quality > 0 and (chosen is None or (quality, -place) > best):
            best, chosen = (quality, -place), candidate
    return chosen


def _match(candidate: MediaType, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """Return quality and place of the most specific range that names the candidate."""
    for wanted in (candidate.value, *ANY):
        for place, (named, quality) in enumerate(ranges):
            if named == wanted:
                return quality, place
    return 0.0, len(ranges)
