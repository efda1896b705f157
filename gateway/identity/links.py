"""Random tokens, and what is kept of them: they need no secret of ours."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from domain.accounts.models import TokenHash

__all__ = ["LinkTokens", "as_bytes", "hashed"]

RANDOM_BYTES: Final = 32


class LinkTokens:
    """``domain.accounts.ports.LinkIssuer``."""

    def secret(self) -> tuple[str, TokenHash]:
        """Return a new token of 256 random bits in base64url, and the hash that is kept of it."""
        token = secrets.token_urlsafe(RANDOM_BYTES)
        return token, hashed(token)


def hashed(token: str) -> TokenHash:
    """Return the SHA-256 of a token: nobody can guess 256 bits, so it needs neither key nor slowness."""
    return TokenHash(hashlib.sha256(as_bytes(token)).digest())


def as_bytes(text: str) -> bytes:
    """Encode a text; half of a surrogate pair is no text, but must not be an error of ours either."""
    return text.encode("utf-8", "surrogatepass")
