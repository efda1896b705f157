"""One storm from its beginning to the verdict."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import aiohttp

from tests.faults.storm import journal_verdict, late_verdict, people
from tests.faults.storm.browser import Browser, Unanswered
from tests.faults.storm.case import PAID_TWICE
from tests.faults.storm.evidence import Evidence
from tests.faults.storm.gathering import followed_to, gathered, unsettled
from tests.faults.storm.gusts import METS
from tests.faults.storm.house import House
from tests.faults.storm.verbs import VERBS, Script, Verb
from tests.faults.storm.verdict import Wrong
from tests.faults.storm.weather import Storm, Weather

__all__ = ["Outcome", "Size", "stormed"]

LOOK_S: Final = 0.5
KILLED: Final = ("gateway", "worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """So ``many`` of each verb by its name, ``at_once`` of each at a time.

    Units: seconds. ``at_least_s``: the weather goes on for so long, even if everybody was quicker. ``storm_s``: so long
    it is to take; beyond that it is cut off once nobody has got done for ``stall_s``. ``settle_s``: it has not settled
    if nothing more has for so long.
    """

    many: Mapping[str, int]
    at_once: int
    weather: Weather
    at_least_s: float
    storm_s: float
    stall_s: float
    settle_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. ``unsettled``: how much of each kind is not over, as ``gathering.unsettled`` has it.

    ``unfinished``: how many were still at it when it was cut off.
    ``undone``: what nobody did: of a storm in which it did not happen nothing is known of it.
    """

    seed: int
    wrong: list[Wrong]
    undone: list[str]
    unfinished: int
    unsettled: Sequence[int]
    lines: list[str]

    def __str__(self) -> str:
        return "\n".join(
            [
                f"storm of seed {self.seed}",
                *self.lines,
                *(f"{each.kind}: {each.what}" for each in self.wrong),
                *(f"it never happened that {each}" for each in self.undone),
            ]
        )


@dataclass(slots=True)
class Crowd:
    """Everybody who does one thing."""

    verb: Verb
    browsers: list[Browser]
    scripts: list[Script]
    gave_up: int = 0
    done: int = 0

    async def go(self, turns: asyncio.Semaphore) -> None:
        """Let all of them do it, so many at a time."""
        async with asyncio.TaskGroup() as group:
            for browser, script in zip(self.browsers, self.scripts, strict=True):
                group.create_task(self._one(browser, script, turns))

    async def _one(self, browser: Browser, script: Script, turns: asyncio.Semaphore) -> None:
        async with turns:
            try:
                await script(browser)
            except Unanswered:
                self.gave_up += 1
            self.done += 1


async def stormed(house: House, seed: int, size: Size) -> Outcome:
    """Let everybody do what they want while it storms; wait until all is settled; judge."""
    random = Random(seed)
    # A process that was killed keeps no connection.
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        crowds = {name: await gather(verb, house, random, http, size.many[name]) for name, verb in VERBS.items()}
        while (followed := followed_to(house)) is None:
            house.check()
            await asyncio.sleep(LOOK_S)
        storm = Storm(house, size.weather, random, http, people.newcomers(house.stack))
        began = time.monotonic()
        unfinished = await during(storm.blow, list(crowds.values()), size)
        storm_s = time.monotonic() - began
        await storm.calm()
        left = await settled(house, size.settle_s)
        settled_s = time.monotonic() - began - storm_s
        everybody = [browser for crowd in crowds.values() for browser in crowd.browsers]
        for browser in everybody:
            await browser.told_in_the_end()
    house.check()
    evidence = gathered(house, [each.heard for each in everybody], followed)
    verdicts = (*(verb.judged for verb in VERBS.values()), journal_verdict.judged, late_verdict.judged)
    wrong = [each for judged in verdicts for each in judged(evidence)]
    states = Counter(f"{each.state} {each.failure or ''}".strip() for each in evidence.payments)
    lines = [
        f"{storm_s:.0f} s of storm, {how_it_ended(unfinished, storm_s, size)}",
        f"{settled_s:.0f} s until it settled; unsettled {list(left)}",
        *(
            f"{len(crowd.browsers)} {name}; {crowd.done} went their way, {crowd.gave_up} gave up asking"
            for name, crowd in crowds.items()
        ),
        f"payments: {dict(states.most_common())}",
        f"offers: {dict(Counter(each.state for each in evidence.offers).most_common())}",
        f"agreements {len(evidence.agreements)}, signatures {len(evidence.signatures)}, tariffs {storm.tariffs}",
        f"charges {charges(evidence)}",
        f"declined, and paid after all {dict(paid_late(evidence))}",
        f"events {len(evidence.events)}, decisions {dict(Counter(each.outcome for each in evidence.decisions))}",
        f"concluded in the storm {len(storm.concluded)}, links sent {len(evidence.letters)}",
        f"money taken {sum(each.taken for each in evidence.orders)} times, confirmed {len(evidence.confirmations)}",
        f"deductibles recorded {len(evidence.deductibles)}",
        f"heard {sum(len(seen) for each in everybody for seen in each.heard.tabs.values())} times how a payment is",
        f"{storm.gusts} gusts; faults met {dict(sorted(storm.fired.items()))}; killed {house.killed}",
    ]
    return Outcome(seed, wrong, undone(evidence, house, storm), unfinished, left, lines)


def how_it_ended(unfinished: int, storm_s: float, size: Size) -> str:
    """Say whether it went well, slowly, or was cut off."""
    if unfinished:
        return f"cut off with {unfinished} still at it: nobody had got done for the last {size.stall_s:.0f} s"
    if storm_s > size.storm_s:
        return f"everybody got done, if not in {size.storm_s:.0f} s: the machine was busy"
    return "everybody got done in time"


def charges(evidence: Evidence) -> dict[str, int]:
    """Count what came of orders that were to be charged to a remembered card."""
    late = late_orders(evidence)
    wanted = [each for each in evidence.orders if each.charges]
    states = Counter("DECLINED" if each.order in late else each.state for each in wanted)
    return {**states, "wanted again": sum(each.charges > 1 for each in wanted)}


def paid_late(evidence: Evidence) -> Counter[str]:
    """Count what came of payments whose order was declined and paid after all."""
    late = late_orders(evidence)
    payments = {each.payment for each in evidence.watched if each.order in late}
    payments |= {each.id for each in evidence.payments if each.order in late}
    twice = {each.payment for each in evidence.calls if each.why == PAID_TWICE}
    rows = (each for each in evidence.payments if each.id in payments)
    return Counter(f"{each.state}{', and a person called' * (each.id in twice)}" for each in rows)


def late_orders(evidence: Evidence) -> set[str]:
    """Return the orders that the bank took the money for though it had declined them."""
    return {order for each in evidence.customers for order in each.means.paid_late}


def undone(evidence: Evidence, house: House, storm: Storm) -> list[str]:
    """Return what did not happen, though a storm is about it."""
    wanted = charges(evidence)
    renewed = {each.policy for each in evidence.agreements}
    happened = {
        "an instalment was paid": any(each.state == "PAID" for each in evidence.payments),
        "a renewal was agreed": bool(renewed),
        "a renewal was paid and issued": any(each.policy in renewed for each in evidence.documents),
        "a remembered card was charged": "PAID" in wanted,
        "a charge was declined": "DECLINED" in wanted,
        "a declined order was paid after all": bool(late_orders(evidence)),
        "a card was forgotten": any(each.means.forgotten for each in evidence.customers),
        "the bank forgot a card": any(each.means.lost_at_bank for each in evidence.customers),
        "somebody new got a link": {*storm.concluded} & {each.client for each in evidence.letters} != set(),
        **{f"{kind}s were killed": any(each.startswith(kind) for each in house.killed) for kind in KILLED},
        **{f"{each} was met": each in storm.fired for each in METS},
    }
    return [what for what, is_so in happened.items() if not is_so]


async def gather(verb: Verb, house: House, random: Random, http: aiohttp.ClientSession, many: int) -> Crowd:
    """Find so many people, and say how each goes about it: each way is taken; those who leave come first."""
    found = await verb.people(house.stack, many)
    chosen = [*verb.scripts, *random.choices(list(verb.scripts), list(verb.scripts.values()), k=many)][:many]
    random.shuffle(chosen)
    # Each has dice of its own, so that what one draws does not depend on when others draw.
    browsers = [verb.browser(each, house.gateways, house.messages, http, Random(random.random())) for each in found]
    return Crowd(verb, browsers, sorted(chosen, key=lambda script: script not in verb.leaving))


async def during(blow: Callable[[], Awaitable[None]], crowds: Sequence[Crowd], size: Size) -> int:
    """Let it blow until everybody is done, for a while at least; return how many are not when it is cut off.

    How long that takes is the machine's affair: it goes on for as long as people get done.
    """
    blowing = asyncio.ensure_future(blow())
    going = asyncio.create_task(all_go(crowds, size))
    hanging = asyncio.create_task(until_it_hangs(crowds, size))
    tasks = (blowing, going, hanging)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        unfinished = 0 if going.done() else sum(len(crowd.browsers) - crowd.done for crowd in crowds)
    finally:
        for each in tasks:
            each.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for failed in ended:
        if isinstance(failed, Exception):
            raise failed
    return unfinished


async def all_go(crowds: Sequence[Crowd], size: Size) -> None:
    """Let everybody do what they want, and the weather last."""
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(size.at_least_s))
        for crowd in crowds:
            group.create_task(crowd.go(asyncio.Semaphore(size.at_once)))


async def until_it_hangs(crowds: Sequence[Crowd], size: Size) -> None:
    """Wait until its time is over and nobody has got done for long."""
    began = progress = time.monotonic()
    done = 0
    while time.monotonic() < max(began + size.storm_s, progress + size.stall_s):
        await asyncio.sleep(LOOK_S)
        if (now_done := sum(crowd.done for crowd in crowds)) > done:
            done, progress = now_done, time.monotonic()


async def settled(house: House, within_s: float) -> Sequence[int]:
    """Wait until everything is over, or no more of it has been for so long; return what is not."""
    least, progress = math.inf, time.monotonic()
    while any(left := unsettled(house)) and time.monotonic() < progress + within_s:
        if sum(left) < least:
            least, progress = sum(left), time.monotonic()
        await asyncio.sleep(LOOK_S)
    return left
