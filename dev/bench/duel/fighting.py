"""Turns of both arms, each judged by the facts of its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import redis.asyncio as redis

from dev.bench.admin import Admin
from dev.bench.duel.job import Arm, Duel, Round, Turn
from dev.bench.facts import FACTS
from dev.bench.load.asking import Asking, verdict
from dev.bench.load.job import Shot
from dev.bench.reference.screens import HAS_SHORTER_PATH, Reference
from dev.demo.systems import Address

__all__ = ["Fight", "arms"]

WARM_UP: Final = 3
LOOK: Final = -1
"""The block of the turns before the clock runs."""


@dataclass(frozen=True, slots=True)
class Fight:
    """One viewer's requests, one after another."""

    duel: Duel
    asking: Asking
    reference: Reference
    cache: redis.Redis

    async def look(self) -> list[Turn]:
        """Warm every arm up, then count what one answer asks of the systems."""
        turns = []
        admin = Admin({system: Address("", url) for system, url in self.duel.admin.items()})
        for each in self.duel.rounds:
            shot = Shot(each.operation, each.isn, each.token, each.variables)
            self.asking.prepare(shot)
            for arm in arms(each):
                for _ in range(WARM_UP):
                    await self._turn(each, arm, LOOK)
                await asyncio.to_thread(admin.forget)
                turn = await self._turn(each, arm, LOOK)
                turns.append(msgspec.structs.replace(turn, calls=await asyncio.to_thread(admin.operations)))
        return turns

    async def measure(self) -> list[Turn]:
        """Let the arms take turns; who goes first changes every time, so that no arm always follows the same one."""
        turns = []
        for block in range(self.duel.blocks):
            for each in self.duel.rounds:
                order: Sequence[Arm] = arms(each)
                for _ in range(self.duel.cold_turns if each.cold else self.duel.turns):
                    turns += [await self._turn(each, arm, block) for arm in order]
                    order = [*order[1:], order[0]]
        return turns

    async def _turn(self, each: Round, arm: Arm, block: int) -> Turn:
        if each.cold:
            await self.cache.flushall()
            self.reference.upstream.values.clear()
        started_s = time.perf_counter()
        if arm is Arm.GATEWAY:
            shot = Shot(each.operation, each.isn, each.token, each.variables)
            judge = await self.asking.send(self.duel.gateway, shot)
            took_s = time.perf_counter() - started_s
            said = judge()
        else:
            eager = arm is Arm.EAGER
            body = await self.reference.answer(each.operation, each.isn, each.variables, eager=eager)
            took_s = time.perf_counter() - started_s
            said = verdict(200, body, each.operation, FACTS[each.operation].known(self.asking.population, each.isn))
        return Turn(each.name, arm, block, took_s * 1000, said)


def arms(each: Round) -> list[Arm]:
    """Return who competes on a screen."""
    return [Arm.GATEWAY, Arm.REFERENCE, *([Arm.EAGER] if each.operation in HAS_SHORTER_PATH else [])]
