"""Turns of all arms, each judged by the facts of its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

import msgspec

from dev.bench.admin import Admin
from dev.bench.duel.job import Arm, Duel, Round, Turn, Visitor
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
    """One viewer's requests, one after another. ``fresh`` is a reference that remembers nothing."""

    duel: Duel
    asking: Asking
    reference: Reference
    fresh: Reference

    async def look(self) -> list[Turn]:
        """Warm every arm up, then count what one answer asks of the systems."""
        turns = []
        admin = Admin({system: Address("", url) for system, url in self.duel.admin.items()})
        for each in self.duel.rounds:
            for visitor in each.visitors:
                self.asking.prepare(shot(each, visitor))
            for arm in arms(each):
                for _ in range(0 if each.cold else WARM_UP):
                    await self._turn(each, each.visitors[0], arm, LOOK)
                await asyncio.to_thread(admin.forget)
                turn = await self._turn(each, each.visitors[0], arm, LOOK)
                turns.append(msgspec.structs.replace(turn, calls=await asyncio.to_thread(admin.operations)))
        return turns

    async def measure(self) -> list[Turn]:
        """Let the arms take turns; who goes first changes every time, so that no arm always follows the same one."""
        turns = []
        visitors = [cycle(each.visitors[1:] or each.visitors) for each in self.duel.rounds]
        for block in range(self.duel.blocks):
            for each, coming in zip(self.duel.rounds, visitors, strict=True):
                order: Sequence[Arm] = arms(each)
                for _ in range(self.duel.cold_turns if each.cold else self.duel.turns):
                    visitor = next(coming)
                    turns += [await self._turn(each, visitor, arm, block) for arm in order]
                    order = [*order[1:], order[0]]
        return turns

    async def _turn(self, each: Round, visitor: Visitor, arm: Arm, block: int) -> Turn:
        started_s = time.perf_counter()
        if arm is Arm.GATEWAY:
            judge = await self.asking.send(self.duel.gateway, shot(each, visitor))
            took_s = time.perf_counter() - started_s
            said = judge()
        else:
            reference = self.fresh if each.cold else self.reference
            eager = arm is Arm.EAGER
            body = await reference.answer(each.operation, visitor.isn, visitor.variables, eager=eager)
            took_s = time.perf_counter() - started_s
            known = FACTS[each.operation].known(self.asking.population, visitor.isn)
            said = verdict(200, body, each.operation, known)
            self.fresh.upstream.values.clear()
        return Turn(each.name, arm, block, took_s * 1000, said)


def shot(each: Round, visitor: Visitor) -> Shot:
    """Return a look as a request to the gateway."""
    return Shot(each.operation, visitor.isn, visitor.token, visitor.variables)


def arms(each: Round) -> list[Arm]:
    """Return who competes on a screen."""
    return [Arm.GATEWAY, Arm.REFERENCE, *([Arm.EAGER] if each.operation in HAS_SHORTER_PATH else [])]
