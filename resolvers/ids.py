"""Global ids: a type's name and the internal id, in URL-safe base64; never a number people could count through."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

__all__ = ["GlobalId", "decode", "encode", "number", "uuid"]


@dataclass(frozen=True, slots=True)
class GlobalId:
    """A decoded id."""

    type_name: str
    internal: str


def encode(type_name: str, internal: object) -> str:
    """Make the global id of an object."""
    return base64.urlsafe_b64encode(f"{type_name}:{internal}".encode()).decode().rstrip("=")


def decode(text: str) -> GlobalId | None:
    """Read a global id, or None for what is not one: to a client it is just an object that does not exist."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    type_name, separator, internal = raw.partition(":")
    return GlobalId(type_name, internal) if separator and type_name and internal else None


def number(text: str, type_name: str) -> int | None:
    """Return the internal number in a global id of a type, or None where there is none that a system could hold."""
    decoded = decode(text)
    if decoded is None or decoded.type_name != type_name:
        return None
    if not (decoded.internal.isascii() and decoded.internal.isdigit()):
        return None
    found = int(decoded.internal[:20])
    return found if found < 2**63 else None


def uuid(text: str, type_name: str) -> UUID | None:
    """Return the internal id in a global id of a type whose ids are made here, as it is written here; or None."""
    decoded = decode(text)
    if decoded is None or decoded.type_name != type_name:
        return None
    try:
        read = UUID(decoded.internal)
    except ValueError:
        return None
    return read if str(read) == decoded.internal else None
