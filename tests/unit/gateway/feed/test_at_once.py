"""Automatic, prepared by employees, and by oneself, all at the same time: nobody is registered twice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from domain import models
from domain.accounts.automatic import Rule, StandingRule
from domain.accounts.ports import AccountPorts
from domain.accounts.problems import AccountExists
from domain.accounts.registration import Step
from domain.clock import Deadline
from domain.journal import Event, EventKind, Stretch
from domain.models import ContactKind, Line
from domain.ports import Call
from domain.viewer import Viewer
from gateway.store.store import PostgresStore
from resolvers import accounts, ids
from resolvers.context import Context
from resolvers.use_cases.automatic import Automatic
from resolvers.use_cases.progress import Taken
from tests.fakes import objects
from tests.fakes.accounts import ACTIVATION, FakeAccounts
from tests.fakes.clock import NOW, TODAY, StillClock
from tests.fakes.holdings import rows as held
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE
from tests.unit.gateway.store.made import rows
from tests.unit.resolvers.use_cases.registering import CONSENTS, PASSWORD, PHONE, Registrant

CLIENTS: Final = 6
RULE: Final = StandingRule(Rule(frozenset(Line), None, frozenset(ContactKind), 14))


@dataclass
class Someone(Registrant):
    """A registrant whose registration is kept in a real database."""

    store: PostgresStore | None = None
    shared: FakeAccounts | None = None

    def context(self, viewer: Viewer | None = None) -> Context:
        return replace(super().context(viewer), accounts=self.ports)

    @property
    def ports(self) -> AccountPorts:
        assert self.store is not None
        assert self.shared is not None
        # Whose code is whose is not told here: they are tried one after another.
        patient = replace(self.shared.ports.lifetimes, code_attempts=1000)
        return replace(self.shared.ports, store=self.store, lifetimes=patient)


def email_of(client: int) -> str:
    """The address of a client."""
    return f"client-{client}@example.ru"


def world() -> FakeReads:
    """Clients with a new policy each, all of one name."""
    clients = [
        objects.client(n, email=models.Contact(ContactKind.EMAIL, email_of(n), "***", confirmed=True))
        for n in range(1, CLIENTS + 1)
    ]
    policies = [objects.policy(100 + n, holder_isn=models.Isn(n), concluded_on=TODAY) for n in range(1, CLIENTS + 1)]
    return FakeReads(**held(clients=clients, policies=policies))


async def codes_of(store: PostgresStore) -> list[str]:
    """Every code that was left to be sent, the newest first."""
    query = "SELECT contents ->> 'code' FROM messages WHERE template = 'CODE' AND dead_at IS NULL ORDER BY left_at DESC"
    return [code for (code,) in await rows(store, query)]


async def by_oneself(someone: Someone, client: int, store: PostgresStore) -> None:
    """Take the steps until a password is waited for; the code is one of those that were sent."""
    await someone.start(f"P{100 + client}")
    for give in (someone.phone, someone.email):
        await give(PHONE if give == someone.phone else email_of(client))
        for code in await codes_of(store):
            if not (await someone.code(code)).problems:
                break


async def finished(someone: Someone, token: str) -> Taken:
    """Open a link, enter the code of the phone if one is wanted, and choose a password."""
    assert someone.store is not None
    taken = await accounts.open_activation(someone.context(), token)
    if taken.progress is not None and taken.progress.step is Step.PHONE_CODE:
        someone.token = taken.progress.token
        for code in await codes_of(someone.store):
            tried = await someone.code(code)
            if not tried.problems:
                taken = tried
                break
    if taken.progress is None:
        return taken
    return await accounts.finish(someone.context(), taken.progress.token, PASSWORD, CONSENTS)


async def test_nobody_is_registered_twice_whatever_the_order(store: PostgresStore) -> None:
    clock, reads = StillClock(), world()
    shared = FakeAccounts(clock)

    def someone() -> Someone:
        one = Someone(clock, reads, store=store, shared=shared)
        one.kept = shared
        return one

    automatic = Automatic(store, shared, ACTIVATION, reads.ports, clock, RULE)
    events = tuple(
        Event(n, EventKind.POLICY_CHANGED, objects.number(100 + n), models.Isn(100 + n), NOW)
        for n in range(1, CLIENTS + 1)
    )
    call = Call(Deadline.after(clock, 60))
    alone = {n: someone() for n in range(1, CLIENTS + 1)}
    for n, each in alone.items():
        await by_oneself(each, n, store)

    await asyncio.gather(
        automatic.see_to(Stretch(events, 0, CLIENTS, CLIENTS), call),
        *(
            accounts.prepare(someone().context(EMPLOYEE), ids.encode("Client", n), PHONE, email_of(n))
            for n in [*range(CLIENTS, 0, -1)] * 2
        ),
    )
    live = "SELECT client_isn, count(*) FROM registrations WHERE link IS NOT NULL GROUP BY 1 ORDER BY 1"
    assert await rows(store, live) == [(n, 1) for n in range(1, CLIENTS + 1)]

    sent = await rows(
        store, "SELECT contents ->> 'link' FROM messages WHERE template = 'ACTIVATION' AND dead_at IS NULL"
    )
    tokens = [link.removeprefix(ACTIVATION.address) for (link,) in sent]
    ends = await asyncio.gather(
        *(accounts.finish(each.context(), each.token, PASSWORD, CONSENTS) for each in alone.values()),
        *(finished(someone(), token) for token in tokens),
    )

    assert len([each for each in ends if each.issued is not None]) == CLIENTS
    assert AccountExists() in {problem for each in ends for problem in each.problems}
    kept = await rows(store, "SELECT client_isn, count(*) FROM accounts GROUP BY 1 ORDER BY 1")
    assert kept == [(n, 1) for n in range(1, CLIENTS + 1)]
