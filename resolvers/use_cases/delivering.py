"""One try to have a system do one command, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from domain.clock import Clock, Deadline
from domain.errors import InvalidInput, NotFound, Refused, SourceInMaintenance
from domain.outbox.models import CommandState
from domain.ports import Call

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork
    from domain.outbox.models import Command, CommandId, CommandKind

__all__ = ["Delivering", "DeliveryTally", "Later", "Outcome", "Step"]

NEVER: Final = (NotFound, InvalidInput)
"""What no other try will mend, and no customer either: an operator has to look at it."""


class Later(Exception):
    """What was accepted was not done; it is to be tried again, not before ``until`` where that is known."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


class Outcome(StrEnum):
    """What one try came to."""

    DONE = "done"
    REFUSED = "refused"
    LATER = "later"
    DEAD = "dead"


class Step(Protocol):
    """One kind of command."""

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> Any:
        """Have the system do it, and return its answer; nothing is locked meanwhile.

        Raises: ``Refused``, ``NotFound``, ``InvalidInput``, ``SourceError``, ``StoreUnavailable``.
        """
        ...

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> None:
        """Take note of the answer, which may be ``Refused``; commands that follow from it are accepted here."""
        ...


class DeliveryTally(Protocol):
    """Is told of every try."""

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        """Take note of one try."""
        ...


@dataclass(frozen=True, slots=True)
class Delivering:
    """Delivers commands, for as long as it takes: one that was accepted is given up by nobody but an operator.

    A system may be asked more than once: when an answer is lost, or the worker dies before it has taken note. The id of
    the command goes along, so that it is done once. Units: ``timeout_s`` in seconds.
    """

    store: Store
    steps: Mapping[CommandKind, Step]
    timeout_s: float
    clock: Clock
    tally: DeliveryTally

    async def deliver(self, id_: CommandId) -> None:
        """Try once. Raises: ``Later``, ``StoreUnavailable``: then it is to be tried again."""
        async with self.store.work() as work:
            command = await work.commands.head(id_)
        if command is None:
            # It is over, or it is not its turn: then whatever is before it leaves it to be delivered.
            return
        step = self.steps[command.kind]
        call = Call(Deadline.after(self.clock, self.timeout_s), alone=True)
        try:
            answer = await step.send(self.store, command.owner, str(command.id), call)
        except Refused as refusal:
            await self._settle(command, step, refusal, CommandState.REFUSED, refusal.code)
            self.tally.command_tried(command, Outcome.REFUSED, refusal)
        except NEVER as fault:
            await self._end(command, CommandState.DEAD, type(fault).__name__)
            self.tally.command_tried(command, Outcome.DEAD, fault)
        except Exception as away:
            await self._tried(command)
            self.tally.command_tried(command, Outcome.LATER, away)
            raise Later(away.until if isinstance(away, SourceInMaintenance) else None) from away
        else:
            await self._settle(command, step, answer, CommandState.DONE, None)
            self.tally.command_tried(command, Outcome.DONE, None)

    async def _settle(self, command: Command, step: Step, answer: Any, state: CommandState, why: str | None) -> None:
        now = self.clock.now()
        async with self.store.work() as work:
            # Of two workers with one answer, the first takes note of it.
            if await work.commands.end(command.id, state, now, why):
                await step.settle(work, command.owner, answer, now)

    async def _end(self, command: Command, state: CommandState, why: str) -> None:
        async with self.store.work() as work:
            await work.commands.end(command.id, state, self.clock.now(), why)

    async def _tried(self, command: Command) -> None:
        async with self.store.work() as work:
            await work.commands.tried(command.id)
