"""What a storm is made of: faults that come and go at the systems, and processes that are killed; all from a seed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Final, TypeAlias

import aiohttp

from tests.faults.storm.house import PLACES, House

__all__ = ["GUSTS", "METS", "Gust", "Storm", "Weather", "always", "at_first"]

Parameters: TypeAlias = Callable[[Random, float], Mapping[str, Any]]

CORE: Final = (
    "*",
    "CreateBill",
    "CreateOnlineBill",
    "ConfirmPayment",
    "QuoteRenewal",
    "CreateAgreement",
    "GetRenewalOptions",
    "GetInstalments",
    "GetPolicies",
    "FindPolicies",
)
WRITES: Final = ("CreateBill", "CreateOnlineBill", "ConfirmPayment", "CreateAgreement", "CreateAgreement")
CLAIMS: Final = ("recordDeductible", "recordDeductible", "*")
ORDERS: Final = ("getOrder", "cancelOrder")
MERCHANT: Final = (*ORDERS, "chargeOrder")
PAGE: Final = ("payPage", "pay")
BROKEN: Final = (
    "reset_mid_body",
    "http_500",
    "http_503",
    "html_page",
    "truncated_body",
    "wrong_charset",
    "soap_fault",
    "in_band_error",
    "expired_token",
    "float_id",
)
CALLBACKS: Final = ("callback_lost", "callback_late", "callback_repeated", "callback_early", "callback_forged")


UP_S: Final = 0.1
"""Between two looks whether a gateway is there again."""
RATES_BP: Final = (9_700, 10_000, 10_300, 10_600)
"""Tariffs in ten-thousandths of the usual one."""


@dataclass(frozen=True, slots=True)
class Gust:
    """Faults of one system that come alike: one of ``faults`` at one of ``operations`` for a while."""

    system: str
    faults: tuple[str, ...]
    operations: tuple[str, ...]
    weight: int
    parameters: Parameters


def sometimes(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At a part of the calls."""
    return {"probability": round(random.uniform(0.1, 0.9), 2)}


def for_long(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At a part of the calls, for longer than anybody waits."""
    return {"probability": round(random.uniform(0.1, 0.6), 2), "seconds": 10}


def slowly(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At a part of the calls, some of them longer than anybody waits."""
    return {"probability": round(random.uniform(0.2, 0.9), 2), "seconds": round(random.uniform(0.1, 1.5), 2)}


def throughout(_random: Random, lasts_s: float) -> Mapping[str, Any]:
    """At every call while it lasts."""
    return {"seconds": lasts_s}


def until_then(_random: Random, lasts_s: float) -> Mapping[str, Any]:
    """At every call until an instant that is told."""
    return {"until": (datetime.now(UTC) + timedelta(seconds=lasts_s)).isoformat()}


def mostly(_random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At most of the calls."""
    return {"probability": 0.7}


def seldom(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At few of the calls."""
    return {"probability": round(random.uniform(0.1, 0.3), 2)}


GUSTS: Final = (
    Gust("policy_core", ("timeout_after_commit",), CORE, 5, for_long),
    Gust("policy_core", ("timeout_after_commit",), WRITES, 4, for_long),
    Gust("policy_core", ("hang",), CORE, 3, for_long),
    Gust("policy_core", BROKEN, CORE, 5, sometimes),
    # Not all over: an event of the journal whose kind nobody knows is passed over for good.
    Gust("policy_core", ("unknown_enum",), CORE[1:], 1, sometimes),
    Gust("policy_core", ("slow_first_byte", "slow_body"), CORE, 2, slowly),
    Gust("policy_core", ("stale_read",), ("*",), 2, sometimes),
    Gust("policy_core", ("too_many_requests",), ("*",), 1, sometimes),
    Gust("policy_core", ("maintenance",), ("*",), 2, until_then),
    Gust("policy_core", ("refuse_connection",), ("*",), 1, throughout),
    Gust("claims_core", ("timeout_after_commit",), ("recordDeductible",), 3, for_long),
    Gust("claims_core", ("hang",), CLAIMS, 1, for_long),
    Gust("claims_core", ("http_503", "reset_mid_body", "html_page", "expired_token"), CLAIMS, 2, sometimes),
    Gust("claims_core", ("stale_read",), ("*",), 1, sometimes),
    Gust("claims_core", ("maintenance",), ("*",), 1, until_then),
    Gust("acquirer", ("timeout_after_commit", "hang"), (*ORDERS, *PAGE), 4, for_long),
    Gust("acquirer", ("hang",), ("chargeOrder",), 1, for_long),
    Gust("acquirer", ("http_500", "reset_mid_body", "html_page", "truncated_body"), (*MERCHANT, *PAGE), 3, sometimes),
    Gust("acquirer", ("expired_token", "unknown_enum"), MERCHANT, 2, sometimes),
    Gust("acquirer", CALLBACKS, ("pay",), 5, mostly),
    Gust("acquirer", CALLBACKS[1:], ("chargeOrder",), 2, mostly),
    Gust("acquirer", ("maintenance",), ("*",), 1, until_then),
    Gust("acquirer", ("refuse_connection",), ("*",), 1, throughout),
    Gust("acquirer", ("amount_rise",), ("payPage", "chargeOrder"), 2, seldom),
    Gust("messages", ("timeout_after_commit", "hang"), ("sendSms", "sendMail"), 2, for_long),
    Gust("messages", ("http_503", "reset_mid_body"), ("sendSms", "sendMail"), 2, sometimes),
    Gust("messages", ("maintenance",), ("*",), 1, until_then),
)

ONCE: Final = (
    ("policy_core", "timeout_after_commit", "CreateAgreement"),
    ("policy_core", "timeout_after_commit", "ConfirmPayment"),
    ("acquirer", "callback_repeated", "pay"),
)
"""What happens to the next call, at every turn, whatever gusts come and go."""
FIRST: Final = (("policy_core", "hang", "*"), ("policy_core", "reset_mid_body", "*"))
"""What happens to the next call at the first turn alone."""
CLOSED_S: Final = 0.5
"""How long the policy core is in maintenance at the beginning."""
CHARGES: Final = (("timeout_after_commit", "callback_lost"), ("in_band_error",))
"""What happens to a charge, one time this and one time that: nobody hears that it has paid, or the bank declines."""
WAITS: Final = frozenset({"timeout_after_commit", "hang"})
AGAIN: Final = (1, 20, 400)
"""So many events of the journal that were read before come again."""
METS: Final = (
    *dict.fromkeys(f"{system} {fault}" for system, fault, _ in (*ONCE, *FIRST)),
    *(f"acquirer {fault}" for fault in CHARGES[0]),
    "policy_core redelivered_events",
    "policy_core maintenance",
)
"""Faults that no storm is without: each system's name, and the fault's."""


def at_first() -> Mapping[str, Any]:
    """What the policy core begins with."""
    return {"fault": "maintenance", "operation": "*", **until_then(Random(0), CLOSED_S)}


def always(random: Random, turn: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What comes at every turn, from the first on. An answer that is lost comes later than anybody waits."""
    charge = (("acquirer", fault, "chargeOrder") for fault in CHARGES[turn % len(CHARGES)])
    for system, fault, operation in (*ONCE, *charge, *(FIRST if turn == 0 else ())):
        more = {"seconds": 10} if fault in WAITS else {}
        yield system, {"fault": fault, "operation": operation, "next_calls": 1, **more}
    journal = {"operation": "GetJournal", "probability": 0.5}
    yield "policy_core", {"fault": "redelivered_events", "count": random.choice(AGAIN), **journal}
    yield "policy_core", {"fault": "duplicated_rows", "count": 5, **journal}


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
