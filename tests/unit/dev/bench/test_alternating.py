"""Phases without and with a hanging system, in turn."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dev.bench.load.alternating import alternate
from dev.bench.load.driving import Driver
from dev.bench.load.job import GOOD, Alternating, Closed, Open, Phase, Sample, Shot

SHOTS = [Shot("own_name", isn, "token") for isn in range(2)]


class System:
    """Fault switches of a system, and requests that fail while it hangs and for some rounds after."""

    def __init__(self) -> None:
        self.hangs = False
        self.history: list[str] = []
        self.rounds_to_recover = 2
        self.breaks = False

    async def switch(self, request: web.Request) -> web.Response:
        self.hangs = request.method == "PUT"
        self.history.append("hang" if self.hangs else "heal")
        return web.json_response({})

    async def drive(self, plan: Closed | Open, shots: Sequence[Shot]) -> list[Sample]:
        self.history.append("rate" if isinstance(plan, Open) else "look")
        if self.hangs and self.breaks:
            raise RuntimeError("the generator broke")
        if isinstance(plan, Closed):
            self.rounds_to_recover -= 1
        good = not self.hangs and (isinstance(plan, Open) or self.rounds_to_recover <= 0)
        return [Sample(each.operation, 0, 1, GOOD if good else "error X") for each in shots]


async def alternated(system: System, pairs: int) -> list[Sample]:
    app = web.Application()
    app.add_routes([web.put("/faults", system.switch), web.delete("/faults", system.switch)])
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        plan = Alternating(rate=10, seconds=1, pairs=pairs, faults=str(server.make_url("/faults")))
        return await alternate(cast("Driver", system), plan, SHOTS, http)


async def test_each_pair_ends_when_all_is_well_again() -> None:
    system = System()
    samples = await alternated(system, pairs=2)
    assert system.history == [
        *("rate", "hang", "rate", "heal", "look", "look"),
        *("rate", "hang", "rate", "heal", "look"),
    ]
    assert Counter((each.phase, each.pair, each.verdict) for each in samples) == {
        (Phase.NORMAL, 0, GOOD): 2,
        (Phase.HANGING, 0, "error X"): 2,
        (Phase.NORMAL, 1, GOOD): 2,
        (Phase.HANGING, 1, "error X"): 2,
    }


async def test_the_system_is_healed_whatever_happens() -> None:
    system = System()
    system.breaks = True
    with pytest.raises(RuntimeError, match="the generator broke"):
        await alternated(system, pairs=1)
    assert not system.hangs


async def test_what_never_becomes_good_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dev.bench.load.alternating.RECOVERS_WITHIN_S", -1.0)
    system = System()
    samples = await alternated(system, pairs=1)
    assert [each.verdict for each in samples if each.phase is Phase.RECOVERY] == ["error X", "error X"]
