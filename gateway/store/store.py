"""The database as the domain sees it: transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.accounts import ports
from domain.audit import AccountActions
from domain.errors import StoreUnavailable
from domain.outbox.ports import CommandLog, Idempotency
from domain.payments.means import PaymentMeans
from domain.payments.ports import Payments
from domain.payments.watching import WatchedOrders
from domain.renewals.ports import RenewalOffers
from gateway.settings import StoreSettings
from gateway.store import connections, revisions
from gateway.store.account_actions import PostgresAccountActions
from gateway.store.accounts import PostgresAccounts
from gateway.store.challenges import PostgresChallenges
from gateway.store.codes import PostgresCodes
from gateway.store.commands import PostgresCommandLog
from gateway.store.consents import PostgresConsents
from gateway.store.contact_changes import PostgresContactChanges
from gateway.store.deferral import Deferral
from gateway.store.failures import told_as_unavailable
from gateway.store.feed import PostgresFeed
from gateway.store.outbox import PostgresOutbox
from gateway.store.payment_means import PostgresPaymentMeans
from gateway.store.payments import PostgresPayments
from gateway.store.recoveries import PostgresRecoveries
from gateway.store.registrations import PostgresRegistrations
from gateway.store.renewals import PostgresRenewalOffers
from gateway.store.rules import PostgresRules
from gateway.store.sessions import PostgresSessions
from gateway.store.watched_orders import PostgresWatchedOrders
from gateway.store.wishes import PostgresIdempotency

__all__ = ["PostgresStore", "opened"]


@dataclass(slots=True)
class Work:
    """``domain.accounts.ports.UnitOfWork``."""

    accounts: ports.Accounts
    registrations: ports.Registrations
    recoveries: ports.Recoveries
    challenges: ports.Challenges
    codes: ports.Codes
    sessions: ports.Sessions
    consents: ports.Consents
    contact_changes: ports.ContactChanges
    outbox: ports.Outbox
    account_actions: AccountActions
    feed: ports.Feed
    rules: ports.Rules
    commands: CommandLog
    wishes: Idempotency
    payments: Payments
    payment_means: PaymentMeans
    watched_orders: WatchedOrders
    renewal_offers: RenewalOffers


@dataclass(eq=False, slots=True)
class PostgresStore:
    """``domain.accounts.ports.Store``."""

    engine: AsyncEngine
    deferral: Deferral = field(default_factory=Deferral)
    _is_verified: bool = field(default=False, init=False)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[ports.UnitOfWork]:
        """Begin a transaction: committed at the end of the block, rolled back when that raises.

        Raises: ``StoreUnavailable``, also from within the block and at its end; then nothing was kept, unless the
        connection broke during the commit itself.
        """
        async with self.connection() as connection, connection.begin():
            yield Work(
                PostgresAccounts(connection),
                PostgresRegistrations(connection),
                PostgresRecoveries(connection),
                PostgresChallenges(connection),
                PostgresCodes(connection),
                PostgresSessions(connection),
                PostgresConsents(connection),
                PostgresContactChanges(connection),
                PostgresOutbox(connection, self.deferral),
                PostgresAccountActions(connection),
                PostgresFeed(connection),
                PostgresRules(connection),
                PostgresCommandLog(connection, self.deferral),
                PostgresIdempotency(connection),
                PostgresPayments(connection),
                PostgresPaymentMeans(connection),
                PostgresWatchedOrders(connection),
                PostgresRenewalOffers(connection),
            )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection. Raises: ``StoreUnavailable``, also for a database of another revision."""
        with told_as_unavailable():
            async with self.engine.connect() as connection:
                await self._verify(connection)
                yield connection

    async def verify(self) -> None:
        """Make sure that the database is at our revision. Raises: ``RevisionDiffers``, ``StoreUnavailable``."""
        with told_as_unavailable():
            async with self.engine.connect() as connection:
                await revisions.verify(connection)
        self._is_verified = True

    async def ping(self) -> None:
        """Ask for a sign of life. Raises: ``StoreUnavailable``."""
        async with self.connection() as connection:
            await connection.execute(text("SELECT 1"))

    async def _verify(self, connection: AsyncConnection) -> None:
        """Look at the revision once, at the first connection that is had: at the start there may have been none."""
        if self._is_verified:
            return
        try:
            await revisions.verify(connection)
        except revisions.RevisionDiffers as differs:
            raise StoreUnavailable(f"revision {differs.found}") from differs
        self._is_verified = True


@asynccontextmanager
async def opened(settings: StoreSettings, *, purpose: str = "") -> AsyncIterator[PostgresStore | None]:
    """Open the database, if there is one; nothing is asked of it yet. Its connections are closed at the end."""
    if settings.address is None:
        yield None
        return
    engine = connections.engine(settings, purpose=purpose)
    try:
        yield PostgresStore(engine)
    finally:
        await engine.dispose()
