"""Automatic persisted queries: documents that clients leave under their hash, the latest used of them, in memory.

Each replica learns by itself; a document that one does not have costs its client one more request.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256

__all__ = ["Automatic", "hash_of"]


def hash_of(text: str) -> str:
    """Return the hash that a document is left under."""
    return sha256(text.encode()).hexdigest()


class Automatic:
    """Remembers documents up to ``max_bytes`` of UTF-8, none if that is 0."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, str] = OrderedDict()
        self.bytes = 0

    @property
    def is_on(self) -> bool:
        """Whether anything is remembered."""
        return self._max_bytes > 0

    def get(self, key: str) -> str | None:
        """Return the document left under a hash."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, key: str, text: str) -> None:
        """Remember a document under its hash, and forget those not used for longest."""
        size = len(text.encode())
        if key in self._kept or size > self._max_bytes:
            return
        self._kept[key] = text
        self.bytes += size
        while self.bytes > self._max_bytes:
            _, forgotten = self._kept.popitem(last=False)
            self.bytes -= len(forgotten.encode())
