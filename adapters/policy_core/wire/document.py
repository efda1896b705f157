"""The reply to GetDocument, read as it arrives: a file of 50 MB passes through in pieces."""

from __future__ import annotations

import binascii
from typing import Any, Final, cast

from lxml import etree

from adapters.policy_core.wire.envelope import MAX_DEPTH, SOAP, SoapFault, Unreadable, check_prolog, parser_options
from adapters.policy_core.wire.fields import NAMESPACE
from adapters.policy_core.wire.persons import Status

__all__ = ["DocumentReader"]

MAX_TEXT: Final = 64 * 1024
MAX_PROLOG: Final = 256
CONTENT: Final = f"{{{NAMESPACE}}}Content"
FAULT_CODE: Final = "faultcode"
WANTED: Final = {f"{{{NAMESPACE}}}{name}": name for name in ("ErrorCode", "ErrorMessage", "MediaType", "Size")}
BLANKS: Final = b" \t\r\n"


class DocumentReader:
    """Takes pieces of a reply, gives pieces of the file.

    ``status``, ``media_type`` and ``size`` are known once ``in_content`` is true, as the schema puts them first.
    Units: ``max_bytes`` of the decoded file.
    Raises: ``Unreadable`` and ``SoapFault`` from every method.
    """

    def __init__(self, max_bytes: int) -> None:
        self.in_content = False
        self._max_bytes = max_bytes
        self._seen_bytes = 0
        self._started = False
        self._head = b""
        self._depth = 0
        self._texts: dict[str, str] = {}
        self._tag = ""
        self._pending = b""
        self._padded = False
        self._decoded: list[bytes] = []
        self._parser = etree.XMLParser(target=cast("Any", self), **parser_options)

    @property
    def status(self) -> Status:
        """What the core says of the call."""
        return Status(self._texts.get("ErrorCode"), self._texts.get("ErrorMessage"))

    @property
    def media_type(self) -> str | None:
        """As the core names it."""
        return self._texts.get("MediaType")

    @property
    def size(self) -> str | None:
        """Bytes of the decoded file, as text."""
        return self._texts.get("Size")

    def feed(self, piece: bytes) -> bytes:
        """Take the next piece of the reply and return what could be decoded of the file."""
        if not self._started:
            piece = self._head = self._head + piece
            if b"?>" not in piece and len(piece) < MAX_PROLOG:
                return b""
            check_prolog(piece)
            self._started = True
        try:
            self._parser.feed(piece)
        except etree.XMLSyntaxError as broken:
            raise Unreadable("not well-formed XML") from broken
        decoded = b"".join(self._decoded)
        self._decoded.clear()
        return decoded

    def finish(self) -> None:
        """Say that the reply has ended."""
        if not self._started:
            raise Unreadable("no XML declaration")
        try:
            self._parser.close()
        except etree.XMLSyntaxError as broken:
            raise Unreadable("XML breaks off") from broken
        if self._pending:
            raise Unreadable("base64 breaks off")
        if self.in_content and self.size not in {None, str(self._seen_bytes)}:
            raise Unreadable("file is not of the announced size")

    # What the parser calls

    def start(self, tag: str, _attributes: object) -> None:
        """An element opens."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"elements nest over {MAX_DEPTH} deep")
        inside, self._tag = self._tag, tag
        if inside == CONTENT or (tag == CONTENT and (self.in_content or "ErrorCode" not in self._texts)):
            raise Unreadable("content out of place")
        self.in_content = self.in_content or tag == CONTENT

    def end(self, tag: str) -> None:
        """An element closes."""
        self._depth -= 1
        self._tag = ""
        if tag == f"{{{SOAP}}}Fault":
            raise SoapFault(self._texts.get(FAULT_CODE, ""))

    def data(self, text: str) -> None:
        """A piece of text; the parser cuts long ones."""
        if self._tag == CONTENT:
            self._decode(text)
        elif self._tag in WANTED or self._tag == FAULT_CODE:
            name = WANTED.get(self._tag, self._tag)
            whole = self._texts.get(name, "") + text
            if len(whole) > MAX_TEXT:
                raise Unreadable(f"{name} is too long")
            self._texts[name] = whole

    def doctype(self, _name: str | None, _public: str | None, _system: str | None) -> None:
        """A DTD opens."""
        raise Unreadable("DTD in a reply")

    def close(self) -> None:
        """The document ends."""

    def _decode(self, text: str) -> None:
        try:
            fresh = self._pending + text.encode("ascii").translate(None, BLANKS)
            whole = len(fresh) - len(fresh) % 4
            # Each piece is strict base64 of its own, so padding in the midst of the file shows only here.
            if fresh and self._padded:
                raise Unreadable("text after the end of base64")
            self._padded = fresh[:whole].endswith(b"=")
            decoded = binascii.a2b_base64(fresh[:whole], strict_mode=True)
        except (UnicodeEncodeError, binascii.Error) as broken:
            raise Unreadable("content is not base64") from broken
        self._pending = fresh[whole:]
        self._seen_bytes += len(decoded)
        if self._seen_bytes > self._max_bytes:
            raise Unreadable(f"file is over {self._max_bytes} bytes")
        self._decoded.append(decoded)
