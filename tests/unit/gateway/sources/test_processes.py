"""Real processes over one real server: how many computations they need, counted; and one killed with -9."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.settings.sources import RedisSettings
from tests.unit.gateway.sources.caches import until

ROOT = Path(__file__).parents[4]
READER = "tests.unit.gateway.sources.reader_process"


@asynccontextmanager
async def readers(
    count: int, redis: RedisSettings, journal: Path, compute_s: float, lease_s: float
) -> AsyncIterator[list[Process]]:
    """Start reading processes and kill what is left of them."""
    command = [sys.executable, "-m", READER, redis.unix_socket_path, str(journal), str(compute_s), str(lease_s)]
    journal.touch()
    started = [await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT) for _ in range(count)]
    try:
        for each in started:
            assert await said(each) == "ready"
        yield started
    finally:
        for each in started:
            if each.returncode is None:
                each.kill()
            await each.wait()


async def said(reader: Process) -> str:
    assert reader.stdout is not None
    return (await asyncio.wait_for(reader.stdout.readline(), 60)).decode().strip()


def ask(reader: Process, count: int, *keys: str) -> None:
    assert reader.stdin is not None
    reader.stdin.write(f"{count} {' '.join(keys)}\n".encode())


def computations(journal: Path) -> Counter[str]:
    return Counter(line.split()[1] for line in journal.read_text(encoding="utf-8").splitlines())


async def test_a_thousand_readers_of_four_processes_cost_one_computation_a_contract(
    redis_settings: RedisSettings, tmp_path: Path
) -> None:
    journal = tmp_path / "computed"
    async with readers(4, redis_settings, journal, compute_s=0.5, lease_s=10) as four:
        for each in four:
            ask(each, 250, "P1", "P2", "P3")
        assert [await said(each) for each in four] == ["1"] * 4
        assert computations(journal) == {"P1": 1, "P2": 1, "P3": 1}


async def test_a_holder_killed_costs_one_lease(redis_settings: RedisSettings, tmp_path: Path) -> None:
    journal = tmp_path / "computed"
    async with readers(3, redis_settings, journal, compute_s=2, lease_s=1) as (holder, *others):
        ask(holder, 1, "P1")
        await until(lambda: bool(computations(journal)))
        for each in others:
            ask(each, 50, "P1")
        holder.kill()
        assert [await said(each) for each in others] == ["1", "1"]
        # The dead one's, and one more for everybody else.
        assert computations(journal) == {"P1": 2}
