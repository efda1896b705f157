"""A simulator as a process of its own, and its command line."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import aiohttp
import pytest

from dev.simulators.kit import Options
from dev.simulators.kit.runner import parse_options
from tests.unit.dev.simulators.kit.registry import Registry

PROGRAM = (
    "from dev.simulators.kit import main; from tests.unit.dev.simulators.kit.registry import Registry; main(Registry)"
)


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-Werror",
        "-c",
        PROGRAM,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield process, json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_announces_its_ports_and_ends_on_a_signal_despite_hung_calls(number: signal.Signals) -> None:
    async with started("--today", "2026-01-15") as (process, ready), aiohttp.ClientSession() as http:
        assert (ready["ready"], ready["system"]) == (True, "registry")
        admin = f"http://127.0.0.1:{ready['admin_port']}"
        async with http.get(admin + "/clock") as response:
            assert (await response.json())["today"] == "2026-01-15"
        async with http.put(admin + "/faults", json={"fault": "hang"}) as response:
            assert response.status == 200
        hung = asyncio.create_task(http.get(f"http://127.0.0.1:{ready['port']}/list"))
        while True:
            async with http.get(admin + "/calls") as response:
                if (await response.json())["total"]:
                    break
        process.send_signal(number)
        out, err = await asyncio.wait_for(process.communicate(), 10)
        with pytest.raises(aiohttp.ClientError):
            await hung
    assert (process.returncode, out, err) == (0, b"", b"")


async def test_logs_calls_when_asked_without_their_keys() -> None:
    async with started("--verbose") as (process, ready), aiohttp.ClientSession() as http:
        await http.get(f"http://127.0.0.1:{ready['port']}/list?keys=3")
        process.terminate()
        _, err = await process.communicate()
    assert err == b"registry List keys=3 faults=[]\n"


def test_options_from_the_command_line() -> None:
    line = ["--port", "81", "--seed", "9", "--latency-ms", "2.5", "--today", "2026-01-15", "--job-ms", "20"]
    assert parse_options(Registry, line) == Options(
        port=81, seed=9, latency_ms=2.5, today=date(2026, 1, 15), extra={"job_ms": 20}
    )


@pytest.mark.parametrize("line", [["--today", "15.01.2026"], ["--port", "x"], ["--lat", "1"], ["--unknown"]])
def test_wrong_arguments_end_with_a_usage_line(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(Registry, line)
    assert ended.value.code == 2
    assert "python -m dev.simulators.registry" in capsys.readouterr().err
