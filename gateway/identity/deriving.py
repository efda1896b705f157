"""One secret of the settings, a key for each use of it."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["CODES", "COOKIES", "COUNTERS", "LOTS", "PICTURES", "STEPS", "derived", "keyed"]

CODES: Final = b"gateway one-time codes v1"
COOKIES: Final = b"gateway refresh cookies v1"
COUNTERS: Final = b"gateway attempt counters v1"
LOTS: Final = b"gateway drawn lots v1"
PICTURES: Final = b"gateway picture codes v1"
STEPS: Final = b"gateway step tokens v1"


def derived(secret: str, use: bytes) -> bytes:
    """Return the key for one use: none of them tells anything of another, or of the secret."""
    return HKDF(SHA256(), length=32, salt=None, info=use).derive(secret.encode())


def keyed(key: bytes, *parts: bytes) -> bytes:
    """Return the HMAC of some parts, each with its length before it, so that none can pass for two."""
    return hmac.digest(key, b"".join(len(part).to_bytes(4, "big") + part for part in parts), hashlib.sha256)
