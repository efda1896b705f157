"""Changes of contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.contacts import ContactChange, ContactChangeId, ContactChangeState, ContactDelivery
from domain.accounts.models import AccountId
from domain.models import ContactKind, Isn
from gateway.store.tables import accounts, contact_changes

__all__ = ["PostgresContactChanges"]

COLUMNS = [each for each in contact_changes.c if each.name != "number"]


@dataclass(frozen=True, slots=True)
class PostgresContactChanges:
    """``domain.accounts.ports.ContactChanges`` within a transaction.

    A change that was begun takes the row of the one before it, so an account has never more than one.
    """

    connection: AsyncConnection

    async def begin(self, change: ContactChange) -> None:
        """Keep a change that was begun; the one that the account had begun before is void."""
        values = _values(change)
        await self.connection.execute(
            insert(contact_changes)
            .values(values)
            .on_conflict_do_update(
                index_elements=[contact_changes.c.account_id], index_where=text("state = 'BEGUN'"), set_=values
            )
        )

    async def void(self, account: AccountId) -> Collection[ContactChangeId]:
        """Forget what an account has only begun, and return which."""
        is_begun = contact_changes.c.state == ContactChangeState.BEGUN
        removed = await self.connection.execute(
            delete(contact_changes)
            .where(contact_changes.c.account_id == account, is_begun)
            .returning(contact_changes.c.id)
        )
        return removed.scalars().all()

    async def change(self, change: ContactChange) -> None:
        """Write one anew."""
        await self.connection.execute(
            update(contact_changes).where(contact_changes.c.id == change.id).values(_values(change))
        )

    async def by_id(self, id_: ContactChangeId) -> ContactChange | None:
        """Return a change, its row locked until the block ends."""
        found = await self.connection.execute(select(*COLUMNS).where(contact_changes.c.id == id_).with_for_update())
        row = found.mappings().one_or_none()
        return None if row is None else _change(row)

    async def delivery(self, id_: ContactChangeId) -> ContactDelivery | None:
        """Return what is to be told of a change that waits; nothing is locked."""
        query = (
            select(accounts.c.client_isn, contact_changes.c.kind, contact_changes.c.address)
            .join(accounts, accounts.c.id == contact_changes.c.account_id)
            .where(contact_changes.c.id == id_, contact_changes.c.state == ContactChangeState.WAITING)
        )
        row = (await self.connection.execute(query)).one_or_none()
        return None if row is None else ContactDelivery(Isn(row.client_isn), ContactKind(row.kind), row.address)

    async def of_account(self, account: AccountId) -> Sequence[ContactChange]:
        """Return those that were accepted, the latest first."""
        found = await self.connection.execute(
            select(*COLUMNS)
            .where(contact_changes.c.account_id == account, contact_changes.c.state != ContactChangeState.BEGUN)
            .order_by(contact_changes.c.number.desc())
        )
        return [_change(row) for row in found.mappings()]


def _values(change: ContactChange) -> dict[str, Any]:
    values = asdict(change)
    return {"account_id": values.pop("account"), **values}


def _change(row: RowMapping) -> ContactChange:
    values = dict(row)
    return ContactChange(
        account=values.pop("account_id"),
        kind=ContactKind(values.pop("kind")),
        proved_by=ContactKind(values.pop("proved_by")),
        state=ContactChangeState(values.pop("state")),
        **values,
    )
