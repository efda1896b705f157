"""An audit in memory, which can be away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.audit import PersonalRead
from domain.errors import StoreUnavailable

__all__ = ["FakeAudit"]


@dataclass
class FakeAudit:
    rows: list[PersonalRead] = field(default_factory=list)
    is_away: bool = False

    async def add(self, reads: Sequence[PersonalRead]) -> None:
        if self.is_away:
            raise StoreUnavailable("connection refused")
        self.rows += reads
