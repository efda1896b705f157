"""Names of entries: readable where they are about the product, a keyed digest where they are about people."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from gateway.sources.store import Name

__all__ = ["Keyer", "Tag"]


@dataclass(frozen=True, slots=True)
class Tag:
    """Something that entries are about, such as one contract. ``kind`` is one of a few words, ``key`` its id."""

    kind: str
    key: str | int


@dataclass(frozen=True, slots=True)
class Keyer:
    """Names entries so that the store's keys tell nothing about whose they are."""

    secret: bytes
    prefix: str

    def digest(self, tag: Tag) -> str:
        """Return the keyed digest that stands for a thing wherever its id must not."""
        return hmac.new(self.secret, f"{tag.kind}\0{tag.key}".encode(), hashlib.sha256).hexdigest()

    def name(self, read: str, version: str, tag: Tag) -> Name:
        """Return where a read's entry about a thing is kept.

        The braces make a cluster keep all that concerns the thing on one node, so that one script can see to it.
        """
        entity = f"{self.prefix}:{tag.kind}:{{{self.digest(tag)}}}"
        return Name(entity, f"{entity}:{read}:{version}")
