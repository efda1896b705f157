"""What the policy core is told of a change of a contact, and what its answer makes of the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.accounts.contacts import ContactChangeId, ContactChangeState
from domain.errors import Refused
from domain.models import ContactKind
from resolvers.use_cases.delivering import Settled

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork
    from domain.commands import UpdateContacts
    from domain.ports import Call

__all__ = ["ContactStep", "declined"]


@dataclass(frozen=True, slots=True)
class ContactStep:
    """``resolvers.use_cases.delivering.Step`` for changes of contacts."""

    update: UpdateContacts

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> None:
        """Have the core write the contact."""
        async with store.work() as work:
            told = await work.contact_changes.delivery(ContactChangeId(owner))
        if told is None:
            return
        is_phone = told.kind is ContactKind.PHONE
        phone, email = (told.address, None) if is_phone else (None, told.address)
        await self.update(told.client, phone, email, request_id, call)

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> Settled:
        """Take note that the core has it, or declines."""
        if isinstance(answer, Refused):
            await declined(work, owner, answer, at)
            return Settled()
        change = await work.contact_changes.by_id(ContactChangeId(owner))
        if change is not None and change.state is ContactChangeState.WAITING:
            await work.contact_changes.change(change.delivered(at))
        return Settled()


async def declined(work: UnitOfWork, owner: UUID, refusal: Refused, at: datetime) -> None:
    """Take note that the core never will have it."""
    change = await work.contact_changes.by_id(ContactChangeId(owner))
    if change is not None and change.state is ContactChangeState.WAITING:
        await work.contact_changes.change(change.given_up(refusal.code, at))
