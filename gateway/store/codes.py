"""One-time codes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import Code, CodeId, CodePurpose
from domain.models import ContactKind
from gateway.store.tables import codes

__all__ = ["PostgresCodes"]


@dataclass(frozen=True, slots=True)
class PostgresCodes:
    """``domain.accounts.ports.Codes`` within a transaction.

    A code takes the row of the one before it, so there is never more than one that counts, and none is kept that
    nobody can use any more.
    """

    connection: AsyncConnection

    async def add(self, code: Code) -> None:
        """Keep a code; the one sent before for the same purpose, subject and kind of contact is void."""
        values = asdict(code)
        same = [codes.c.purpose, codes.c.subject, codes.c.kind]
        await self.connection.execute(
            insert(codes).values(values).on_conflict_do_update(index_elements=same, set_=values)
        )

    async def newest(self, purpose: CodePurpose, subject: UUID, kind: ContactKind) -> Code | None:
        """Return the code that counts, its row locked until the block ends."""
        found = await self.connection.execute(
            select(codes)
            .where(codes.c.purpose == purpose, codes.c.subject == subject, codes.c.kind == kind)
            .with_for_update()
        )
        row = found.mappings().one_or_none()
        return None if row is None else _code(row)

    async def tried(self, id_: CodeId) -> None:
        """Count a wrong try; a code that is void has no count."""
        await self.connection.execute(update(codes).where(codes.c.id == id_).values(attempts=codes.c.attempts + 1))

    async def used(self, id_: CodeId, at: datetime) -> None:
        """Take note that a code was used; the first time stays."""
        await self.connection.execute(
            update(codes).where(codes.c.id == id_, codes.c.used_at.is_(None)).values(used_at=at)
        )


def _code(row: RowMapping) -> Code:
    return Code(**{**row, "purpose": CodePurpose(row["purpose"]), "kind": ContactKind(row["kind"])})
