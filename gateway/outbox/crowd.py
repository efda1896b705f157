"""Many that wait for a system that is away: they are tried seldom, all together, and soon again once it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from domain.outbox.models import Command, CommandKind
from gateway.observability.logs import logger
from gateway.outbox.counting import StandingTally
from gateway.settings import OutboxSettings
from gateway.store.deferral import queue_of
from gateway.store.desk import Standing
from resolvers.use_cases.delivering import DeliveryTally, Outcome

__all__ = ["Crowd", "CrowdTally", "Paused", "Waking"]

ANSWERED: Final = frozenset({Outcome.DONE, Outcome.REFUSED, Outcome.GIVEN_UP})
"""Outcomes by which one sees that a system is there."""


class CrowdTally(DeliveryTally, StandingTally, Protocol):
    """Is told of every try, and how it stands with commands."""


class Paused(Protocol):
    """Commands that wait out a pause."""

    async def cut_short(self, kind: CommandKind, most: int) -> int:
        """Have so many of a kind tried now, the oldest first; return how many. Raises: ``StoreUnavailable``."""
        ...


@dataclass(slots=True)
class Crowd:
    """What a worker knows of it: how many wait for whom, as counted last, and who was answered since it looked last.

    It is told what the ``tally`` is told.
    """

    settings: OutboxSettings
    tally: CrowdTally
    waiting: Mapping[str, int] = field(default_factory=dict)
    answered: Counter[CommandKind] = field(default_factory=Counter)

    def commands_stand(self, standing: Mapping[CommandKind, Standing]) -> None:
        """Take note of how many wait for each queue."""
        self.tally.commands_stand(standing)
        waiting: Counter[str] = Counter()
        for kind, of_kind in standing.items():
            waiting[queue_of(kind)] += of_kind.waiting
        self.waiting = waiting

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        """Take note of one try."""
        self.tally.command_tried(command, outcome, failed)
        if outcome in ANSWERED:
            self.answered[command.kind] += 1

    def pause_s(self, queue: str) -> float:
        """Return how long each of a queue has to wait so that all together are not tried too often, in seconds."""
        return self.waiting.get(queue, 0) / self.settings.command_tries_per_s


@dataclass(frozen=True, slots=True)
class Waking:
    """Ends pauses of commands whose kind is being answered: a few at first, then twice as many as were answered.

    So a system that is back soon has all it can do, and one that is away is not asked more often by this.
    Units: ``every_s`` is how long it is from one look to the next, in seconds.
    """

    paused: Paused
    crowd: Crowd
    every_s: float

    async def run(self) -> None:
        """Look once. Raises: ``StoreUnavailable``."""
        answered, self.crowd.answered = self.crowd.answered, Counter()
        few = max(1, round(self.every_s * self.crowd.settings.command_tries_per_s))
        for kind, count in answered.items():
            if woken := await self.paused.cut_short(kind, max(few, 2 * count)):
                logger().info("pauses cut short", kind=kind.value, count=woken)
