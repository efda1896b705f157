"""A finished answer, before the wire faults."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers and body of an answer; a large body is given in pieces.

    Units: `length` is the octets of a body given in pieces; without it the body goes out chunked.
    """

    body: bytes | AsyncIterable[bytes] = b""
    content_type: str = "application/json"
    charset: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None

    def wire_headers(self) -> dict[str, str]:
        """The headers with the content type; none for an answer without a body type (204)."""
        if not self.content_type:
            return dict(self.headers)
        declared = self.content_type if self.charset is None else f"{self.content_type}; charset={self.charset}"
        return {"Content-Type": declared, **self.headers}
