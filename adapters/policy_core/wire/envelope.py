"""SOAP envelopes of the policy core: requests to bytes, bytes to answers. Source: PROTOCOL.md, section 1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from adapters.policy_core.wire.fields import NAMESPACE, read
from adapters.policy_core.wire.persons import Status

__all__ = [
    "CHARSET",
    "CONTENT_TYPE",
    "Answer",
    "Node",
    "SoapFault",
    "Unreadable",
    "can_carry",
    "check_prolog",
    "parser_options",
    "read_answer",
    "request",
]

CHARSET: Final = "windows-1251"
CONTENT_TYPE: Final = f"text/xml; charset={CHARSET}"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_DEPTH: Final = 12
TOO_DEEP: Final = etree.XPath("/*" * (MAX_DEPTH + 1))
DECLARED: Final = re.compile(rb"""<\?xml\s[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Node = tuple[str, "str | Sequence[Node]"]
"""An element of a request: its name, and its text or its children."""

# Entities stay unread, nothing is fetched, and libxml2 keeps its own limits on node size.
parser_options: Final[Mapping[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


class Unreadable(Exception):
    """Bytes or a value that break the contract; the text says what is wrong and never quotes them."""


class SoapFault(Exception):
    """A ``soap:Fault``; ``client_side`` when the core blames the request: ``soap:Client`` or a code below it."""

    def __init__(self, code: str) -> None:
        self.client_side = code.rpartition(":")[2].partition(".")[0] == "Client"
        super().__init__("soap:Client" if self.client_side else "soap:Server")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the core; ``data`` is None when the status is an error."""

    status: Status
    data: etree._Element | None


def can_carry(text: str, max_length: int) -> bool:
    """Whether a text can stand in a request at all: not empty, not too long, nothing that XML forbids."""
    return 0 < len(text) <= max_length and not NOT_XML.search(text)


def request(operation: str, *nodes: Node) -> bytes:
    """Encode a request; characters that windows-1251 lacks become numeric references."""
    text = (
        f'<?xml version="1.0" encoding="{CHARSET}"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><{operation} xmlns="{NAMESPACE}">'
        f"{markup(nodes)}</{operation}></soap:Body></soap:Envelope>"
    )
    return text.encode(CHARSET, "xmlcharrefreplace")


def markup(nodes: Sequence[Node]) -> str:
    """Write elements one after another."""
    return "".join(
        f"<{name}>{escape(content) if isinstance(content, str) else markup(content)}</{name}>"
        for name, content in nodes
    )


def read_answer(body: bytes, operation: str) -> Answer:
    """Decode a reply to an operation. Raises: ``Unreadable``, ``SoapFault``."""
    check_prolog(body)
    if declares_falsely(body):
        raise Unreadable("octets are UTF-8 under a windows-1251 declaration")
    try:
        # Python decodes windows-1251 faster than the parser does.
        root = etree.fromstring(body.decode(CHARSET).encode(), etree.XMLParser(encoding="utf-8", **parser_options))
    except (UnicodeDecodeError, etree.XMLSyntaxError) as broken:
        raise Unreadable("not well-formed XML") from broken
    if TOO_DEEP(root):
        raise Unreadable(f"elements nest over {MAX_DEPTH} deep")
    payload = root.find(f"{{{SOAP}}}Body/*")
    if root.tag != f"{{{SOAP}}}Envelope" or payload is None:
        raise Unreadable("not a SOAP envelope")
    if payload.tag == f"{{{SOAP}}}Fault":
        raise SoapFault(payload.findtext("faultcode") or "")
    if payload.tag != f"{{{NAMESPACE}}}{operation}Response":
        raise Unreadable("reply to another operation")
    status = payload.find(f"{{{NAMESPACE}}}ResponseStatus")
    if status is None:
        raise Unreadable("no ResponseStatus")
    return Answer(read(Status, status), payload.find(f"{{{NAMESPACE}}}ResponseData"))


def check_prolog(head: bytes) -> None:
    """Check the XML declaration. Raises: ``Unreadable`` for another charset than the contract's, or a DTD."""
    declared = DECLARED.match(head)
    if declared is None or declared[1].decode("ascii").lower() != CHARSET:
        raise Unreadable("XML declaration does not say windows-1251")
    if b"<!DOCTYPE" in head:
        raise Unreadable("DTD in a reply")


def declares_falsely(body: bytes) -> bool:
    """Whether the octets are UTF-8 beyond doubt: Cyrillic in windows-1251 is never valid UTF-8 as a whole."""
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
