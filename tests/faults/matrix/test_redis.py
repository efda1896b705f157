"""Redis killed, hanging, full and failing over x each operation that shows valuations: nothing is missing from any."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from domain.errors import Source
from tests.faults.matrix.differing import differences
from tests.faults.matrix.house import Answer, Estate, House
from tests.faults.matrix.leftovers import leftovers, tasks
from tests.faults.matrix.redis_server import RedisServer
from tests.faults.matrix.systems import started
from tests.faults.matrix.virtual_loop import NOON

VALUING: Final = {"home_screen": 3, "life_page": 1, "mobile_home": 3}
"""Operations that show valuations, and of how many contracts."""

PAUSE_S: Final = 1.0
CHANGES: Final = {"GATEWAY_REDIS_TIMEOUT_S": "1", "GATEWAY_REDIS_PAUSE_S": str(PAUSE_S)}
READERS: Final = 8
LOOKS: Final = 3000
LOOK_AGAIN_S: Final = 0.01


@dataclass(slots=True)
class PushedClock:
    """The machine's clock, from noon on; the gateway can be made to believe that time has passed."""

    pushed_s: float = 0.0
    began_s: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return NOON + timedelta(seconds=self.monotonic() - self.began_s)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic() + self.pushed_s


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befalls Redis, and how it gets over that."""

    name: str
    begin: Callable[[RedisServer], None]
    end: Callable[[RedisServer], None]

    def __str__(self) -> str:
        return self.name


TROUBLES: Final = (
    Trouble("killed", RedisServer.kill, RedisServer.start),
    Trouble("hanging", RedisServer.hang, RedisServer.wake),
    Trouble("full", RedisServer.fill, RedisServer.make_room),
    Trouble("failing-over", RedisServer.fail_over, lambda _: None),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer.running(tmp_path) as server:
        yield server


@pytest.fixture
async def estate(tmp_path: Path, server: RedisServer) -> AsyncIterator[Estate]:
    async with started() as handles:
        with server.client() as client:
            yield Estate(tmp_path, handles, server.path, client)


@asynccontextmanager
async def watched(estate: Estate, clock: PushedClock) -> AsyncIterator[House]:
    """Run a gateway; in the end nothing of its requests may be left, and nothing that is broken be written."""
    before = tasks()
    async with estate.house(clock, CHANGES) as house:
        await house.sign_in()
        idle = tasks()
        yield house
        await settled(house, estate, idle)
    assert house.complaints == []
    assert tasks() <= before


async def settled(house: House, estate: Estate, idle: set[asyncio.Task[Any]]) -> None:
    """Wait until nothing is left of a gateway's requests."""
    for _ in range(LOOKS):
        if not leftovers(house.connected, estate, idle):
            return
        await asyncio.sleep(LOOK_AGAIN_S)
    assert leftovers(house.connected, estate, idle) == Counter()


async def asked(house: House, operation: str) -> list[Answer]:
    """Let many ask at once."""
    return await asyncio.gather(*(house.ask(operation) for _ in range(READERS)))


def missing(whole: Answer, seen: list[Answer]) -> list[str]:
    """Return what is missing from answers; a valuation may say that it is not of this moment."""
    found = [each for answer in seen for each in differences(whole.data, answer.data) if each.path[-1] != "stale"]
    return [*map(str, found), *(str(error) for answer in seen for error in answer.errors)]


def valued(estate: Estate) -> int:
    """Return how many contracts the engine was asked to value so far."""
    return estate.handles[Source.LIFE_VALUATION].calls.of("valuation_submit").keys


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
@pytest.mark.parametrize("operation", VALUING)
async def test_without_redis_everything_is_there_and_computed_once(
    estate: Estate, server: RedisServer, trouble: Trouble, operation: str
) -> None:
    clock, contracts = PushedClock(), VALUING[operation]
    async with watched(estate, clock) as warm:
        whole = await warm.ask(operation)
        assert whole.errors == []
        assert valued(estate) == server.values() == contracts

        trouble.begin(server)
        try:
            async with watched(estate, clock) as cold:
                assert missing(whole, await asked(cold, operation)) == []
                assert valued(estate) == 2 * contracts
            assert missing(whole, await asked(warm, operation)) == []
        finally:
            trouble.end(server)

        clock.pushed_s += PAUSE_S
        assert missing(whole, await asked(warm, operation)) == []
    # What a gateway holds itself is doubtful when Redis goes and when it comes back: made anew once each time.
    assert valued(estate) <= 4 * contracts


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_redis_is_used_again_once_it_is_back(estate: Estate, server: RedisServer, trouble: Trouble) -> None:
    clock = PushedClock()
    async with watched(estate, clock) as house:
        trouble.begin(server)
        assert (await house.ask("life_page")).errors == []
        trouble.end(server)
        assert server.values() <= VALUING["life_page"]

        clock.pushed_s += PAUSE_S
        # One look finds out that it is back, be it for a renewal offer; others of that moment still do without.
        assert (await house.ask("policy_page")).errors == []
        assert (await house.ask("home_screen")).errors == []
        assert server.values() >= VALUING["home_screen"] - VALUING["life_page"]
