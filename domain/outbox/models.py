"""A command to a system, accepted by us and on its way.

::

    WAITING ─┬─ the system did it ────────── DONE
             ├─ it declined ──────────────── REFUSED
             ├─ an operator gave it up ───── DROPPED
             └─ it never can be done ─────── DEAD ─┬─ an operator tried again ── WAITING
                                                   └─ an operator gave it up ─── DROPPED

Commands of one subject are done in the order in which they were accepted. One that is dead holds up those after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "LONGEST_REASON",
    "SHORTEST_REASON",
    "Command",
    "CommandAction",
    "CommandId",
    "CommandKind",
    "CommandState",
    "Wish",
]

CommandId = NewType("CommandId", UUID)
"""Also the request id under which the system is asked, so that it is done once."""


SHORTEST_REASON: Final = 5
LONGEST_REASON: Final = 200
"""How long the reason of an operator's action may be, in characters."""


class CommandKind(StrEnum):
    """What a system is to do."""

    UPDATE_CONTACTS = "UPDATE_CONTACTS"
    CREATE_BILL = "CREATE_BILL"
    OPEN_ONLINE_BILL = "OPEN_ONLINE_BILL"
    CHARGE_ORDER = "CHARGE_ORDER"
    CONFIRM_PAYMENT = "CONFIRM_PAYMENT"
    RECORD_DEDUCTIBLE = "RECORD_DEDUCTIBLE"
    CREATE_AGREEMENT = "CREATE_AGREEMENT"


class CommandState(StrEnum):
    """How far a command has come."""

    WAITING = "WAITING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    DEAD = "DEAD"
    DROPPED = "DROPPED"


class CommandAction(StrEnum):
    """What an operator can do with a command that is dead or waits: have it tried now, or give it up."""

    RETRY = "RETRY"
    DROP = "DROP"


@dataclass(frozen=True, slots=True)
class Command:
    """A command. ``owner`` is the id of what it is for; ``subject`` names what it must not overtake others of.

    ``number`` is what people call it by. ``failure`` says in short why it is dead or was refused. ``faults``: how many
    of its latest tries in a row, that left it waiting, met what may last.
    """

    id: CommandId
    number: int
    kind: CommandKind
    subject: str
    owner: UUID
    state: CommandState
    accepted_at: datetime
    attempts: int = 0
    ended_at: datetime | None = None
    failure: str | None = None
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What makes two requests the same: who asks by which mutation, a key of the client's making, and the input.

    Units: ``digest`` is the SHA-256 of the input.
    """

    scope: str
    key: str
    digest: bytes
