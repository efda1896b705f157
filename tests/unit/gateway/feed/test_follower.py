"""The follower on a real database: goes on where it was, whatever fails, and stops when asked to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from domain import models
from domain.clock import Clock
from domain.errors import Source, SourceUnavailable, StoreUnavailable
from domain.journal import Event, EventKind, Stretch
from domain.ports import Call
from gateway.clock import SystemClock
from gateway.feed.follower import Follower
from gateway.settings import AutomaticSettings
from gateway.store.store import PostgresStore
from tests.fakes.clock import NOW
from tests.unit.gateway.store.made import rows

SETTINGS = AutomaticSettings(pause_s=0.05, longest_pause_s=0.2, events=10, from_start=True)


@dataclass
class Journal:
    """A journal of so many events; ``faults`` come first."""

    newest: int = 25
    faults: list[Exception] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    async def events(self, after_seq: int, count: int, call: Call) -> Stretch:
        self.asked.append(after_seq)
        if self.faults:
            raise self.faults.pop(0)
        seqs = range(after_seq + 1, min(after_seq + count, self.newest) + 1)
        kind = EventKind.POLICY_CHANGED
        events = tuple(Event(seq, kind, models.PolicyNumber(f"P{seq}"), models.Isn(seq), NOW) for seq in seqs)
        return Stretch(events, 0, events[-1].seq if events else after_seq, self.newest)


@dataclass
class Seen:
    """Sees to events by remembering them in the database."""

    store: PostgresStore
    seqs: list[int] = field(default_factory=list)
    faults: dict[int, Exception] = field(default_factory=dict)

    async def see_to(self, stretch: Stretch, call: Call) -> None:
        for event in stretch.events:
            async with self.store.work() as work:
                await work.feed.reach(event.seq)
                if event.seq in self.faults:
                    raise self.faults.pop(event.seq)
            self.seqs.append(event.seq)


def follower(store: PostgresStore, journal: Journal, seen: Seen, clock: Clock | None = None) -> Follower:
    return Follower(store, journal, seen, SETTINGS, clock or SystemClock())


async def followed(one: Follower, until: Callable[[], bool]) -> None:
    """Follow until something is so, then stop."""
    running = asyncio.create_task(one.run())
    async with asyncio.timeout(20):
        while not until():
            assert not running.done()
            await asyncio.sleep(0.01)
        one.stopped.set()
        await running


async def test_every_event_is_seen_to_once_in_order(store: PostgresStore) -> None:
    journal, seen = Journal(), Seen(store)
    await followed(follower(store, journal, seen), lambda: len(seen.seqs) == 25)
    assert seen.seqs == list(range(1, 26))
    assert journal.asked[:3] == [0, 10, 20]


async def test_a_journal_that_was_never_followed_is_from_its_newest_event_on(store: PostgresStore) -> None:
    journal, seen, away = Journal(), Seen(store), SourceUnavailable(Source.POLICY_CORE, "GetJournal", "HTTP 503")
    journal.faults.append(away)
    one = Follower(store, journal, seen, replace(SETTINGS, from_start=False), SystemClock())

    await followed(one, lambda: len(journal.asked) > 2)
    journal.newest = 27
    another = Follower(store, journal, seen, replace(SETTINGS, from_start=False), SystemClock())
    await followed(another, lambda: len(seen.seqs) == 2)

    assert journal.asked[:3] == [0, 0, 25]
    assert seen.seqs == [26, 27]


async def test_an_empty_journal_is_followed_from_its_first_event_whatever_the_settings(store: PostgresStore) -> None:
    journal, seen = Journal(0), Seen(store)
    one = Follower(store, journal, seen, replace(SETTINGS, from_start=False), SystemClock())
    await followed(one, lambda: len(journal.asked) > 1)
    journal.newest = 2
    await followed(follower(store, journal, seen), lambda: len(seen.seqs) == 2)
    assert seen.seqs == [1, 2]


async def test_another_one_goes_on_where_the_first_stopped_and_new_events_are_found(store: PostgresStore) -> None:
    journal, first, second = Journal(), Seen(store), Seen(store)
    await followed(follower(store, journal, first), lambda: len(first.seqs) == 25)
    journal.newest = 28
    await followed(follower(store, journal, second), lambda: len(second.seqs) == 3)
    assert second.seqs == [26, 27, 28]


async def test_of_two_at_once_one_works_and_the_other_takes_its_place(store: PostgresStore) -> None:
    journal, seen = Journal(5), (Seen(store), Seen(store))
    two = [follower(store, journal, each) for each in seen]
    running = [asyncio.create_task(each.run()) for each in two]
    async with asyncio.timeout(20):
        while len(seen[0].seqs) + len(seen[1].seqs) < 5:
            await asyncio.sleep(0.01)
        worked = next(place for place, each in enumerate(seen) if each.seqs)
        assert seen[1 - worked].seqs == []
        two[worked].stopped.set()
        await running[worked]
        journal.newest = 6
        while not seen[1 - worked].seqs:
            await asyncio.sleep(0.01)
        two[1 - worked].stopped.set()
        await asyncio.gather(*running)
    assert seen[1 - worked].seqs == [6]


async def test_while_the_policy_core_is_away_it_waits_longer_each_time_and_goes_on(store: PostgresStore) -> None:
    away = SourceUnavailable(Source.POLICY_CORE, "GetJournal", "HTTP 503")
    journal, seen = Journal(3, [away, away]), Seen(store, faults={2: away})
    one = follower(store, journal, seen)
    await followed(one, lambda: len(seen.seqs) == 3)
    assert seen.seqs == [1, 2, 3]
    assert one.failures == 0
    pauses = [Follower(store, journal, seen, SETTINGS, SystemClock(), failures=each).pause_s for each in (0, 1, 2, 99)]
    assert pauses == [0.05, 0.1, 0.2, 0.2]


async def test_a_database_that_goes_away_is_come_back_to(store: PostgresStore) -> None:
    journal, seen = Journal(3), Seen(store, faults={2: StoreUnavailable("57P01")})
    await followed(follower(store, journal, seen), lambda: len(seen.seqs) == 3)
    assert seen.seqs == [1, 2, 3]


async def test_who_lost_the_lock_without_knowing_changes_nothing(store: PostgresStore) -> None:
    journal, seen = Journal(3), Seen(store)

    async def overtake(*_: Any) -> None:
        async with store.work() as work:
            await work.feed.reach(3)
        await Seen.see_to(seen, Stretch((await journal.events(0, 3, None)).events, 0, 3, 3), None)  # type: ignore[arg-type]

    one = Follower(store, journal, type("Late", (), {"see_to": staticmethod(overtake)})(), SETTINGS, SystemClock())
    await followed(one, lambda: len(journal.asked) > 2)
    assert seen.seqs == []
    assert await rows(store, "SELECT seq FROM feeds") == [(3,)]


async def test_it_stops_at_once_while_it_waits(store: PostgresStore) -> None:
    one = follower(store, Journal(0), Seen(store))
    one.stopped.set()
    with suppress(TimeoutError):
        await asyncio.wait_for(one.run(), 5)
    assert one.failures == 0
