"""The ways of sending: viewers who wait, each shot once, a rate that does not wait, all at once beside it or alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle, islice

from dev.bench.load.asking import Asking
from dev.bench.load.job import BUSY, Burst, Closed, Once, Open, Rush, Sample, Shot

__all__ = ["Driver"]


@dataclass(slots=True)
class Driver:
    """Sends shots to targets in turn and notes what came of each."""

    asking: Asking
    targets: Sequence[str]
    samples: list[Sample] = field(default_factory=list)
    _turns: Iterator[str] = field(init=False)
    _start_s: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._turns = cycle(self.targets)

    async def drive(self, plan: Closed | Once | Open | Burst | Rush, shots: Sequence[Shot]) -> list[Sample]:
        """Follow the plan; the samples are in the order in which answers came."""
        self.samples = []
        self._start_s = time.perf_counter()
        match plan:
            case Closed(viewers, requests):
                left = iter(range(requests))
                groups = [shots[place::viewers] for place in range(min(viewers, len(shots)))]
                await gathered(self._viewer(cycle(group), left) for group in groups)
            case Once(at_once):
                unsent = iter(shots)
                await gathered(self._take(unsent) for _ in range(at_once))
            case Open(rate, seconds):
                await self._at_a_rate(cycle(shots), rate, seconds)
            case Burst():
                await gathered(self._shoot(shot, self._start_s) for shot in shots)
            case Rush(rate, seconds):
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._at_a_rate(cycle(shots), rate, seconds))
                    for shot in plan.crowd:
                        group.create_task(self._insist(shot, plan))
        return self.samples

    async def _viewer(self, shots: Iterator[Shot], left: Iterator[int]) -> None:
        for _ in left:
            await self._shoot(next(shots), time.perf_counter())

    async def _take(self, unsent: Iterator[Shot]) -> None:
        for shot in unsent:
            await self._shoot(shot, time.perf_counter())

    async def _at_a_rate(self, shots: Iterator[Shot], rate: float, seconds: float) -> None:
        async with asyncio.TaskGroup() as group:
            for number, shot in islice(zip(count(), shots, strict=False), int(rate * seconds)):
                due_s = self._start_s + number / rate
                await asyncio.sleep(due_s - time.perf_counter())
                group.create_task(self._shoot(shot, due_s))

    async def _insist(self, shot: Shot, plan: Rush) -> None:
        due_s = self._start_s + plan.lead_s
        while due_s < self._start_s + plan.within_s:
            await asyncio.sleep(due_s - time.perf_counter())
            if (await self._shoot(shot, due_s)).verdict != BUSY:
                return
            due_s = time.perf_counter() + plan.again_s

    async def _shoot(self, shot: Shot, due_s: float) -> Sample:
        judge = await self.asking.send(next(self._turns), shot)
        took_s = time.perf_counter() - due_s
        since_start_s = due_s - self._start_s
        sample = Sample(shot.operation, since_start_s * 1000, took_s * 1000, judge())
        self.samples.append(sample)
        return sample


async def gathered(coroutines: Iterator[object]) -> None:
    """Run all to their end; the first failure ends the rest."""
    async with asyncio.TaskGroup() as group:
        for each in coroutines:
            group.create_task(each)  # type: ignore[arg-type]
