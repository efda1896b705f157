"""Do one job: ``python -m dev.bench.load JOB.json``."""

from __future__ import annotations

import gc
import sys
from datetime import date
from pathlib import Path

import aiohttp
import msgspec
import uvloop

from dev.bench import operations
from dev.bench.load.alternating import alternate
from dev.bench.load.asking import Asking
from dev.bench.load.driving import Driver
from dev.bench.load.job import Alternating, Closed, Job, Rush, Sample
from dev.simulators.population import population_on

WARM_UP_VIEWERS = 8
KEPT_S = 3.0
"""Less than the gateway keeps a connection that does nothing: it may be closed just when it is used again."""


async def work(job: Job) -> list[Sample]:
    """Warm up, then measure."""
    population = population_on(job.seed, date.fromisoformat(job.today))
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_S),
        timeout=aiohttp.ClientTimeout(total=job.patience_s),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as http:
        asking = Asking(http, operations.load(), population)
        crowd = job.plan.crowd if isinstance(job.plan, Rush) else []
        for shot in (*job.shots, *crowd):
            asking.prepare(shot)
        # What was prepared lives to the end; to look through it again would only disturb the clock.
        gc.freeze()
        driver = Driver(asking, job.targets)
        if job.warm_up:
            await driver.drive(Closed(WARM_UP_VIEWERS, job.warm_up), job.shots)
        if isinstance(job.plan, Alternating):
            return await alternate(driver, job.plan, job.shots, http)
        return await driver.drive(job.plan, job.shots)


def main() -> None:
    """Read the job, do it, write its samples."""
    job = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Job)
    samples = uvloop.run(work(job))
    Path(job.result).write_bytes(msgspec.json.encode(samples))


if __name__ == "__main__":
    main()
