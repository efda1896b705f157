"""The cache hangs: valuations are computed each time, nothing else changes, and it is used again once it is back."""

import os
import signal

from dev.demo.stack import Stack
from tests.e2e.running import wait_for
from tests.faults.house import House


def test_a_hanging_cache_costs_speed_alone(house: House, stack: Stack) -> None:
    cache = stack.children["valkey"].process.pid
    whole = house.look()
    os.kill(cache, signal.SIGSTOP)
    try:
        for _ in range(2):
            seen = house.look()
            assert (seen.data, seen.failures) == (whole.data, set())
        assert house.gateway.calls()["life_valuation"]["valuation_submit"] == 3
        assert 'gateway_cache_failures_total{failure="get",read="life_valuations"}' in house.gateway.metrics()
    finally:
        os.kill(cache, signal.SIGCONT)

    def remembered() -> bool:
        house.look()
        before = house.gateway.calls()["life_valuation"]["valuation_submit"]
        house.look()
        return house.gateway.calls()["life_valuation"]["valuation_submit"] == before

    wait_for(remembered)
    log = (stack.folder / "gateway.log").read_text(encoding="utf-8")
    assert log.count('"event":"cache out"') == log.count('"event":"cache back"') >= 1
