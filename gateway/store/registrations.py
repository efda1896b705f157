"""Registrations on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounts.models import AccountOrigin, TokenHash
from domain.accounts.questions import QuestionKind
from domain.accounts.registration import Asked, Factor, Registration, of_link
from domain.models import ContactKind, Isn
from gateway.store.tables import registrations

__all__ = ["PostgresRegistrations"]

PREPARING: Final = 7_302_915
"""First half of the advisory locks of those who prepare an account; the second is of the client."""


@dataclass(frozen=True, slots=True)
class PostgresRegistrations:
    """``domain.accounts.ports.Registrations`` within a transaction."""

    connection: AsyncConnection

    async def add(self, registration: Registration) -> None:
        """Keep a new one."""
        await self.connection.execute(insert(registrations).values(_values(registration)))

    async def by_token(self, token: TokenHash) -> Registration | None:
        """Return the one whose present or previous token this is, its row locked until the block ends.

        Whoever had to wait for the row sees it as the other one left it.
        """
        return await self._locked(_has_token(token))

    async def by_link(self, token: TokenHash) -> Registration | None:
        """Return the one that an activation link leads to at whatever step, its row locked until the block ends.

        Links that were sent before ids followed from them are known by their token, until the step after it.
        """
        return await self._locked(or_(registrations.c.id == of_link(token), _has_token(token)))

    async def _locked(self, is_meant: Any) -> Registration | None:
        row = (await self.connection.execute(select(registrations).where(is_meant).with_for_update())).one_or_none()
        return None if row is None else _registration(row)

    async def change(self, registration: Registration) -> None:
        """Write one anew. Raises: ``LookupError`` when there is none."""
        changed = await self.connection.execute(
            update(registrations).where(registrations.c.id == registration.id).values(_values(registration))
        )
        if changed.rowcount != 1:
            raise LookupError("no such registration")

    async def prepared(self, client: Isn) -> Registration | None:
        """Return the one of a client that an activation link belongs to and that is not over, be it expired.

        Until the block ends nobody else can prepare one of this client, but waits here.
        """
        await self.connection.execute(select(func.pg_advisory_xact_lock(PREPARING, func.hashint8(client))))
        row = (await self.connection.execute(select(registrations).where(_is_prepared(client)))).one_or_none()
        return None if row is None else _registration(row)

    async def void(self, client: Isn) -> None:
        """Remove what ``prepared`` returns."""
        await self.connection.execute(delete(registrations).where(_is_prepared(client)))


def _has_token(token: TokenHash) -> Any:
    return or_(registrations.c.token == token, registrations.c.previous == token)


def _is_prepared(client: Isn) -> Any:
    columns = registrations.c
    return (columns.client_isn == client) & columns.link.is_not(None) & columns.account_id.is_(None) & ~columns.refused


def _values(registration: Registration) -> dict[str, Any]:
    return {
        "id": registration.id,
        "origin": registration.origin,
        "client_isn": registration.client_isn,
        "policy_isn": registration.policy_isn,
        "token": registration.token,
        "previous": registration.previous,
        "expires_at": registration.expires_at,
        **_factor_values("phone", registration.phone),
        **_factor_values("email", registration.email),
        "questions": [
            {"kind": each.kind.value, "subject": each.subject, "answered": each.answered}
            for each in registration.questions
        ],
        "wrong_answers": registration.wrong_answers,
        "refused": registration.refused,
        "account_id": registration.account,
        "link": registration.link,
    }


def _factor_values(name: str, factor: Factor | None) -> dict[str, Any]:
    if factor is None:
        return {name: None, f"{name}_matches": None, f"{name}_confirmed": None}
    return {name: factor.address, f"{name}_matches": factor.matches, f"{name}_confirmed": factor.confirmed}


def _registration(row: Row[Any]) -> Registration:
    return Registration(
        id=row.id,
        origin=AccountOrigin(row.origin),
        client_isn=row.client_isn,
        policy_isn=row.policy_isn,
        token=row.token,
        previous=row.previous,
        expires_at=row.expires_at,
        phone=None if row.phone is None else Factor(row.phone, row.phone_matches, row.phone_confirmed),
        email=None if row.email is None else Factor(row.email, row.email_matches, row.email_confirmed),
        questions=tuple(Asked(QuestionKind(each["kind"]), each["subject"], each["answered"]) for each in row.questions),
        wrong_answers=row.wrong_answers,
        refused=row.refused,
        account=row.account_id,
        link=None if row.link is None else ContactKind(row.link),
    )
