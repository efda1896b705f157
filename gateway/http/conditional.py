"""Answers that a client may have already (RFC 9110, 13): their tag, and the reply that says so."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Final

from starlette.types import Scope

from gateway.http.caching import Keeping
from gateway.http.headers import values
from gateway.http.replies import Reply

__all__ = ["entity_tag", "kept", "matches"]

DIGEST_BYTES: Final = 18
TAGS: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
REPRESENTATION: Final = (b"content-type", b"content-language")
REPEATED: Final = frozenset({b"etag", b"cache-control", b"vary"})
"""What a reply without the answer says of it (RFC 9110, 15.4.5)."""


def kept(reply: Reply, scope: Scope, keeping: Keeping, *, signed_in: bool) -> Reply:
    """Say how long a whole and errorless answer to GET may be kept; leave it out if the client has the same."""
    tag = entity_tag(reply.body, *(reply.header(name) for name in REPRESENTATION))
    said = reply.saying(cache_control=keeping.cache_control(signed_in=signed_in), etag=tag)
    if matches(values(scope, b"if-none-match"), tag):
        return Reply(304, [(name, value) for name, value in said.headers if name in REPEATED], b"")
    return said


def entity_tag(body: bytes, *representation: str) -> str:
    """Return a strong tag of an answer; the same bytes in another type or language are another answer."""
    digest = blake2b(body, digest_size=DIGEST_BYTES)
    digest.update("\n".join(("", *representation)).encode())
    return f'"{urlsafe_b64encode(digest.digest()).decode()}"'


def matches(if_none_match: list[str], tag: str) -> bool:
    """Return whether a client has the answer of this tag, strong or weak."""
    given = ", ".join(if_none_match)
    return given.strip() == "*" or tag in TAGS.findall(given)
