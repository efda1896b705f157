"""Signatures: of payment addresses by the merchant, of callbacks by the acquirer."""

import hashlib
import hmac


def signature(secret: str, *parts: str) -> str:
    """Hex HMAC-SHA256 over the parts, with a bar between each two."""
    return _digest(secret, "|".join(parts).encode("utf-8", "surrogatepass"))


def callback_signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over the timestamp, a point and the body as it is sent."""
    return _digest(secret, timestamp.encode("ascii") + b"." + body)


def fits(given: str, right: str) -> bool:
    """Whether a signature is the right one, compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("ascii"))


def _digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
