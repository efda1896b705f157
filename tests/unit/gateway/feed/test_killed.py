"""A process that is killed between any two statements: the next one ends with one account and one message a client.

One that an event kills each time is followed by one that puts the event aside.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from contextlib import suppress
from typing import Any, Final

import psycopg
from sqlalchemy import event as listening

from domain import models
from domain.accounts.automatic import Outcome, Rule, StandingRule
from domain.accounts.ports import Overtaken
from domain.clock import Deadline
from domain.journal import Event, EventKind, Stretch
from domain.models import ContactKind, Line
from domain.ports import Call
from gateway.clock import SystemClock
from gateway.identity.links import LinkTokens
from gateway.settings import StoreSettings
from gateway.store.store import opened
from resolvers.use_cases.automatic import MOST_FAILED, Automatic
from tests.fakes import objects
from tests.fakes.accounts import ACTIVATION
from tests.fakes.clock import NOW
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads

RULE: Final = StandingRule(Rule(frozenset(Line), None, frozenset(ContactKind), 14))
MANY: Final = 100
ENDS_WITHIN_S: Final = 60
FORKED: Final = multiprocessing.get_context("fork")
SEEN: Final = """
SELECT count(*), count(DISTINCT client_isn) FROM registrations WHERE origin = 'AUTOMATIC'
UNION ALL SELECT count(*), count(DISTINCT address) FROM messages WHERE template = 'ACTIVATION'
UNION ALL SELECT count(*), count(DISTINCT args ->> 'id') FROM procrastinate_jobs
UNION ALL SELECT count(*), count(DISTINCT client_isn) FROM decisions WHERE outcome = 'ACCEPTED'
"""


def world(client: int, clock: SystemClock) -> FakeReads:
    """One client, with an address of its own and a policy of today."""
    email = models.Contact(ContactKind.EMAIL, f"client-{client}@example.ru", "c***@e***.ru", confirmed=True)
    today = clock.now().date()
    policy = objects.policy(100 + client, holder_isn=models.Isn(client), concluded_on=today)
    return FakeReads(**rows(clients=[objects.client(client, email=email)], policies=[policy]))


async def see_to(settings: StoreSettings, client: int, dies_at: int | None) -> None:
    """See to the event of a client; die at the so-manyth moment, before or after a statement or at the commit."""
    moments = 0

    def moment(*_: Any) -> None:
        nonlocal moments
        moments += 1
        if moments == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    clock = SystemClock()
    async with opened(settings) as store:
        assert store is not None
        await store.verify()
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            listening.listen(store.engine.sync_engine, name, moment)
        automatic = Automatic(store, LinkTokens(), ACTIVATION, world(client, clock).ports, clock, RULE)
        number, isn = objects.number(100 + client), models.Isn(100 + client)
        told = Stretch((Event(client, EventKind.POLICY_CHANGED, number, isn, NOW),), 0, client, client)
        with suppress(Overtaken):
            await automatic.see_to(told, Call(Deadline.after(clock, 10)))
        moment()


def ended(settings: StoreSettings, client: int, dies_at: int | None) -> int | None:
    """Run it in a process of its own, and return how that ended."""
    process = FORKED.Process(target=lambda: asyncio.run(see_to(settings, client, dies_at)))
    process.start()
    process.join(ENDS_WITHIN_S)
    return process.exitcode


def test_killed_at_any_moment_the_next_one_brings_it_to_the_one_end(database: StoreSettings) -> None:
    kills = 0
    for client in range(1, MANY):
        was_killed = ended(database, client, client) == -signal.SIGKILL
        assert ended(database, client, None) == 0
        if not was_killed:
            break
        kills += 1
    clients = kills + 1
    assert kills > 12, "there are more moments than that"
    assert database.address is not None
    with psycopg.connect(database.address) as connection:
        assert connection.execute(SEEN).fetchall() == [(clients, clients)] * 4


class Deadly:
    """Reads policies; whoever asks for one of them is killed."""

    def __init__(self, reads: FakeReads, policy: models.PolicyNumber) -> None:
        self.clients = reads.ports.clients
        self._read, self._policy = reads.ports.policies_by_number, policy

    async def policies_by_number(self, keys: Any, call: Call) -> Any:
        """Read, or die."""
        if self._policy in keys:
            os.kill(os.getpid(), signal.SIGKILL)
        return await self._read(keys, call)


async def see_to_deadly(settings: StoreSettings) -> None:
    """See to two events, the first of which kills."""
    clock = SystemClock()
    deadly, sound = objects.number(999), objects.number(101)
    async with opened(settings) as store:
        assert store is not None
        reads = Deadly(world(1, clock), deadly)
        automatic = Automatic(store, LinkTokens(), ACTIVATION, reads, clock, RULE)
        events = [
            Event(seq, EventKind.POLICY_CHANGED, number, models.Isn(seq), NOW)
            for seq, number in ((1, deadly), (2, sound))
        ]
        await automatic.see_to(Stretch(tuple(events), 0, 2, 2), Call(Deadline.after(clock, 10)))


def test_an_event_that_kills_each_process_is_put_aside_after_so_many_of_them(database: StoreSettings) -> None:
    ends: list[int | None] = []
    while not ends or ends[-1] != 0:
        assert len(ends) <= MOST_FAILED
        process = FORKED.Process(target=lambda: asyncio.run(see_to_deadly(database)))
        process.start()
        process.join(ENDS_WITHIN_S)
        ends.append(process.exitcode)
    assert ends == [-signal.SIGKILL] * MOST_FAILED + [0]
    assert database.address is not None
    with psycopg.connect(database.address) as connection:
        decided = connection.execute("SELECT seq, outcome FROM decisions ORDER BY seq").fetchall()
    assert decided == [(1, Outcome.UNREADABLE), (2, Outcome.ACCEPTED)]
