"""One try to tell the policy core of a changed contact, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from domain.accounts.contacts import ContactDelivery
from domain.clock import Clock, Deadline
from domain.commands import UpdateContacts
from domain.errors import InvalidInput, NotFound, SourceError
from domain.models import ContactKind
from domain.ports import Call
from gateway.observability.logs import logger
from gateway.outbox.sending import DEAD, LATER, SENT, Later

__all__ = ["Deliveries", "Delivering", "DeliveryTally"]

NEVER: Final = (NotFound, InvalidInput)
"""What no other try will mend: the core knows no such person, or could not read the contact."""


class Deliveries(Protocol):
    """The changes that wait."""

    async def waiting(self, id_: UUID) -> ContactDelivery | None:
        """Return a change that is still to be delivered. Raises: ``StoreUnavailable``."""
        ...

    async def tried(self, id_: UUID) -> None:
        """Count a try in vain. Raises: ``StoreUnavailable``."""
        ...

    async def delivered(self, id_: UUID) -> None:
        """Take note that the core has it. Raises: ``StoreUnavailable``."""
        ...

    async def dead(self, id_: UUID, failure: str) -> None:
        """Take note that the core never will have it, and why in short. Raises: ``StoreUnavailable``."""
        ...


class DeliveryTally(Protocol):
    """Counts tries."""

    def change_tried(self, outcome: str) -> None:
        """Count one try: ``sent``, ``later`` or ``dead``."""
        ...


@dataclass(frozen=True, slots=True)
class Delivering:
    """Delivers what waits, for as long as it takes: a change that was accepted is given up only if it cannot be.

    The core may be asked more than once: when an answer is lost, or the worker dies before it has taken note. The id of
    the change goes along, so that it is done once. Units: ``timeout_s`` in seconds.
    """

    changes: Deliveries
    update: UpdateContacts
    timeout_s: float
    clock: Clock
    tally: DeliveryTally

    async def deliver(self, id_: UUID, tries: int) -> None:
        """Try for the ``tries``-th time. Raises: ``Later``, ``StoreUnavailable``: then it is to be tried again."""
        change = await self.changes.waiting(id_)
        if change is None:
            return
        if not change.is_first:
            # Written after this one, the older contact would stay.
            raise Later
        failed = await self._try(change)
        if failed is None:
            await self.changes.delivered(id_)
            self._tell(SENT, change, tries)
        elif isinstance(failed, NEVER):
            await self.changes.dead(id_, type(failed).__name__)
            self._tell(DEAD, change, tries, failed)
        else:
            await self.changes.tried(id_)
            self._tell(LATER, change, tries, failed)
            raise Later

    async def _try(self, change: ContactDelivery) -> Exception | None:
        is_phone = change.kind is ContactKind.PHONE
        phone, email = (change.address, None) if is_phone else (None, change.address)
        call = Call(Deadline.after(self.clock, self.timeout_s))
        try:
            await self.update(change.client, phone, email, str(change.id), call)
        except Exception as failed:  # noqa: BLE001 - a fault of one change must not hold up the others
            return failed
        return None

    def _tell(self, outcome: str, change: ContactDelivery, tries: int, failed: Exception | None = None) -> None:
        self.tally.change_tried(outcome)
        told = logger().bind(change=str(change.id), kind=change.kind.value, tries=tries)
        if failed is None:
            told.info("contact change delivered")
            return
        # Of an unknown error only the class: its text may quote what is personal.
        expected = isinstance(failed, SourceError)
        told = told.bind(detail=str(failed) if expected else type(failed).__name__)
        if outcome == DEAD:
            told.error("contact change dead")
        elif expected:
            told.warning("contact change later")
        else:
            told.error("contact change failed", exc_info=failed)
