"""A process that reads valuations; its arguments are SOCKET JOURNAL COMPUTE_S LEASE_S.

Says ``ready``, then for each line of its input, ``READERS KEY...``, has that many readers ask for the keys at once and
says how many different answers they got. Each computation is written to the journal, a line a contract.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from domain import models
from domain.ports import Call, Outcome
from gateway.settings.sources import RedisSettings
from tests.unit.gateway.sources.caches import CODEC, POLICY, process
from tests.unit.gateway.sources.fakes import valuation


async def main(socket: str, journal: Path, compute_s: float, lease_s: float) -> None:
    """Serve the input until it ends."""

    async def compute(keys: Sequence[str], _call: Call) -> Sequence[Outcome[models.LifeValuation]]:
        with journal.open("a", encoding="utf-8") as file:
            file.write("".join(f"{os.getpid()} {key}\n" for key in keys))
        await asyncio.sleep(compute_s)
        return [valuation(key) for key in keys]

    settings = RedisSettings(unix_socket_path=socket, timeout_s=5)
    async with process(settings) as one:
        one.cached = one.cache.over(compute, CODEC, replace(POLICY, lease_s=lease_s))
        say("ready")
        while line := await asyncio.to_thread(sys.stdin.readline):
            readers, *keys = line.split()
            answers = await asyncio.gather(*(one.ask(*keys) for _ in range(int(readers))))
            say(str(len({tuple(answer) for answer in answers})))


def say(line: str) -> None:
    """Tell who started this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), *map(float, sys.argv[3:])))
