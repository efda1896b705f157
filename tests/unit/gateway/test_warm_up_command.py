"""``python -m gateway warm-up``: what it says meanwhile, and how it ends when it is told to."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev.processes import Child
from dev.tokens import DemoIssuer
from gateway.commands.warm_up import LINE_EVERY_S, Line
from gateway.schedule.progress import Progress
from gateway.settings.sources import RedisSettings
from gateway.sources.clients import connected
from tests.unit.gateway.serving import HANGS_S, environment
from tests.unit.gateway.sources.conftest import valkey_server
from tests.unit.gateway.sources.fakes import StillClock

__all__ = ["valkey_server"]


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def hears_interrupts() -> None:
    """Undo what tests run in the background of a shell inherit: it has SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_line_says_how_far_it_is_and_how_long_it_takes() -> None:
    out, clock = io.StringIO(), StillClock()
    line = Line(out, clock.monotonic)
    line.show("reading the nightly file")
    clock.seconds = 100
    line.tell(Progress(total=1000))
    clock.seconds = 160
    line.tell(Progress(total=1000, fresh=100, computed=95, failed=5))
    line.close("done")
    assert out.getvalue().splitlines() == [
        "warm-up: reading the nightly file",
        "warm-up: 0 of 1000 contracts: 0 computed, 0 fresh, 0 failed",
        # What reading the file took says nothing of what is left.
        "warm-up: 200 of 1000 contracts: 95 computed, 100 fresh, 5 failed, about 4 min left",
        "warm-up: 200 of 1000 contracts: 95 computed, 100 fresh, 5 failed; done",
    ]


def test_a_log_is_not_flooded_but_hears_of_a_pause_at_once() -> None:
    out, clock = io.StringIO(), StillClock()
    line = Line(out, clock.monotonic)
    line.show("reading the nightly file")
    until = datetime(2026, 1, 15, 3, 30, tzinfo=UTC)
    line.tell(Progress(paused_until=until))
    for done in range(100):
        line.tell(Progress(total=100, fresh=done))
    line.tell(Progress(total=100, fresh=99, paused_until=until))
    clock.seconds = LINE_EVERY_S
    line.tell(Progress(total=100, fresh=100))
    assert out.getvalue().splitlines() == [
        "warm-up: reading the nightly file",
        "warm-up: the engine is closed until 06:30 Moscow time",
        "warm-up: 99 of 100 contracts: 0 computed, 99 fresh, 0 failed; the engine is closed until 06:30 Moscow time",
        "warm-up: 100 of 100 contracts: 0 computed, 100 fresh, 0 failed",
    ]


def test_a_terminals_line_is_written_over() -> None:
    out = Terminal()
    line = Line(out, StillClock().monotonic)
    line.tell(Progress(total=2))
    line.tell(Progress(total=2, computed=2))
    line.close("done")
    assert [part.split(":")[0] for part in out.getvalue().split("\r\033[K")] == ["", *["warm-up"] * 3]
    assert out.getvalue().count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_run_that_is_told_to_end_says_so_and_gives_up_its_turn(
    tmp_path: Path, valkey_server: tuple[Child, Path], number: signal.Signals
) -> None:
    asked = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()  # Until whoever asked is gone.
        writer.close()

    jwks, path = tmp_path / "jwks.json", str(valkey_server[1])
    DemoIssuer().write_jwks(jwks)
    engine = await asyncio.start_server(hang, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{engine.sockets[0].getsockname()[1]}"
    environ = environment(jwks, address, GATEWAY_REDIS_UNIX_SOCKET_PATH=path)
    command = [sys.executable, "-m", "gateway", "warm-up"]
    process = await asyncio.create_subprocess_exec(
        *command, env=environ, stderr=asyncio.subprocess.PIPE, preexec_fn=hears_interrupts
    )
    async with engine, connected(RedisSettings(unix_socket_path=path)) as (client, _):
        try:
            await asyncio.wait_for(asked.wait(), HANGS_S)
            assert len(await client.keys("gateway:warm_up:*:lease")) == 1
            process.send_signal(number)
            _, said = await asyncio.wait_for(process.communicate(), HANGS_S)
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
        assert await client.keys("gateway:warm_up:*:lease") == []
    assert (process.returncode, said.decode().splitlines()) == (
        1,
        ["warm-up: reading the nightly file", "warm-up: broken off; run it again to go on"],
    )
