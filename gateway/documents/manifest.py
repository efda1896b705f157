"""One list of documents, as the tools of Apollo and Relay write it when an application is built.

Apollo: ``{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body", ...}]}``.
Relay: ``{"<hash of the text>": "<text>"}``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

__all__ = ["Algorithm", "ManifestUnfit", "documents"]

APOLLO: Final = "apollo-persisted-query-manifest"
SHOWN: Final = 16
"""How much of an id stands in a message."""


class Algorithm(StrEnum):
    """What the ids of a list are made by; of ``OPAQUE`` ones nothing can be verified."""

    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    OPAQUE = "opaque"


BY_LENGTH: Final = {64: Algorithm.SHA256, 40: Algorithm.SHA1, 32: Algorithm.MD5}
"""Digits of a hash -> what makes hashes so long. Relay's tool has these three and does not say which it used."""


class ManifestUnfit(ValueError):
    """The list cannot be taken; the text says why."""


class Operation(msgspec.Struct):
    """An entry of Apollo's list; what else it says follows from the text."""

    id: str
    body: str


class ApolloManifest(msgspec.Struct):
    """Apollo's list."""

    version: int
    operations: list[Operation]


def documents(content: bytes, algorithm: Algorithm | None = None) -> Mapping[str, str]:
    """Return id -> text, each id verified by the algorithm declared for the list, or else by its format's.

    Raises: ``ManifestUnfit``.
    """
    try:
        raw = msgspec.json.decode(content)
        apollo = isinstance(raw, dict) and "format" in raw
        listed = _of_apollo(raw) if apollo else msgspec.convert(raw, dict[str, str]).items()
    except (msgspec.MsgspecError, UnicodeDecodeError) as broken:
        raise ManifestUnfit(f"not a list of documents of Apollo's or Relay's: {broken}") from None
    found: dict[str, str] = {}
    for name, text in listed:
        if name in found:
            raise ManifestUnfit(f"{_short(name)} is listed twice")
        _verify(name, text, algorithm or (Algorithm.SHA256 if apollo else _guessed(name)))
        found[name] = text
    return found


def _of_apollo(raw: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if raw["format"] != APOLLO:
        raise ManifestUnfit(f"of the format {str(raw['format'])[:64]!r}; {APOLLO!r} is known")
    manifest = msgspec.convert(raw, ApolloManifest)
    if manifest.version != 1:
        raise ManifestUnfit(f"of version {manifest.version} of its format; 1 is known")
    return [(each.id, each.body) for each in manifest.operations]


def _guessed(name: str) -> Algorithm:
    try:
        return BY_LENGTH[len(name)]
    except KeyError:
        raise ManifestUnfit(
            f"{_short(name)} is no hash; declare the list's algorithm, opaque if there is none"
        ) from None


def _verify(name: str, text: str, algorithm: Algorithm) -> None:
    if not name:
        raise ManifestUnfit("an id is empty")
    if algorithm is Algorithm.OPAQUE:
        return
    made = hashlib.new(algorithm.value, text.encode(), usedforsecurity=False).hexdigest()
    if made != name:
        raise ManifestUnfit(f"{_short(name)} is not the {algorithm.value} of its document")


def _short(name: str) -> str:
    return repr(name if len(name) <= SHOWN else f"{name[:SHOWN]}…")
