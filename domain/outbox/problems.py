"""Why a wish cannot be taken: data, not errors."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KeyReused", "KeyUnfit"]


@dataclass(frozen=True, slots=True)
class KeyUnfit:
    """The client-made key is no key: 8 to 100 characters of ASCII are wanted."""


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The client-made key belongs to another wish: a new wish needs a new key."""
