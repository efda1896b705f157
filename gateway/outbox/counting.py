"""How much there is to be done, counted from time to time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.clock import Clock
from domain.outbox.models import CommandKind
from gateway.store.desk import Desk, Standing

__all__ = ["Counting", "StandingTally"]


class StandingTally(Protocol):
    """Is told how it stands with commands."""

    def commands_stand(self, standing: Mapping[CommandKind, Standing]) -> None:
        """Take note of how it stands with each kind."""
        ...


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts commands. Every worker does, each for its own metrics: they say the same."""

    desk: Desk
    tally: StandingTally
    clock: Clock

    async def run(self) -> None:
        """Count once. Raises: ``StoreUnavailable``."""
        self.tally.commands_stand(await self.desk.standing(self.clock.now()))
