"""Pairs of phases without and with a hanging system, close together so that a noisy machine disturbs both alike."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

import aiohttp
import msgspec

from dev.bench.load.driving import Driver
from dev.bench.load.job import Alternating, Closed, Open, Phase, Sample, Shot

__all__ = ["alternate"]

VIEWERS: Final = 8
RECOVERS_WITHIN_S: Final = 60.0
HANG: Final = {"fault": "hang"}


async def alternate(
    driver: Driver, plan: Alternating, shots: Sequence[Shot], http: aiohttp.ClientSession
) -> list[Sample]:
    """Follow the plan. Every phase ends when its last request is answered."""
    samples: list[Sample] = []
    calm = Open(plan.rate, plan.seconds)
    for pair in range(plan.pairs):
        samples += labelled(await driver.drive(calm, shots), Phase.NORMAL, pair)
        async with http.put(plan.faults, json=HANG) as switched:
            switched.raise_for_status()
        try:
            samples += labelled(await driver.drive(calm, shots), Phase.HANGING, pair)
        finally:
            async with http.delete(plan.faults) as switched:
                switched.raise_for_status()
        samples += labelled(await recovery(driver, shots), Phase.RECOVERY, pair)
    return samples


async def recovery(driver: Driver, shots: Sequence[Shot]) -> list[Sample]:
    """Ask until every answer is good; return those that are not by then."""
    end_s = time.perf_counter() + RECOVERS_WITHIN_S
    while bad := [each for each in await driver.drive(Closed(VIEWERS, len(shots)), shots) if not each.is_good]:
        if time.perf_counter() > end_s:
            return bad
    return []


def labelled(samples: Sequence[Sample], phase: Phase, pair: int) -> Iterator[Sample]:
    """Say of samples where they belong."""
    return (msgspec.structs.replace(each, phase=phase, pair=pair) for each in samples)
