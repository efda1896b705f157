"""Commands that are accepted by the store's own code, and what the database says became of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text

from dev.bench.people import FIRST_ISN
from domain.accounts.contacts import ContactChange, ContactChangeId, ContactChangeState
from domain.accounts.models import Account, AccountId, AccountOrigin
from domain.accounts.ports import UnitOfWork
from domain.models import ClaimId, ContactKind, Isn, PolicyNumber
from domain.money import Money
from domain.outbox.models import CommandKind
from domain.payments.models import PaidDeductible, Payment, PaymentId, PaymentState
from gateway.store.store import PostgresStore

__all__ = ["Desk"]

OWNER_ISN: Final = FIRST_ISN + 900_000
"""Nobody else has an account for this client."""
BATCH: Final = 200
"""Commands of one transaction: each keeps a lock until its end."""
LOOK_S: Final = 0.05
CLEAR: Final = """
DO $$ DECLARE guard record; BEGIN
  FOR guard IN SELECT tgrelid::regclass AS kept, tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', guard.kept, guard.tgname);
  END LOOP;
  TRUNCATE commands, contact_changes, payments, wishes, procrastinate_jobs CASCADE;
  FOR guard IN SELECT tgrelid::regclass AS kept, tgname FROM pg_trigger WHERE tgenabled = 'D' AND NOT tgisinternal LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.kept, guard.tgname);
  END LOOP;
END $$"""
"""Whatever refers to these is emptied too; tables that are only added to would refuse, though nothing is in them.

Emptied rather than deleted from: what is measured next must not wade through what was.
"""
SET_ASIDE: Final = (
    "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'",
    "DROP TABLE IF EXISTS aside_payments, aside_commands, aside_jobs",
    "CREATE TABLE aside_payments AS TABLE payments",
    "CREATE TABLE aside_commands AS TABLE commands",
    "CREATE TABLE aside_jobs AS TABLE procrastinate_jobs",
)
PARK: Final = (
    "INSERT INTO payments OVERRIDING SYSTEM VALUE SELECT * FROM aside_payments",
    "INSERT INTO commands OVERRIDING SYSTEM VALUE SELECT * FROM aside_commands",
    "INSERT INTO procrastinate_jobs OVERRIDING SYSTEM VALUE SELECT * FROM aside_jobs",
)
TOOK: Final = """
SELECT EXTRACT(EPOCH FROM ended_at - accepted_at) FROM commands WHERE id = ANY(:ids) AND state = 'DONE'
"""
SPAN: Final = "SELECT EXTRACT(EPOCH FROM max(ended_at) - min(ended_at)) FROM commands WHERE id = ANY(:ids)"
NOT_DONE: Final = "SELECT count(*) FROM commands WHERE id = ANY(:ids) AND state <> 'DONE'"


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes what one customer wants; each is of a subject of its own, so that none waits for another."""

    store: PostgresStore
    account: AccountId

    @classmethod
    async def opened(cls, store: PostgresStore) -> Desk:
        """Give the customer an account, unless there is one."""
        async with store.work() as work:
            found = await work.accounts.of_client(Isn(OWNER_ISN))
            if found is None:
                found = customer()
                await work.accounts.add(found)
        return cls(store, found.id)

    async def accept(self, many: int) -> list[UUID]:
        """Take changes of a contact, for the policy core; return the ids of their commands."""
        ids: list[UUID] = []
        while len(ids) < many:
            async with self.store.work() as work:
                ids += [await self._change(work) for _ in range(min(BATCH, many - len(ids)))]
        return ids

    async def set_aside(self, many: int) -> None:
        """Accept commands for the claims core and put copies of them aside, for ``park``: accepting takes its time."""
        for first in range(0, many, BATCH):
            async with self.store.work() as work:
                for _ in range(min(BATCH, many - first)):
                    await self._deductible(work)
        await self._told(SET_ASIDE)

    async def park(self) -> None:
        """Leave the commands that were set aside as a maintenance does: tried once, and not again before its end.

        The server is told how many there are, as it finds out by itself sooner or later.
        """
        await self._told((*PARK, "ANALYZE commands, payments, procrastinate_jobs"))

    async def done(self, ids: Sequence[UUID], within_s: float) -> list[float]:
        """Wait until commands are done; return how long each took since it was accepted, in seconds.

        Raises: ``TimeoutError``.
        """
        async with asyncio.timeout(within_s):
            await self._await(ids, 0)
        async with self.store.connection() as connection:
            return [float(each) for each in (await connection.execute(text(TOOK), {"ids": list(ids)})).scalars()]

    async def begun(self, ids: Sequence[UUID], within_s: float) -> int:
        """Wait until one of them is done; return how many are not. Raises: ``TimeoutError``."""
        async with asyncio.timeout(within_s):
            return await self._await(ids, len(ids) - 1)

    async def span_s(self, ids: Sequence[UUID]) -> float:
        """Return the seconds between the first that was done and the last."""
        async with self.store.connection() as connection:
            return float((await connection.execute(text(SPAN), {"ids": list(ids)})).scalar_one())

    async def clear(self) -> None:
        """Forget all commands and what they were for; no worker may be at work."""
        await self._told((CLEAR,))

    async def _told(self, statements: Sequence[str]) -> None:
        async with self.store.connection() as connection, connection.begin():
            for statement in statements:
                await connection.execute(text(statement))

    async def _await(self, ids: Sequence[UUID], most: int) -> int:
        """Wait until so many at most are not done; return how many."""
        while True:
            async with self.store.connection() as connection:
                left = int((await connection.execute(text(NOT_DONE), {"ids": list(ids)})).scalar_one())
            if left <= most:
                return left
            await asyncio.sleep(LOOK_S)

    async def _change(self, work: UnitOfWork) -> UUID:
        now = datetime.now(UTC)
        change = ContactChange(
            ContactChangeId(uuid4()),
            self.account,
            ContactKind.PHONE,
            f"+7904{secrets.randbelow(10**7):07d}",
            ContactKind.PHONE,
            now,
            now + timedelta(days=1),
            ContactChangeState.WAITING,
            new_confirmed=True,
            old_confirmed=True,
            accepted_at=now,
        )
        await work.contact_changes.begin(change)
        return await work.commands.accept(CommandKind.UPDATE_CONTACTS, f"bench/{change.id}", change.id, now)

    async def _deductible(self, work: UnitOfWork) -> None:
        now, id_ = datetime.now(UTC), PaymentId(uuid4())
        claim = PaidDeductible(ClaimId(str(id_)), "1", PolicyNumber("K1"))
        amount = Money(Decimal(1))
        payment = Payment(
            id_, 0, self.account, Isn(OWNER_ISN), claim, amount, now, PaymentState.PAID, paid_at=now, ended_at=now
        )
        await work.payments.add(payment)
        await work.commands.accept(CommandKind.RECORD_DEDUCTIBLE, payment.subject, id_, now)


def customer() -> Account:
    """Make an account that nobody signs in to."""
    now = datetime.now(UTC)
    phone, email = "+79040000000", "commands@bench.invalid"
    return Account(
        AccountId(uuid4()),
        Isn(OWNER_ISN),
        AccountOrigin.SELF,
        phone,
        email,
        "no password has this hash",
        two_step=False,
        created_at=now,
    )
