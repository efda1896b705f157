"""Accounts of customers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.accounts.ports import AccountTaken
from domain.models import ContactKind, Isn
from domain.money import Locale
from gateway.store.failures import origin
from gateway.store.tables import accounts

__all__ = ["PostgresAccounts"]


@dataclass(frozen=True, slots=True)
class PostgresAccounts:
    """``domain.accounts.ports.Accounts`` within a transaction."""

    connection: AsyncConnection

    async def add(self, account: Account) -> None:
        """Keep a new account. Raises: ``AccountTaken``; the transaction can go on after it."""
        added = await self.connection.execute(
            insert(accounts).values(asdict(account)).on_conflict_do_nothing().returning(accounts.c.id)
        )
        if added.one_or_none() is None:
            raise AccountTaken

    async def of_client(self, client: Isn) -> Account | None:
        """Return a client's account."""
        return await self._one(accounts.c.client_isn == client)

    async def by_id(self, id_: AccountId) -> Account | None:
        """Return an account, its row locked until the block ends.

        What only refers to it, as a recovery that begins, does not wait.
        """
        query = select(accounts).where(accounts.c.id == id_).with_for_update(key_share=True)
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return None if row is None else _account(row)

    async def by_login(self, kind: ContactKind, address: str) -> Account | None:
        """Return the account with an address; of two with one address, none."""
        column = accounts.c.phone if kind is ContactKind.PHONE else accounts.c.email
        return await self._one(column == address)

    async def change(self, account: Account) -> None:
        """Write an account anew.

        Raises: ``LookupError`` when there is none; ``AccountTaken``, and the transaction can go on after it.
        """
        written = update(accounts).where(accounts.c.id == account.id).values(asdict(account))
        try:
            async with self.connection.begin_nested():
                changed = await self.connection.execute(written)
        except IntegrityError as broken:
            if not isinstance(origin(broken), psycopg.errors.UniqueViolation):
                raise
            raise AccountTaken from None
        if changed.rowcount != 1:
            raise LookupError("no such account")

    async def _one(self, condition: Any) -> Account | None:
        found = (await self.connection.execute(select(accounts).where(condition).limit(2))).mappings().all()
        return _account(found[0]) if len(found) == 1 else None


def _account(row: RowMapping) -> Account:
    return Account(**{**row, "origin": AccountOrigin(row["origin"]), "locale": Locale(row["locale"])})
