"""A registration whose process ends between any two statements: the step is repeated, and one account comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from sqlalchemy import event

from domain.accounts.ports import AccountPorts
from domain.accounts.registration import Step
from gateway.store import tables
from gateway.store.store import PostgresStore
from resolvers import accounts
from resolvers.context import Context
from resolvers.use_cases.progress import Taken
from tests.fakes.requests import request
from tests.unit.gateway.store.made import rows
from tests.unit.resolvers.use_cases.registering import CONSENTS, EMAIL, NAME, PASSWORD, PHONE, Registrant

PHONE_E164 = "+79161234567"


class Ended(Exception):
    """The process is no more."""


class Statements:
    """Counts what is asked of the database, and ends before the one that it is told."""

    def __init__(self) -> None:
        self.seen = 0
        self.last = 0
        self.count = False

    def look(self, *_: Any) -> None:
        self.seen += self.count
        if self.count and self.seen == self.last:
            raise Ended


@contextmanager
def watched(store: PostgresStore) -> Iterator[Statements]:
    statements = Statements()
    event.listen(store.engine.sync_engine, "before_cursor_execute", statements.look)
    event.listen(store.engine.sync_engine, "commit", statements.look)
    try:
        yield statements
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", statements.look)
        event.remove(store.engine.sync_engine, "commit", statements.look)


class Kept(Registrant):
    """A registrant whose account is kept in the real database."""

    store: PostgresStore

    def context(self, viewer: Any = None) -> Context:
        ports: AccountPorts = replace(self.kept.ports, store=self.store)
        return request(self.reads, viewer, clock=self.clock, accounts=ports, visit=self.visitor)


async def register(store: PostgresStore, statements: Statements) -> None:
    """Take every step; one that the process did not survive is taken again with the same token, as a client does."""
    olga = Kept()
    olga.store = store

    async def insistent(name: str, *given: Any) -> Taken:
        token = olga.token
        while True:
            try:
                statements.count = True
                taken: Taken = await getattr(accounts, name)(olga.context(), *([token] if token else ()), *given)
            except Ended:
                if not token:
                    given = await pictured(), *given[1:]
                continue
            finally:
                statements.count = False
            assert taken.problems == (), (name, taken.problems)
            assert taken.progress is not None
            olga.token = taken.progress.token
            return taken

    async def pictured() -> str:
        made = await accounts.picture(olga.context())
        assert made.picture is not None
        return made.picture.id

    await insistent("start", await pictured(), "123456", "P100", NAME)
    await insistent("give_phone", PHONE)
    await insistent("confirm_code", await code(store, PHONE_E164))
    await insistent("give_email", EMAIL)
    await insistent("confirm_code", await code(store, EMAIL))
    done = await insistent("finish", PASSWORD, CONSENTS)
    assert done.progress is not None
    assert done.progress.step is Step.DONE
    assert done.issued is not None


async def code(store: PostgresStore, address: str) -> str:
    """The newest code for an address, as it waits to be sent."""
    async with store.engine.connect() as connection:
        found = await connection.exec_driver_sql(
            "SELECT contents->>'code' FROM messages"
            " WHERE address = %s AND template = 'CODE' ORDER BY left_at DESC LIMIT 1",
            (address,),
        )
        return str(found.scalar_one())


async def test_whatever_statement_is_the_last_one_the_client_gets_there(store: PostgresStore) -> None:
    with watched(store) as statements:
        for last in count(1):
            await emptied(store)
            statements.last, statements.seen = last, 0
            await register(store, statements)
            assert await rows(store, "SELECT count(*) FROM accounts") == [(1,)]
            assert await rows(store, "SELECT count(*) FROM consents") == [(1,)]
            assert await rows(store, "SELECT count(*) FROM messages WHERE template = 'REGISTERED'") == [(1,)]
            if statements.seen < last:
                break
        assert last > 20


async def emptied(store: PostgresStore) -> None:
    """Forget everybody."""
    async with store.engine.begin() as connection:
        for table in (tables.accounts, tables.registrations, tables.codes, tables.messages):
            await connection.execute(table.delete())
