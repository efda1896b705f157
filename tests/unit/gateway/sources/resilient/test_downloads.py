"""Downloads by way of the guard: what they obey, what they tell it, and whose time a slow body is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.gate import Lane as OwnLane
from adapters.gate import Limits
from adapters.replies import Body, refused_by_load
from adapters.transport import Transport
from domain.errors import NotFound, SourceError, SourceInMaintenance, SourceThrottled, SourceTimeout, SourceUnavailable
from domain.ports import Call
from gateway.sources.resilient import Capacity, Lane
from gateway.sources.resilient.breaker import State
from gateway.sources.resilient.rejections import HeldBack, Reason
from tests.contracts.subjects import Observed
from tests.unit.gateway.sources.resilient.stage import OPERATION, SLOW_S, SOURCE, Stage

FILE = "GetDocument"
DOWNLOADS = 2


@dataclass(slots=True)
class Archive:
    """A system of files in two pieces, and downloads from it. Time passes where a test says so.

    ``before`` and ``between`` are the seconds that the system needs before the first piece and the second one.
    """

    stage: Stage
    before: float = 0.0
    between: float = 0.0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    breaks_off: bool = False
    asked: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    transport: Transport = field(init=False)
    url: str = field(init=False)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        response = web.StreamResponse(status=self.status, headers={"Content-Length": "10", **self.headers})
        self.stage.clock.advance(self.before)
        await response.prepare(request)
        await response.write(b"first")
        await self.taken.wait()
        self.stage.clock.advance(self.between)
        if self.breaks_off:
            assert request.transport is not None
            request.transport.abort()
        else:
            await response.write(b"other")
        return response

    @asynccontextmanager
    async def opened(self, call: Call) -> AsyncIterator[Body]:
        async with (
            self.transport.download(FILE, call) as arrival,
            self.transport.stream(FILE, call, "GET", self.url, timeout_s=100, arrival=arrival) as body,
        ):
            yield body

    async def download(
        self, within_s: float = 100, *, reads_for_s: float = 0.0, ends_in: BaseException | None = None
    ) -> SourceError | None:
        """Download a file; ``reads_for_s`` is how slow the client is between the pieces."""
        self.taken.clear()
        call = self.stage.call(within_s)
        try:
            async with self.opened(call) as body:
                if overload := refused_by_load(SOURCE, FILE, body):
                    raise overload
                await anext(body.chunks)
                self.stage.clock.advance(reads_for_s)
                if ends_in is not None:
                    raise ends_in
                self.taken.set()
                async for _ in body.chunks:
                    pass
        except SourceError as failure:
            return failure
        finally:
            self.taken.set()
        return None

    def state(self) -> Any:
        return self.stage.guard.snapshot()


@asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[Archive]:
    archive = Archive(stage)
    app = web.Application()
    app.add_routes([web.get("/file", archive.serve)])
    limits = Limits(1, 5.0, 1000, downloads=DOWNLOADS, lanes={FILE: OwnLane(DOWNLOADS, SLOW_S)})
    async with TestServer(app) as server:
        archive.url = str(server.make_url("/file"))
        archive.transport = Transport(SOURCE, limits, Observed(), gate=stage.guard)
        await archive.transport.start()
        try:
            yield archive
        finally:
            await archive.transport.close()


@pytest.fixture
async def archive() -> AsyncIterator[Archive]:
    async with opened(Stage(capacity=Capacity(Lane(1, SLOW_S), {FILE: Lane(DOWNLOADS, SLOW_S)}))) as archive:
        yield archive


async def test_a_download_goes_through(archive: Archive) -> None:
    assert await archive.download() is None
    assert archive.state()["breakers"] == {FILE: "closed"}
    assert archive.state()["lanes"] == {
        "common": {"underWay": 0, "waiting": 0},
        FILE: {"underWay": 0, "waiting": 0},
    }


async def test_in_maintenance_no_file_is_asked_for_and_the_end_is_told(archive: Archive) -> None:
    until = archive.stage.clock.now() + timedelta(hours=1)
    await archive.stage.made(SourceInMaintenance(SOURCE, OPERATION, until))
    refused = await archive.download()
    assert isinstance(refused, SourceInMaintenance)
    assert (refused.operation, refused.until, archive.asked) == (FILE, until, 0)


async def test_a_429_to_a_download_holds_everyone_and_a_429_to_others_holds_downloads(archive: Archive) -> None:
    archive.status, archive.headers = 429, {"Retry-After": "4"}
    assert isinstance(await archive.download(), SourceThrottled)
    refused = await archive.stage.made(within_s=3)
    assert isinstance(refused, HeldBack)
    assert refused.reason is Reason.THROTTLED
    archive.status = 200
    assert await archive.download() is None
    assert archive.stage.slept == [4.0]


async def test_a_wait_that_no_call_would_take_is_told_at_once(archive: Archive) -> None:
    await archive.stage.made(SourceThrottled(SOURCE, OPERATION, "HTTP 429", retry_after_s=30))
    refused = await archive.download(within_s=300)
    assert isinstance(refused, HeldBack)
    assert (refused.reason, archive.asked, archive.stage.slept) == (Reason.THROTTLED, 0, [])


async def test_failed_downloads_open_a_breaker_of_their_own(archive: Archive) -> None:
    archive.status = 503
    for _ in range(4):
        assert isinstance(await archive.download(), SourceUnavailable)
    assert isinstance(await archive.download(), HeldBack)
    assert archive.asked == 4
    assert await archive.stage.made() is None
    assert archive.state()["breakers"] == {FILE: "open", OPERATION: "closed"}


async def test_a_body_that_breaks_off_is_a_failure(archive: Archive) -> None:
    archive.breaks_off = True
    for _ in range(4):
        failure = await archive.download()
        assert isinstance(failure, SourceError)
        assert not isinstance(failure, HeldBack)
    assert isinstance(await archive.download(), HeldBack)


async def test_a_slow_body_is_no_slow_call(archive: Archive) -> None:
    archive.between = SLOW_S * 10
    for _ in range(6):
        assert await archive.download(reads_for_s=SLOW_S * 10) is None
    assert archive.state()["breakers"] == {FILE: "closed"}
    # Nor does it teach that files need long to begin.
    assert await archive.download(within_s=1) is None


async def test_a_slow_first_byte_is_a_slow_call(archive: Archive) -> None:
    archive.before = SLOW_S
    for _ in range(4):
        assert await archive.download() is None
    assert isinstance(await archive.download(), HeldBack)


@pytest.mark.parametrize(("stalls", "state"), [(False, "closed"), (True, "open")])
async def test_a_time_out_half_way_is_a_hang_only_while_the_source_is_waited_for(stalls: bool, state: str) -> None:
    stage = Stage()
    late = SourceTimeout(SOURCE, FILE, "no whole answer in time")
    for _ in range(4):
        with suppress(SourceTimeout):
            async with stage.guard.admitted(FILE, stage.call(300)) as arrival:
                arrival.came()
                if stalls:
                    arrival.awaited()
                stage.clock.advance(SLOW_S * 2)
                raise late
    assert stage.guard.snapshot()["breakers"] == {FILE: state}


async def test_files_that_nobody_has_are_answers(archive: Archive) -> None:
    archive.status = 503
    for _ in range(4):
        await archive.download()
    archive.status = 200
    archive.stage.clock.advance(archive.stage.settings.breaker.open_s)
    for _ in range(archive.stage.settings.breaker.probes):
        with pytest.raises(NotFound):
            await archive.download(ends_in=NotFound())
    assert archive.stage.told.breakers[-1] == (FILE, State.CLOSED)


async def test_clients_that_leave_say_nothing(archive: Archive) -> None:
    for _ in range(6):
        with pytest.raises(asyncio.CancelledError):
            await archive.download(ends_in=asyncio.CancelledError())
    assert archive.state()["breakers"] == {FILE: "closed"}
    assert archive.state()["lanes"][FILE] == {"underWay": 0, "waiting": 0}


async def test_downloads_and_calls_take_no_turn_from_each_other(archive: Archive) -> None:
    reading = asyncio.Event()

    async def reads() -> None:
        async with archive.opened(archive.stage.call(100)) as body:
            await anext(body.chunks)
            await reading.wait()

    readers = [asyncio.create_task(reads()) for _ in range(DOWNLOADS)]
    while archive.state()["lanes"][FILE]["underWay"] < DOWNLOADS or archive.asked < DOWNLOADS:
        await asyncio.sleep(0.001)
    assert await archive.stage.made() is None
    reading.set()
    archive.taken.set()
    await asyncio.gather(*readers)
