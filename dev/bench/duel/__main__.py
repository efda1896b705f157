"""Fight one duel: ``python -m dev.bench.duel JOB.json``."""

from __future__ import annotations

import gc
import sys
from datetime import date
from pathlib import Path

import aiohttp
import msgspec
import uvloop

from dev.bench import operations
from dev.bench.duel.fighting import Fight
from dev.bench.duel.job import Duel, Turn
from dev.bench.load.asking import Asking
from dev.bench.reference.screens import Reference
from dev.bench.reference.upstream import Upstream
from dev.simulators.population import population_on


async def work(duel: Duel) -> list[Turn]:
    """Sign in, look once at what each arm asks of the systems, then measure."""
    today = date.fromisoformat(duel.today)
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as gateway_http,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as reference_http,
    ):
        asking = Asking(gateway_http, operations.load(), population_on(duel.seed, today))
        references = [Upstream(reference_http, duel.sections) for _ in range(2)]
        for upstream in references:
            await upstream.sign_in()
        fight = Fight(duel, asking, *(Reference(upstream, today) for upstream in references))
        turns = await fight.look()
        gc.freeze()
        return turns + await fight.measure()


def main() -> None:
    """Read the job, do it, write its turns."""
    duel = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Duel)
    turns = uvloop.run(work(duel))
    Path(duel.result).write_bytes(msgspec.json.encode(turns))


if __name__ == "__main__":
    main()
