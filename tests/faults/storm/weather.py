"""What a storm is: faults that come and go at the systems, and processes that are killed; all from a seed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final

import aiohttp

from tests.faults.storm.gusts import CLOSED_S, GUSTS, always, at_first
from tests.faults.storm.house import PLACES, House

__all__ = ["Storm", "Weather"]

UP_S: Final = 0.1
"""Between two looks whether a gateway is there again."""
RATES_BP: Final = (9_700, 10_000, 10_300, 10_600)
"""Tariffs in ten-thousandths of the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How much there is of it. The tariff of renewals changes too, and others conclude policies: the journal tells.

    Units: seconds; pauses are means.
    """

    gust_every_s: float
    gust_lasts_s: tuple[float, float]
    loss_every_s: float
    kill_every_s: float
    tariff_every_s: float
    news_every_s: float
    down_s: tuple[float, float]


@dataclass(slots=True)
class Storm:
    """Lets it blow until cancelled. ``fired`` says how often each fault was met in the end.

    ``newcomers`` are those who conclude policies, ``concluded`` those who have, some more than once.
    """

    house: House
    weather: Weather
    random: Random
    http: aiohttp.ClientSession
    newcomers: Iterator[int]
    concluded: list[int] = field(default_factory=list)
    gusts: int = 0
    tariffs: int = 0
    fired: dict[str, int] = field(default_factory=dict)

    async def blow(self) -> None:
        """Switch faults on and off and kill processes, until cancelled."""
        await self._switched("policy_core", at_first())
        await asyncio.sleep(CLOSED_S)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._gusts(group))
            group.create_task(self._always())
            group.create_task(self._news())
            group.create_task(self._kills())
            group.create_task(self._tariffs())

    async def calm(self) -> None:
        """Switch everything off, count what was met, and start what was killed."""
        for system, address in self.house.admin_urls.items():
            async with self.http.delete(f"{address}/faults") as answer:
                answer.raise_for_status()
            async with self.http.get(f"{address}/faults") as answer:
                for fault, times in (await answer.json())["fired"].items():
                    self.fired[f"{system} {fault}"] = times
        self.house.start_all()

    async def _gusts(self, group: asyncio.TaskGroup) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(1 / self.weather.gust_every_s))
            [gust] = self.random.choices(GUSTS, [each.weight for each in GUSTS])
            fault, operation = self.random.choice(gust.faults), self.random.choice(gust.operations)
            lasts_s = round(self.random.uniform(*self.weather.gust_lasts_s), 2)
            switch = {"fault": fault, "operation": operation, **gust.parameters(self.random, lasts_s)}
            group.create_task(self._gust(gust.system, switch, lasts_s))
            self.gusts += 1

    async def _gust(self, system: str, switch: Mapping[str, Any], lasts_s: float) -> None:
        await self._switched(system, switch)
        await asyncio.sleep(lasts_s)
        address = self.house.admin_urls[system]
        which = {"fault": switch["fault"], "operation": switch["operation"]}
        async with self.http.delete(f"{address}/faults", params=which) as answer:
            assert answer.status == 200, (switch, await answer.text())

    async def _switched(self, system: str, switch: Mapping[str, Any]) -> None:
        async with self.http.put(f"{self.house.admin_urls[system]}/faults", json=switch) as answer:
            assert answer.status == 200, (switch, await answer.text())

    async def _always(self) -> None:
        for turn in count():
            for system, switch in always(self.random, turn):
                await self._switched(system, switch)
            await asyncio.sleep(self.random.expovariate(1 / self.weather.loss_every_s))

    async def _kills(self) -> None:
        for place in self._places():
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.weather.kill_every_s)
            self.house.kill(place)
            await asyncio.sleep(self.random.uniform(*self.weather.down_s))
            self.house.start(place)
            await self._comes_up(place)

    async def _comes_up(self, place: str) -> None:
        """Wait for a gateway: where starting one takes long, both would be away most of the time."""
        while place in self.house.ports:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.house.ports[place])
                writer.close()
                return
            await asyncio.sleep(UP_S)

    def _places(self) -> Iterator[str]:
        """A gateway and a worker first, in any order, that a short storm kills both; then any place, for ever."""
        kinds = ["gateway", "worker"]
        self.random.shuffle(kinds)
        yield from (self.random.choice([each for each in PLACES if each.startswith(kind)]) for kind in kinds)
        while True:
            yield self.random.choice(PLACES)

    async def _news(self) -> None:
        address = f"{self.house.admin_urls['policy_core']}/journal"
        while True:
            is_again = self.concluded and self.random.random() < 0.3
            client = self.random.choice(self.concluded) if is_again else next(self.newcomers)
            async with self.http.post(address, json={"client": client}) as answer:
                assert answer.status == 200, await answer.text()
            self.concluded.append(client)
            await asyncio.sleep(self.random.expovariate(1 / self.weather.news_every_s))

    async def _tariffs(self) -> None:
        address = f"{self.house.admin_urls['policy_core']}/tariff"
        while True:
            await asyncio.sleep(self.random.expovariate(1 / self.weather.tariff_every_s))
            async with self.http.post(address, json={"rate_bp": self.random.choice(RATES_BP)}) as answer:
                assert answer.status == 200, await answer.text()
            self.tariffs += 1
