"""One line a request, gathered for a moment, in the order of all that is written."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime

import orjson
import pytest

from gateway.observability import access_log, logs
from gateway.observability.access_log import GATHERED_S, AccessLog
from gateway.settings import Log, LogLevel
from tests.unit.gateway.sources.virtual_time import run


class Pipe(io.StringIO):
    """A stream whose reader sees a text once it is flushed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = ""
        self.flushes = 0

    def flush(self) -> None:
        super().flush()
        if not self.closed:
            self.seen = self.getvalue()
            self.flushes += 1

    @property
    def events(self) -> list[str]:
        return [orjson.loads(line)["event"] for line in self.seen.splitlines()]


def test_a_line_is_what_was_noted_then_what_came_of_it() -> None:
    pipe = Pipe()

    async def scenario() -> None:
        AccessLog(pipe).write({"request_id": "r-1", "client": "web"}, status=200, seconds=0.25)
        await asyncio.sleep(GATHERED_S)

    run(scenario())
    assert pipe.seen.count("\n") == 1
    line = orjson.loads(pipe.seen)
    assert list(line) == ["request_id", "client", "status", "seconds", "event", "level", "timestamp"]
    assert (line["request_id"], line["status"], line["event"], line["level"]) == ("r-1", 200, "request", "info")
    assert line["timestamp"].endswith("Z")
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None


def test_what_was_noted_cannot_stand_for_what_came_of_it() -> None:
    pipe = Pipe()

    async def scenario() -> None:
        AccessLog(pipe).write({"status": 0, "event": "something else", "level": "debug"}, status=200)
        await asyncio.sleep(GATHERED_S)

    run(scenario())
    line = orjson.loads(pipe.seen)
    assert (line["status"], line["event"], line["level"]) == (200, "request", "info")


def test_lines_are_gathered_and_go_out_together_after_a_moment() -> None:
    pipe = Pipe()
    log = AccessLog(pipe)

    async def scenario() -> None:
        log.write({})
        await asyncio.sleep(0.9 * GATHERED_S)
        log.write({})
        assert pipe.events == []
        await asyncio.sleep(0.2 * GATHERED_S)
        assert pipe.events == ["request", "request"]
        await asyncio.sleep(GATHERED_S)
        assert pipe.flushes == 1

    run(scenario())


def test_the_next_moment_begins_with_the_next_line() -> None:
    pipe = Pipe()
    log = AccessLog(pipe)

    async def scenario() -> None:
        log.write({})
        await asyncio.sleep(10 * GATHERED_S)
        assert pipe.flushes == 1
        log.write({})
        await asyncio.sleep(GATHERED_S)
        assert pipe.flushes == 2

    run(scenario())


def test_another_line_goes_behind_them_and_takes_them_along() -> None:
    pipe = Pipe()
    logs.configure(Log(level=LogLevel.INFO), pipe)

    async def scenario() -> None:
        logs.logger().info("before")
        access_log.current().write({})
        access_log.current().write({})
        logs.logger().info("after")
        assert pipe.events == ["before", "request", "request", "after"]
        await asyncio.sleep(GATHERED_S)

    run(scenario())


@pytest.mark.parametrize("level", [LogLevel.DEBUG, LogLevel.INFO])
def test_requests_are_written_up_to_level_info(level: LogLevel) -> None:
    pipe = Pipe()
    logs.configure(Log(level=level), pipe)

    async def scenario() -> None:
        access_log.current().write({})
        await asyncio.sleep(GATHERED_S)

    run(scenario())
    assert pipe.events == ["request"]


@pytest.mark.parametrize("level", [LogLevel.WARNING, LogLevel.ERROR])
def test_above_level_info_nothing_is_written_and_nothing_waits(level: LogLevel) -> None:
    pipe = Pipe()
    logs.configure(Log(level=level), pipe)
    access_log.current().write({})  # outside of any loop, where a timer would fail
    assert pipe.getvalue() == ""
