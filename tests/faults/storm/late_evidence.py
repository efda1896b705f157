"""What is known of orders that a payment does not wait for any more, and of people who were called for payments."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Call", "Watched"]


@dataclass(frozen=True, slots=True)
class Watched:
    """An order that is watched as the gateway's table has it. ``payment`` is a global id."""

    order: str
    payment: str


@dataclass(frozen=True, slots=True)
class Call:
    """That a person was called for a payment, as a process wrote it. ``payment`` is a global id."""

    payment: str
    why: str
