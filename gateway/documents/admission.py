"""Which document a request runs: found by its id, or allowed as it was sent."""

from __future__ import annotations

from dataclasses import dataclass

from domain.clock import Clock, today
from gateway.documents.automatic import Automatic, hash_of
from gateway.documents.errors import (
    AutomaticOff,
    DocumentNotTrusted,
    DocumentRefused,
    DocumentRetired,
    DocumentUnknown,
    HashMismatch,
)
from gateway.documents.folder import Check
from gateway.documents.library import Application, Library
from gateway.documents.shelf import Shelf
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.settings import DocumentMode

__all__ = ["Admission"]


@dataclass(frozen=True, slots=True)
class Admission:
    """Decides by mode, lists and what clients have left. ``check`` is that of documents that clients leave."""

    mode: DocumentMode
    shelf: Shelf
    automatic: Automatic
    check: Check
    clock: Clock
    metrics: Metrics

    def text(self, sent: str | None, name: str | None, application: Application) -> str:
        """Return the document to run for a text, an id, or both. Raises: ``DocumentRefused``."""
        try:
            if sent is None:
                assert name is not None
                text, verdict = self._kept(name, application)
            else:
                text, verdict = sent, self._sent(sent, name, application)
        except DocumentRefused as refused:
            self._count(sent, REFUSED[type(refused)])
            raise
        self._count(sent, verdict)
        if verdict != "trusted" and self.mode is DocumentMode.LOG_UNKNOWN:
            logger().warning("document of no list", graphql_document=hash_of(text)[:16])
        return text

    def _kept(self, name: str, application: Application) -> tuple[str, str]:
        library = self.shelf.library
        text = library.text(name, application, today(self.clock))
        if text is not None:
            return text, "trusted"
        if self.mode is DocumentMode.ONLY_TRUSTED:
            # Not "unknown": a client would only send the text after it, in vain.
            raise DocumentNotTrusted
        text = self.automatic.get(name)
        if text is not None:
            return text, "automatic"
        if not (self.automatic.is_on or library.releases):
            raise AutomaticOff
        raise DocumentUnknown

    def _sent(self, text: str, name: str | None, application: Application) -> str:
        library = self.shelf.library
        if name is not None:
            listed = library.named(name, application)
            if text not in listed if listed else hash_of(text) != name:
                raise HashMismatch
        if self._trusts(library, text, application):
            return "trusted"
        if name is None or not self.automatic.is_on or name != hash_of(text) or self.check(text):
            return "unlisted"
        self.automatic.keep(name, text)
        self.metrics.automatic_bytes.set(self.automatic.bytes)
        return "registered"

    def _trusts(self, library: Library, text: str, application: Application) -> bool:
        """Whether it is listed. Raises: ``DocumentRetired`` and ``DocumentNotTrusted``, where nothing else is run."""
        strict = self.mode is DocumentMode.ONLY_TRUSTED
        if not (strict or library.releases):
            return False
        try:
            trusted = library.trusts(text, application, today(self.clock))
        except DocumentRetired:
            if strict:
                raise
            return False
        if strict and not trusted:
            raise DocumentNotTrusted
        return trusted

    def _count(self, sent: str | None, verdict: str) -> None:
        self.metrics.documents.inc("id" if sent is None else "text", verdict)


REFUSED = {
    DocumentUnknown: "unknown",
    AutomaticOff: "unknown",
    HashMismatch: "mismatch",
    DocumentRetired: "retired",
    DocumentNotTrusted: "refused",
}
