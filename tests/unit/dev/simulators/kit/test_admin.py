import asyncio
from typing import Any

import aiohttp
import pytest

from dev.simulators.kit import WIRE_FAULTS, Fault, Handle
from tests.unit.dev.simulators.kit.registry import Registry


async def call(
    http: aiohttp.ClientSession, handle: Handle, method: str, path: str, body: Any = None
) -> tuple[int, Any]:
    async with http.request(method, handle.admin_url + path, json=body) as response:
        return response.status, await response.json()


async def test_health_names_the_system_its_operations_and_faults(handle: Handle, http: aiohttp.ClientSession) -> None:
    status, health = await call(http, handle, "GET", "/health")
    assert (status, health["system"], health["operations"]) == (200, "registry", ["List", "Write", "Stream"])
    assert set(health["faults"]) == WIRE_FAULTS | Registry.content_faults


@pytest.mark.parametrize("fault", sorted(WIRE_FAULTS | Registry.content_faults))
async def test_every_fault_can_be_set_seen_and_cleared(
    handle: Handle, http: aiohttp.ClientSession, fault: Fault
) -> None:
    status, shown = await call(http, handle, "PUT", "/faults", {"fault": fault.value})
    assert (status, [switch["fault"] for switch in shown["switches"]]) == (200, [fault.value])
    assert await call(http, handle, "DELETE", f"/faults?fault={fault.value}") == (200, {"cleared": 1})
    assert (await call(http, handle, "GET", "/faults"))[1]["switches"] == []


async def test_a_switch_set_here_fires_on_the_main_port(handle: Handle, http: aiohttp.ClientSession) -> None:
    switch = {"fault": "http_503", "operation": "List", "next_calls": 1, "retry_after_s": 9}
    await call(http, handle, "PUT", "/faults", switch)
    async with http.get(handle.url + "/list") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "9")
    assert (await call(http, handle, "GET", "/faults"))[1] == {
        "switches": [switch | {"left": 0, "fired": 1}],
        "fired": {"http_503": 1},
    }


async def test_several_switches_are_set_all_or_none(handle: Handle, http: aiohttp.ClientSession) -> None:
    good, bad = {"fault": "hang"}, {"fault": "hang", "operation": "Nowhere"}
    assert (await call(http, handle, "PUT", "/faults", [good, bad]))[0] == 400
    assert (await call(http, handle, "GET", "/faults"))[1]["switches"] == []
    assert (await call(http, handle, "PUT", "/faults", [good, {"fault": "http_500"}]))[0] == 200
    assert len((await call(http, handle, "GET", "/faults"))[1]["switches"]) == 2


@pytest.mark.parametrize(
    "body,reason",
    [
        ({}, "fault is missing"),
        ([1], "a JSON object is expected"),
        ({"fault": "http_501"}, "unknown fault: http_501, did you mean http_50"),
        ({"fault": "soap_fault"}, "registry cannot show soap_fault"),
        ({"fault": "hang", "operation": "Lst"}, "unknown operation: Lst, did you mean List?"),
        ({"fault": "hang", "next_call": 1}, "unknown parameter: next_call, did you mean next_calls?"),
        ({"fault": "hang", "next_calls": "1"}, "next_calls must be a int"),
        ({"fault": "hang", "next_calls": True}, "next_calls must be a int"),
        ({"fault": "hang", "next_calls": 0}, "next_calls must be at least 1"),
        ({"fault": "hang", "seconds": 900}, "seconds must be above 0 and at most 300"),
        ({"fault": "maintenance", "until": "tomorrow"}, "Invalid isoformat string"),
        ({"fault": "maintenance", "until": "2026-01-15T12:00:00"}, "until needs a time zone offset"),
    ],
)
async def test_wrong_switches_are_refused_with_the_reason(
    handle: Handle, http: aiohttp.ClientSession, body: Any, reason: str
) -> None:
    status, answer = await call(http, handle, "PUT", "/faults", body)
    assert status == 400
    assert reason in answer["error"]


async def test_what_is_not_json_is_refused(handle: Handle, http: aiohttp.ClientSession) -> None:
    async with http.put(handle.admin_url + "/faults", data=b"{broken") as response:
        assert (response.status, await response.json()) == (400, {"error": "the body is not JSON"})


@pytest.mark.parametrize("query", ["fault=none", "operation=none", "fautl=hang"])
async def test_clearing_by_unknown_names_is_refused(handle: Handle, http: aiohttp.ClientSession, query: str) -> None:
    assert (await call(http, handle, "DELETE", f"/faults?{query}"))[0] == 400


async def test_shows_and_resets_the_counts(handle: Handle, http: aiohttp.ClientSession) -> None:
    await asyncio.gather(*[http.get(f"{handle.url}/list?keys={keys}") for keys in (5, 5, 2)])
    counts = {"calls": 3, "keys": 12, "batches": {"2": 1, "5": 2}, "rejected": 0}
    status, shown = await call(http, handle, "GET", "/calls?recent=1")
    assert (status, shown["total"]) == (200, 3)
    assert counts.items() <= shown["operations"]["List"].items()
    assert shown["recent"][0]["n"] == 3
    assert (await call(http, handle, "DELETE", "/calls"))[0] == 200
    assert (await call(http, handle, "GET", "/calls"))[1] == {"total": 0, "operations": {}}


@pytest.mark.parametrize("recent", ["-1", "x", "²"])
async def test_a_wrong_number_of_recent_calls_is_refused(
    handle: Handle, http: aiohttp.ClientSession, recent: str
) -> None:
    assert (await call(http, handle, "GET", f"/calls?recent={recent}"))[0] == 400


async def test_latency_is_set_by_operation_or_for_all(handle: Handle, http: aiohttp.ClientSession) -> None:
    assert await call(http, handle, "PUT", "/latency", {"*": 10, "List": 2.5}) == (200, {"*": 10, "List": 2.5})
    assert [handle.simulator.latency_s(operation) for operation in ("List", "Write", "Stream")] == [0.0025, 0.02, 0.01]


@pytest.mark.parametrize("body", [{"Lst": 1}, {"*": -1}, {"*": 60_001}, {"*": "1"}, {"*": True}, [1]])
async def test_wrong_latencies_are_refused(handle: Handle, http: aiohttp.ClientSession, body: Any) -> None:
    assert (await call(http, handle, "PUT", "/latency", body))[0] == 400
    assert handle.simulator.latency_ms == {"*": 0}


async def test_the_clock_is_pinned_moved_and_given_back(handle: Handle, http: aiohttp.ClientSession) -> None:
    status, shown = await call(http, handle, "PUT", "/clock", {"today": "2026-01-15"})
    assert (status, shown["today"]) == (200, "2026-01-15")
    status, shown = await call(http, handle, "PUT", "/clock", {"now": "2026-03-01T00:30:00+03:00"})
    assert (status, shown["today"]) == (200, "2026-03-01")
    await call(http, handle, "PUT", "/clock", {})
    assert (await call(http, handle, "GET", "/clock"))[1]["today"] == handle.simulator.clock.today().isoformat()


@pytest.mark.parametrize("body", [{"today": "15.01.2026"}, {"now": 5}, {"day": "2026-01-15"}, []])
async def test_wrong_clocks_are_refused(handle: Handle, http: aiohttp.ClientSession, body: Any) -> None:
    assert (await call(http, handle, "PUT", "/clock", body))[0] == 400


async def test_the_main_port_has_no_admin(handle: Handle, http: aiohttp.ClientSession) -> None:
    for path in ("/faults", "/calls", "/health"):
        async with http.get(handle.url + path) as response:
            assert response.status == 404
