"""What a storm is made of: faults that come and go at the systems, and processes that are killed; all from a seed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, TypeAlias

import aiohttp

from tests.faults.storm.house import PLACES, House

__all__ = ["GUSTS", "Gust", "Storm", "Weather"]

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
LOST: Final = {"next_calls": 1, "seconds": 10}
"""The next answer is lost: it comes later than anybody waits."""
MERCHANT: Final = ("getOrder", "cancelOrder")
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
    "unknown_enum",
    "float_id",
)
CALLBACKS: Final = ("callback_lost", "callback_late", "callback_repeated", "callback_early", "callback_forged")


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


def seldom(random: Random, _lasts_s: float) -> Mapping[str, Any]:
    """At few of the calls."""
    return {"probability": round(random.uniform(0.1, 0.3), 2)}


GUSTS: Final = (
    Gust("policy_core", ("timeout_after_commit",), CORE, 5, for_long),
    Gust("policy_core", ("timeout_after_commit",), WRITES, 4, for_long),
    Gust("policy_core", ("hang",), CORE, 3, for_long),
    Gust("policy_core", BROKEN, CORE, 5, sometimes),
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
    Gust("acquirer", ("timeout_after_commit", "hang"), (*MERCHANT, *PAGE), 4, for_long),
    Gust("acquirer", ("http_500", "reset_mid_body", "html_page", "truncated_body"), (*MERCHANT, *PAGE), 3, sometimes),
    Gust("acquirer", ("expired_token", "unknown_enum"), MERCHANT, 2, sometimes),
    Gust("acquirer", CALLBACKS, ("pay",), 5, lambda random, _: {"probability": 0.7}),
    Gust("acquirer", ("refuse_connection",), ("*",), 1, throughout),
    Gust("acquirer", ("amount_rise",), ("payPage",), 2, seldom),
    Gust("messages", ("timeout_after_commit", "hang"), ("sendSms",), 2, for_long),
    Gust("messages", ("http_503", "reset_mid_body"), ("sendSms",), 2, sometimes),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How much there is of it; the tariff of renewals changes too. Units: seconds; pauses are means."""

    gust_every_s: float
    gust_lasts_s: tuple[float, float]
    loss_every_s: float
    kill_every_s: float
    tariff_every_s: float
    down_s: tuple[float, float]


@dataclass(slots=True)
class Storm:
    """Lets it blow until cancelled. ``fired`` says how often each fault was met in the end."""

    house: House
    weather: Weather
    random: Random
    http: aiohttp.ClientSession
    gusts: int = 0
    tariffs: int = 0
    fired: dict[str, int] = field(default_factory=dict)

    async def blow(self) -> None:
        """Switch faults on and off and kill processes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._gusts(group))
            group.create_task(self._losses())
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
            group.create_task(self._gust(self.house.admin_urls[gust.system], switch, lasts_s))
            self.gusts += 1

    async def _gust(self, address: str, switch: Mapping[str, Any], lasts_s: float) -> None:
        async with self.http.put(f"{address}/faults", json=switch) as answer:
            assert answer.status == 200, (switch, await answer.text())
        await asyncio.sleep(lasts_s)
        which = {"fault": switch["fault"], "operation": switch["operation"]}
        async with self.http.delete(f"{address}/faults", params=which) as answer:
            assert answer.status == 200, (switch, await answer.text())

    async def _losses(self) -> None:
        """Let the first answer to what must happen once be lost, and one now and then, whatever gusts come and go."""
        address = f"{self.house.admin_urls['policy_core']}/faults"
        while True:
            for operation in ("CreateAgreement", "ConfirmPayment"):
                switch = {"fault": "timeout_after_commit", "operation": operation, **LOST}
                async with self.http.put(address, json=switch) as answer:
                    assert answer.status == 200, await answer.text()
            await asyncio.sleep(self.random.expovariate(1 / self.weather.loss_every_s))

    async def _kills(self) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(1 / self.weather.kill_every_s))
            place = self.random.choice(PLACES)
            self.house.kill(place)
            await asyncio.sleep(self.random.uniform(*self.weather.down_s))
            self.house.start(place)

    async def _tariffs(self) -> None:
        address = f"{self.house.admin_urls['policy_core']}/tariff"
        while True:
            await asyncio.sleep(self.random.expovariate(1 / self.weather.tariff_every_s))
            async with self.http.post(address, json={"rate_bp": self.random.choice(RATES_BP)}) as answer:
                assert answer.status == 200, await answer.text()
            self.tariffs += 1
