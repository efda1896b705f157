"""One try to have a system do one command, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from domain.clock import Clock, Deadline
from domain.errors import (
    AcquirerUnavailable,
    InvalidInput,
    NotFound,
    Refused,
    SourceError,
    SourceInMaintenance,
    StoreUnavailable,
)
from domain.outbox.models import CommandKind, CommandState
from domain.ports import Call

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork
    from domain.models import PolicyNumber
    from domain.outbox.models import Command, CommandId

__all__ = ["Delivering", "DeliveryTally", "Later", "Outcome", "Outdate", "Settled", "Step", "nowhere"]

NEVER: Final = (NotFound, InvalidInput)
"""What no other try will mend, and no customer either: an operator has to look at it."""

NOT_DECLINED: Final = frozenset({CommandKind.RECORD_DEDUCTIBLE})
"""Kinds whose refusal is no answer that a customer could be given: an operator has to look at it, too."""

Outdate: TypeAlias = "Callable[[Sequence[PolicyNumber]], Awaitable[None]]"
"""Outdates what is kept of policies, in every process, if that is possible now. Raises: nothing."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be done once an answer is certain: somebody is ``told``, and nothing kept of ``policies`` is shown."""

    told: Callable[[], None] | None = None
    policies: tuple[PolicyNumber, ...] = ()


class Later(Exception):
    """What was accepted was not done; it is to be tried again, not before ``until`` where that is known."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


class Outcome(StrEnum):
    """What one try came to; ``GIVEN_UP``: the system did what an operator had given up meanwhile."""

    DONE = "done"
    REFUSED = "refused"
    LATER = "later"
    DEAD = "dead"
    GIVEN_UP = "given up"


class Step(Protocol):
    """One kind of command."""

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> Any:
        """Have the system do it, and return its answer; nothing is locked meanwhile.

        Raises: ``Refused``, ``NotFound``, ``InvalidInput``, ``SourceError``, ``StoreUnavailable``.
        """
        ...

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> Settled:
        """Take note of the answer, which may be ``Refused``; commands that follow from it are accepted here.

        Returns what is to be done once this is committed.
        """
        ...


class DeliveryTally(Protocol):
    """Is told of every try."""

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        """Take note of one try."""
        ...


async def nowhere(_policies: Sequence[PolicyNumber]) -> None:
    """Outdate nothing: nothing is kept."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """Delivers commands, for as long as it takes: no outage, however long, makes anybody give one up.

    Only what lasts is for an operator, after ``faults`` tries in a row: an answer that breaks the contract, a system
    that says that asking again is of no use, a defect of ours. A system may be asked more than once: when an answer is
    lost, or the worker dies before it has taken note. The id of the command goes along, so that it is done once.
    Kinds that only other workers can do (``elsewhere``) are put back as they were. Units: ``timeout_s`` in seconds.
    """

    store: Store
    steps: Mapping[CommandKind, Step]
    timeout_s: float
    clock: Clock
    tally: DeliveryTally
    faults: int = 20
    outdate: Outdate = nowhere
    elsewhere: Collection[CommandKind] = ()

    async def deliver(self, id_: CommandId) -> None:
        """Try once. Raises: ``Later``, ``StoreUnavailable``: then it is to be tried again."""
        async with self.store.work() as work:
            command = await work.commands.head(id_)
        if command is None:
            # It is over, or it is not its turn: then whatever is before it leaves it to be delivered.
            return
        if command.kind in self.elsewhere:
            raise Later
        try:
            outcome, failed = await self._try(command)
        except StoreUnavailable:
            raise
        except Exception as fault:
            if await self._in_vain(command, fault):
                raise Later(fault.until if isinstance(fault, SourceInMaintenance) else None) from fault
        else:
            self.tally.command_tried(command, outcome, failed)

    async def _try(self, command: Command) -> tuple[Outcome, Exception | None]:
        step = self.steps[command.kind]
        call = Call(Deadline.after(self.clock, self.timeout_s), alone=True)
        try:
            answer = await step.send(self.store, command.owner, str(command.id), call)
        except Refused as refusal:
            if command.kind in NOT_DECLINED:
                await self._end(command, CommandState.DEAD, refusal.code)
                return Outcome.DEAD, refusal
            await self._settle(command, step, refusal, CommandState.REFUSED, refusal.code)
            return Outcome.REFUSED, refusal
        except NEVER as fault:
            await self._end(command, CommandState.DEAD, type(fault).__name__)
            return Outcome.DEAD, fault
        was_given_up = await self._settle(command, step, answer, CommandState.DONE, None)
        return Outcome.GIVEN_UP if was_given_up else Outcome.DONE, None

    async def _in_vain(self, command: Command, failed: Exception) -> bool:
        """Take note of a try in vain; return whether another may succeed."""
        before, why = command.faults, type(failed).__name__
        faults = before + 1 if may_last(failed) else 0
        async with self.store.work() as work:
            # Who had it tried again meanwhile has begun another row.
            is_dead = faults >= self.faults and await work.commands.end(
                command.id, CommandState.DEAD, self.clock.now(), why, before
            )
            if not is_dead:
                await work.commands.tried(command.id, faults, before)
        self.tally.command_tried(command, Outcome.DEAD if is_dead else Outcome.LATER, failed)
        return not is_dead

    async def _settle(self, command: Command, step: Step, answer: Any, state: CommandState, why: str | None) -> bool:
        """Take note of an answer; return whether an operator has given the command up, so that nobody does."""
        now, settled, was_given_up = self.clock.now(), Settled(), False
        async with self.store.work() as work:
            # Of two workers with one answer, the first takes note of it.
            if await work.commands.end(command.id, state, now, why):
                settled = await step.settle(work, command.owner, answer, now)
            else:
                of_owner = await work.commands.of_owner(command.owner)
                was_given_up = any(each.id == command.id and each.state is CommandState.DROPPED for each in of_owner)
        if settled.told is not None:
            settled.told()
        if settled.policies:
            await self.outdate(settled.policies)
        return was_given_up

    async def _end(self, command: Command, state: CommandState, why: str) -> None:
        async with self.store.work() as work:
            await work.commands.end(command.id, state, self.clock.now(), why)


def may_last(failed: Exception) -> bool:
    """Return whether a failure is none that passes by itself."""
    if isinstance(failed, AcquirerUnavailable):
        return False
    return not (isinstance(failed, SourceError) and failed.retryable)
