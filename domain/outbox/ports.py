"""Where commands are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from domain.outbox.models import Command, CommandAction, CommandId, CommandKind, CommandState, Wish

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["CommandLog", "Idempotency"]


class CommandLog(Protocol):
    """Commands, within a transaction."""

    async def accept(self, kind: CommandKind, subject: str, owner: UUID, at: datetime) -> CommandId:
        """Keep a command; it is delivered once the transaction is committed, however the process ends."""
        ...

    async def head(self, id_: CommandId) -> Command | None:
        """Return a command that waits, if none of its subject waits or is dead before it; nothing is locked."""
        ...

    async def tried(self, id_: CommandId, faults: int, before: int) -> None:
        """Count a try in vain; with it, so many of the latest in a row met what may last.

        They stay as they are unless there are still as many as ``before`` the try: an operator may have begun anew.
        """
        ...

    async def end(
        self, id_: CommandId, state: CommandState, at: datetime, failure: str | None = None, before: int | None = None
    ) -> bool:
        """Take note of what became of a command; the next of its subject is delivered then, unless this one is dead.

        With ``before`` only if there are still so many faults. Returns whether it was waiting until now: of two who end
        it, one is told so.
        """
        ...

    async def of_owner(self, owner: UUID) -> Sequence[Command]:
        """Return those that are for something, in their order."""
        ...

    async def act(self, number: int, action: CommandAction, by: str, reason: str, at: datetime) -> Command | None:
        """Have a command tried now that is dead or waits, or give it up; who did so and why is kept for good.

        Returns the command as it was, None if there is no such one of this number.
        """
        ...


class Idempotency(Protocol):
    """Which wishes were granted, and with which object, within a transaction."""

    async def granted(self, scope: str, key: str) -> tuple[bytes, UUID] | None:
        """Return digest and object of a wish that was granted. One that is under way is not waited for."""
        ...

    async def claim(self, wish: Wish, object_: UUID, at: datetime) -> tuple[bytes, UUID]:
        """Take note that a wish is granted with an object, or return with which it was before.

        Whoever claims one that another is about to be granted waits for that one's transaction.
        """
        ...
