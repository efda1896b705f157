"""Files in memory, and links that lead nowhere but tell what they were made for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.errors import NotFound, SourceError
from domain.ports import Call, FileKey, Files, FileStream, SignedLink
from domain.viewer import Viewer
from tests.fakes.clock import NOW

__all__ = ["EXPIRES_AT", "FakeFiles", "FakeLinks"]

EXPIRES_AT: Final[datetime] = NOW + timedelta(minutes=5)
"""When every fake link ends."""

PIECE = 4


class FakeFiles:
    """Files by key: bytes, or the failure met on opening. ``opened`` and ``closed`` keep the keys, in order."""

    def __init__(self, contents: Mapping[FileKey, bytes | SourceError]) -> None:
        self.contents = dict(contents)
        self.opened: list[FileKey] = []
        self.closed: list[FileKey] = []
        self.ports = Files(policy_document=self.open, claim_file=self.open)

    @asynccontextmanager
    async def open(self, key: FileKey, call: Call) -> AsyncIterator[FileStream]:
        """Open a file. Raises: ``NotFound``, ``SourceError``."""
        content = self.contents.get(key)
        if content is None:
            raise NotFound
        if isinstance(content, SourceError):
            raise content
        self.opened.append(key)
        try:
            yield FileStream("application/pdf", len(content), pieces(content))
        finally:
            self.closed.append(key)


@dataclass(slots=True)
class FakeLinks:
    """Links that name their file; ``signed`` keeps who asked for what, in order."""

    signed: list[tuple[Viewer, FileKey, str]] = field(default_factory=list)

    def sign(self, viewer: Viewer, file: FileKey, file_name: str) -> SignedLink:
        """Return a link bound to nothing."""
        self.signed.append((viewer, file, file_name))
        return SignedLink(f"https://files.test/{len(self.signed)}", EXPIRES_AT)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    """Cut a file into small pieces."""
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
