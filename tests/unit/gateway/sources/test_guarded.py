from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog.testing

from gateway.sources.guarded import GuardedStore
from gateway.sources.store import Entry, StoreFailed, StoreRefused, StoreUnreachable
from tests.unit.gateway.sources.fakes import Counts, StillClock

ENTRY = Entry("name", b"data", 60)


@dataclass(slots=True)
class Moody:
    """A store that fails the way it is told, per operation."""

    get_fails: StoreFailed | None = None
    put_fails: StoreFailed | None = None
    asked: int = 0

    async def get(self, read: str, names: Sequence[str]) -> Sequence[bytes | None]:
        self.asked += 1
        if self.get_fails:
            raise self.get_fails
        return [b"data"] * len(names)

    async def put(self, read: str, entries: Sequence[Entry]) -> None:
        self.asked += 1
        if self.put_fails:
            raise self.put_fails


@dataclass(slots=True)
class Bench:
    moody: Moody = field(default_factory=Moody)
    clock: StillClock = field(default_factory=StillClock)
    counts: Counts = field(default_factory=Counts)

    def guarded(self) -> GuardedStore:
        return GuardedStore(self.moody, self.clock, 1.0, self.counts)


async def test_what_works_is_passed_on() -> None:
    bench = Bench()
    store = bench.guarded()
    assert await store.get("read", ["a", "b"]) == [b"data", b"data"]
    await store.put("read", [ENTRY])
    assert (bench.moody.asked, bench.counts.failures) == (2, {})


async def test_a_store_that_does_not_answer_is_asked_once_per_pause() -> None:
    bench = Bench(Moody(get_fails=StoreUnreachable("TimeoutError")))
    store = bench.guarded()
    for _ in range(10):
        assert await store.get("read", ["a"]) == [None]
        await store.put("read", [ENTRY])
    assert bench.moody.asked == 1
    assert bench.counts.failures == {"get": 1, "skipped": 19}
    bench.clock.seconds = 1.0
    for _ in range(10):
        await store.get("read", ["a"])
    assert bench.moody.asked == 2


async def test_it_is_used_again_after_one_success() -> None:
    bench = Bench(Moody(get_fails=StoreUnreachable("TimeoutError")))
    store = bench.guarded()
    await store.get("read", ["a"])
    bench.moody.get_fails = None
    assert await store.get("read", ["a"]) == [None]
    bench.clock.seconds = 1.0
    for _ in range(3):
        assert await store.get("read", ["a"]) == [b"data"]
    assert bench.moody.asked == 4


async def test_a_full_store_is_still_read() -> None:
    bench = Bench(Moody(put_fails=StoreRefused("OutOfMemoryError")))
    store = bench.guarded()
    for _ in range(3):
        await store.put("read", [ENTRY])
        assert await store.get("read", ["a"]) == [b"data"]
    assert bench.counts.failures == {"put": 3}


async def test_each_change_of_state_is_one_line() -> None:
    bench = Bench(Moody(get_fails=StoreUnreachable("TimeoutError"), put_fails=StoreRefused("OutOfMemoryError")))
    store = bench.guarded()
    with structlog.testing.capture_logs() as lines:
        for second in range(5):
            bench.clock.seconds = second * 2
            await store.get("read", ["a"])
        bench.moody.get_fails = None
        for second in range(5, 9):
            bench.clock.seconds = second * 2
            await store.get("read", ["a"])
            await store.put("read", [ENTRY])
    assert [(line["event"], line["operation"], line["log_level"]) for line in lines] == [
        ("cache out", "get", "warning"),
        ("cache back", "get", "info"),
        ("cache out", "put", "warning"),
    ]
