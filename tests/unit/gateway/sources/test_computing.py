"""Computations that go wrong, and new values for stale ones: who waits is told, and somebody can always be asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from domain import models
from domain.clock import Deadline
from domain.errors import SourceTimeout
from domain.ports import Call, Outcome
from gateway.sources.background import Background
from gateway.sources.reading import pause_s
from gateway.sources.revalidating import Revalidating
from gateway.sources.store import Granted, Lease, Wanted
from tests.unit.gateway.sources.caches import POLICY
from tests.unit.gateway.sources.fakes import valuation
from tests.unit.gateway.sources.shared_model import ModelProcess, Server
from tests.unit.gateway.sources.virtual_time import LoopClock, run

LATENCY_S = 2.0**-7
OLD = replace(POLICY, fresh_until=lambda computed_at: computed_at, patience_s=5.0)


@dataclass(eq=False, slots=True)
class Stubborn:
    """A read that takes as long as it is told, whatever its deadline; the ``deaf`` one heeds no cancellation either."""

    takes_s: float
    deaf: bool = False
    running: set[str] = field(default_factory=set)
    most: int = 0
    asked: int = 0

    async def __call__(self, keys: Sequence[str], _call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        self.asked += 1
        self.running.update(keys)
        self.most = max(self.most, len(self.running))
        try:
            await asyncio.sleep(self.takes_s)
        except asyncio.CancelledError:
            if not self.deaf:
                raise
            await asyncio.sleep(100)
            raise ValueError("much too late") from None
        finally:
            self.running.difference_update(keys)
        return [valuation(key) for key in keys]


@pytest.mark.parametrize("deaf", [False, True])
def test_a_read_that_ignores_its_deadline_is_cancelled_and_its_lease_given_free(*, deaf: bool) -> None:
    async def scenario() -> None:
        read, server = Stubborn(1000, deaf=deaf), Server(LATENCY_S)
        one, two = (ModelProcess(server, holder, read, replace(POLICY, patience_s=5.0)) for holder in ("one", "two"))
        waiting = [each.ask("P1", within_s=8) for each in (one, two)]
        for (outcome,) in await asyncio.gather(*waiting):
            assert isinstance(outcome, SourceTimeout)
        await asyncio.sleep(2)
        assert (read.asked, server.leases, bool(read.running)) == (1, {}, deaf)
        read.takes_s = 0
        assert await two.ask("P1") == [valuation("P1")]
        await asyncio.sleep(200)

    run(scenario())


def test_a_read_may_say_itself_that_its_time_is_over() -> None:
    async def scenario() -> None:
        read = Stubborn(5 + 1 / 4)
        one = ModelProcess(Server(LATENCY_S), "one", read, replace(POLICY, patience_s=5.0))
        await one.ask("P1", within_s=2)
        assert await one.ask("P1", within_s=20) == [valuation("P1")]
        assert read.asked == 1

    run(scenario())


def test_a_computation_cancelled_before_its_first_turn_leaves_nobody_waiting_for_it() -> None:
    async def scenario() -> None:
        one = ModelProcess(Server(LATENCY_S), "one", Stubborn(1), POLICY)
        computing, name = one.cached.parts.computing, one.cached.name("P1")
        grant = Granted(name, 1, "one", is_shared=True)
        _ = computing.start({"P1": grant}, Call(Deadline.after(LoopClock(), 1)))
        await computing.close()
        assert computing.running(name.entry) is None
        assert await one.ask("P1") == [valuation("P1")]

    run(scenario())


def test_stale_values_leave_a_lane_to_cold_ones() -> None:
    async def scenario() -> None:
        read = Stubborn(0)
        keys = [f"P{index}" for index in range(10)]
        one = ModelProcess(Server(LATENCY_S), "one", read, replace(OLD, batch=1, in_background=2))
        await one.ask(*keys)
        read.takes_s, read.most, read.asked = 4, 0, 0
        stale = await asyncio.gather(*(one.ask(key) for key in keys))
        assert all(isinstance(each, models.LifeValuation) and each.stale for (each,) in stale)
        await asyncio.sleep(1)
        assert read.most == 2
        assert await one.ask("cold", within_s=5) == [valuation("cold")]
        assert read.most == 3
        await one.cached.parts.revalidating.settled()
        assert read.asked == len(keys) + 1

    run(scenario())


def test_stale_values_are_asked_for_in_calls_of_the_sources_size() -> None:
    async def scenario() -> None:
        read = Stubborn(0)
        keys = [f"P{index}" for index in range(9)]
        one = ModelProcess(Server(LATENCY_S), "one", read, replace(OLD, batch=4))
        await one.ask(*keys)
        read.asked = 0
        await one.ask(*keys)
        await one.cached.parts.revalidating.settled()
        assert read.asked == 3

    run(scenario())


@dataclass(eq=False, slots=True)
class Odd(ModelProcess):
    """One whose store breaks in ways nobody has thought of."""

    leases: int = 0

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> list[Lease]:
        self.leases += 1
        raise LookupError(read)


def test_a_revalidation_that_breaks_is_no_complaint_and_can_be_begun_again() -> None:
    async def scenario() -> None:
        one = Odd(Server(LATENCY_S), "one", Stubborn(0), OLD)
        revalidating = Revalidating(one, one.cached.parts.computing, OLD, one.counts)
        wanted = {"P1": Wanted(one.cached.name("P1"), 1, rests=True)}
        for _ in range(3):
            revalidating.start(wanted, Call(Deadline.after(LoopClock(), 1)))
            await revalidating.settled()
        assert one.leases == 3

    run(scenario())


def test_work_in_the_background_that_breaks_is_looked_at() -> None:
    async def breaks() -> None:
        raise LookupError

    async def scenario() -> None:
        background = Background("test")
        _ = background.start(breaks())
        await asyncio.sleep(1)
        _ = background.start(asyncio.sleep(1000))
        await background.close()

    run(scenario())


def test_the_pause_between_attempts_has_a_longest_however_many_there_were() -> None:
    assert [pause_s(rounds) for rounds in (4, 7, 8, 100, 100_000)] == [0.016, 0.128, 0.25, 0.25, 0.25]
