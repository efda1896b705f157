"""The shared store goes and comes back; this process goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import structlog.testing

from gateway.sources.guarded import GuardedStore
from gateway.sources.local import LocalStore
from gateway.sources.store import (
    Computed,
    Granted,
    Kept,
    Lease,
    Look,
    Name,
    Resting,
    StoreRefused,
    StoreUnreachable,
    Wanted,
)
from tests.unit.gateway.sources.fakes import Counts, StillClock

NAME = Name("gateway:life_contract:{1}", "gateway:life_contract:{1}:read:1")
SHARED = Kept(100, b"shared")
GONE = StoreUnreachable("TimeoutError")
FULL = StoreRefused("OutOfMemoryError")


@dataclass(slots=True)
class Moody:
    """A shared store that fails the way it is told, by operation."""

    fails: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    found: Look = field(default_factory=lambda: Look(SHARED))
    keeps: bool = True

    def _asked(self, operation: str) -> None:
        self.asked.append(operation)
        if failure := self.fails.get(operation, self.fails.get("all")):
            raise failure

    async def look(self, read: str, names: Sequence[Name]) -> list[Look]:
        self._asked("look")
        return [self.found for _ in names]

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> list[Lease]:
        self._asked("lease")
        return [Granted(each.name, 200, "me", is_shared=True) for each in wanted]

    async def renew(self, read: str, grants: Sequence[Granted], lease_s: float) -> None:
        self._asked("renew")

    async def keep(self, read: str, computed: Sequence[Computed]) -> list[bool]:
        self._asked("keep")
        return [self.keeps for _ in computed]

    async def tell(self, read: str, computed: Sequence[Computed]) -> None:
        self._asked("tell")

    async def invalidate(self, names: Sequence[Name]) -> None:
        self._asked("invalidate")


@dataclass(slots=True)
class Bench:
    moody: Moody = field(default_factory=Moody)
    clock: StillClock = field(default_factory=StillClock)
    counts: Counts = field(default_factory=Counts)
    store: GuardedStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = GuardedStore(self.moody, LocalStore(self.clock, 10), self.clock, 1.0, self.counts)

    async def look(self) -> Look:
        (look,) = await self.store.look("read", [NAME])
        return look

    async def lease(self, *, seen: int = 0, rests: bool = False) -> Lease:
        (lease,) = await self.store.lease("read", [Wanted(NAME, seen, rests)], 3)
        return lease

    async def keep(self, grant: Lease, data: bytes = b"new", *, kept_s: float = 60, rest_s: float = 0) -> bool:
        assert isinstance(grant, Granted)
        (kept,) = await self.store.keep("read", [Computed(grant, data, kept_s, rest_s)])
        return kept


async def test_what_works_is_passed_on() -> None:
    bench = Bench()
    assert await bench.look() == Look(SHARED)
    grant = await bench.lease()
    assert grant == Granted(NAME, 200, "me", is_shared=True)
    assert isinstance(grant, Granted)
    await bench.store.renew("read", [grant], 3)
    assert await bench.keep(grant)
    await bench.store.tell("read", [Computed(grant, b"")])
    await bench.store.invalidate([NAME])
    assert bench.moody.asked == ["look", "lease", "renew", "keep", "tell", "invalidate"]
    assert (bench.counts.failures, bench.store.is_reachable) == ({}, True)


async def test_a_store_that_does_not_answer_is_asked_once_a_pause() -> None:
    bench = Bench(Moody(fails={"all": GONE}))
    for _ in range(10):
        assert (await bench.look()).kept is None
        assert isinstance(await bench.lease(), Granted)
    assert bench.moody.asked == ["look"]
    assert bench.counts.failures == {"look": 1, "skipped": 19}
    bench.clock.seconds = 1.0
    for _ in range(10):
        await bench.look()
    assert bench.moody.asked == ["look", "look"]
    assert bench.counts.reachable == [False]


async def test_it_is_used_again_after_one_success() -> None:
    bench = Bench(Moody(fails={"all": GONE}))
    await bench.look()
    bench.moody.fails.clear()
    assert (await bench.look()).kept is None
    bench.clock.seconds = 1.0
    for _ in range(3):
        assert await bench.look() == Look(SHARED)
    assert len(bench.moody.asked) == 4
    assert bench.counts.reachable == [False, True]


async def test_while_it_is_away_copies_are_served_and_computations_granted_here() -> None:
    bench = Bench()
    await bench.look()
    bench.moody.fails["all"] = GONE
    assert (await bench.look()).kept == SHARED
    grant = await bench.lease(seen=SHARED.fence)
    assert isinstance(grant, Granted)
    assert (grant.is_shared, grant.fence > SHARED.fence) == (False, True)
    await bench.store.renew("read", [grant], 3)
    assert await bench.keep(grant)
    kept = (await bench.look()).kept
    assert kept == Kept(grant.fence, b"new", only_here=True)
    # Who looked before that was kept is shown it rather than asked to make it again.
    assert await bench.lease(seen=SHARED.fence) == Look(kept)
    assert bench.moody.asked == ["look", "look"]


async def test_what_was_computed_under_a_lease_is_held_here_when_the_store_has_gone_since() -> None:
    bench = Bench()
    grant = await bench.lease()
    bench.moody.fails["all"] = GONE
    assert await bench.keep(grant)
    assert (await bench.look()).kept == Kept(200, b"new", only_here=True)


async def test_copies_are_doubted_once_the_store_is_back() -> None:
    bench = Bench(Moody(found=Look(None), fails={"all": GONE}))
    grant = await bench.lease()
    assert isinstance(grant, Granted)
    assert await bench.keep(grant)
    bench.moody.fails.clear()
    bench.clock.seconds = 1.0
    assert (await bench.look()).kept == Kept(grant.fence, b"new", doubtful=True, only_here=True)


async def test_what_the_store_has_dropped_is_not_served_from_here() -> None:
    bench = Bench()
    await bench.look()
    bench.moody.found = Look(None)
    assert (await bench.look()).kept is None
    bench.moody.fails["all"] = GONE
    assert (await bench.look()).kept == SHARED


async def test_a_full_store_is_read_and_passes_on_what_it_cannot_hold() -> None:
    bench = Bench(Moody(fails={"keep": FULL}, found=Look(None)))
    for _ in range(3):
        assert await bench.keep(await bench.lease())
        assert (await bench.look()).kept == Kept(200, b"new", only_here=True)
    assert bench.moody.asked == ["lease", "keep", "tell", "look"] * 3
    assert bench.counts.failures == {"keep": 3}
    assert bench.store.is_reachable


async def test_what_the_store_finds_outdated_is_not_held_here_either() -> None:
    bench = Bench(Moody(keeps=False, found=Look(None)))
    assert not await bench.keep(await bench.lease())
    assert (await bench.look()).kept is None


async def test_a_copy_older_than_an_invalidation_is_not_served() -> None:
    bench = Bench(Moody(found=Look(None), fails={"keep": FULL}))
    await bench.keep(await bench.lease())
    bench.moody.found = Look(None, cut=200)
    assert (await bench.look()).kept is None
    bench.moody.found = Look(None, cut=199)
    assert (await bench.look()).kept == Kept(200, b"new", only_here=True)


async def test_failures_rest_here_too() -> None:
    bench = Bench(Moody(fails={"all": GONE}))
    assert await bench.keep(await bench.lease(), kept_s=0, rest_s=15)
    bench.clock.seconds = 14
    assert await bench.lease(rests=True) == Resting(1)
    assert isinstance(await bench.lease(), Granted)
    bench.clock.seconds = 15
    assert isinstance(await bench.lease(rests=True), Granted)


async def test_an_invalidation_while_the_store_is_away_holds_here_and_is_an_error() -> None:
    bench = Bench()
    await bench.look()
    bench.moody.fails["all"] = GONE
    grant = await bench.lease(seen=SHARED.fence)
    with pytest.raises(StoreUnreachable):
        await bench.store.invalidate([NAME])
    assert (await bench.look()).kept is None
    assert not await bench.keep(grant)
    assert await bench.keep(await bench.lease())


async def test_only_so_many_copies_are_held() -> None:
    bench = Bench()
    local = bench.store.local
    names = [Name(f"{index}", f"{index}:read") for index in range(12)]
    for index, name in enumerate(names):
        local.put(name, Kept(index + 1, b"data"))
        local.look(names[0])
    held = [index for index, name in enumerate(names) if local.look(name).kept is not None]
    assert held == [0, *range(3, 12)]


async def test_each_change_of_state_is_one_line() -> None:
    bench = Bench(Moody(fails={"look": GONE, "keep": FULL}))
    with structlog.testing.capture_logs() as lines:
        for second in range(5):
            bench.clock.seconds = second * 2
            await bench.look()
        bench.moody.fails.pop("look")
        for second in range(5, 9):
            bench.clock.seconds = second * 2
            await bench.look()
            await bench.keep(await bench.lease())
        bench.moody.fails.clear()
        await bench.keep(await bench.lease())
    assert [(line["event"], line["operation"], line["log_level"]) for line in lines] == [
        ("cache out", "look", "warning"),
        ("cache back", "look", "info"),
        ("cache refuses", "keep", "warning"),
        ("cache accepts", "keep", "info"),
    ]


async def test_whatever_a_store_raises_counts_as_no_answer_and_is_not_quoted() -> None:
    odd = ValueError("invalid literal for int(): 'P1'")
    bench = Bench(Moody(fails={"all": odd}))
    with structlog.testing.capture_logs() as lines:
        assert (await bench.look()).kept is None
        assert await bench.keep(await bench.lease())
        await bench.store.renew("read", [Granted(NAME, 200, "me", is_shared=True)], 3)
        await bench.store.tell("read", [Computed(Granted(NAME, 200, "me", is_shared=True), b"")])
        with pytest.raises(StoreUnreachable, match=r"^ValueError$"):
            await bench.store.invalidate([NAME])
    assert bench.moody.asked == ["look", "invalidate"]
    assert bench.counts.reachable == [False]
    assert [(line["event"], line["detail"]) for line in lines] == [("cache out", "ValueError")]
