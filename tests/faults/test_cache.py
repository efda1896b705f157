"""The cache hangs: a gateway goes on with what it holds itself, and uses the cache again once it is back."""

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
        assert house.gateway.calls()["life_valuation"]["valuation_submit"] == 1
        assert 'gateway_cache_failures_total{failure="look",read="life_valuations"}' in house.gateway.metrics()
        assert "gateway_cache_store_reachable 0.0" in house.gateway.metrics()
    finally:
        os.kill(cache, signal.SIGCONT)

    def is_back() -> bool:
        house.look()
        return "gateway_cache_store_reachable 1.0" in house.gateway.metrics()

    wait_for(is_back)
    log = (stack.folder / "gateway.log").read_text(encoding="utf-8")
    assert log.count('"event":"cache out"') == log.count('"event":"cache back"') >= 1
