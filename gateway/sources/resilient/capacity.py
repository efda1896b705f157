"""How hard a system may be pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Capacity", "Lane"]


@dataclass(frozen=True, slots=True)
class Lane:
    """Calls that queue together. Units: ``slow_s`` in seconds, from which on a call of this lane is slow."""

    concurrency: int
    slow_s: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """The lanes of one system: of operations so slow that they queue by themselves, and of all the others."""

    common: Lane
    own: Mapping[str, Lane] = field(default_factory=dict)
