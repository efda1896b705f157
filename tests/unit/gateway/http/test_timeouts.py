"""How long a request may take: the setting, or less when the client says so."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from domain import models
from domain.clock import Deadline
from domain.errors import InvalidInput, Source, SourceInMaintenance
from domain.ports import Call, FileStream
from gateway.access.links import DocumentLinks
from gateway.http.timeout import allowed_s
from gateway.settings import Limits, Links
from gateway.settings.declaring import Secret
from tests.fakes import objects
from tests.unit.gateway.sources.resilient.stage import Stage
from tests.unit.gateway.world import KEY, VIEWER, World

STATIONS = '{ repairStations(city: "Тверь") { name } }'


def scope(timeout: str) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"x-request-timeout", timeout.encode("latin-1"))]}


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        ("2", 2.0),
        ("2.5", 2.5),
        ("2.5s", 2.5),
        ("250ms", 0.25),
        ("0.5ms", 0.0005),
        (" 3 ", 3.0),
        ("10", 10.0),
        ("10.5", 10.0),
        ("999999999", 10.0),
    ],
)
def test_the_smaller_counts(timeout: str, seconds: float) -> None:
    assert allowed_s(scope(timeout), 10.0) == seconds


def test_without_a_wish_the_setting_counts() -> None:
    assert allowed_s({"type": "http", "headers": []}, 10.0) == 10.0


@pytest.mark.parametrize(
    "timeout", ["", "0", "0ms", "-1", "+1", "1,5", ".5", "5.", "1e3", "nan", "inf", "5m", "soon", "1 s", "٣", "9" * 10]
)
def test_anything_else_is_the_clients_mistake(timeout: str) -> None:
    with pytest.raises(InvalidInput):
        allowed_s({"type": "http", "headers": [(b"x-request-timeout", timeout.encode())]}, 10.0)


@pytest.mark.parametrize(("wish", "seconds"), [({}, 10.0), ({"x_request_timeout": "250ms"}, 0.25)])
async def test_every_read_is_handed_the_deadline(world: World, wish: dict[str, str], seconds: float) -> None:
    calls: list[Call] = []

    async def read(keys: Sequence[Any], call: Call) -> Sequence[Any]:
        calls.append(call)
        return [() for _ in keys]

    world.answer("repair_stations", read)
    async with world.gateway(limits=Limits(request_deadline_s=10)) as client:
        reply = await client.post({"query": STATIONS}, authorization=world.bearer(), **wish)
    assert (reply.status, len(calls)) == (200, 1)
    assert calls[0].deadline == Deadline(world.clock, seconds)


async def test_a_mistaken_wish_is_told(world: World) -> None:
    async with world.gateway() as client:
        for language, text in (("ru", "Укажите секунды"), ("en", "Give seconds")):
            reply = await client.post({"query": STATIONS}, x_request_timeout="soon", accept_language=language)
            (error,) = reply.json["errors"]
            assert (reply.status, error["extensions"]) == (
                400,
                {"code": "BAD_USER_INPUT", "argument": "X-Request-Timeout"},
            )
            assert error["message"].startswith(text)
    assert "soon" not in world.log


async def test_maintenance_is_told_with_its_end_and_is_no_alarm(world: World) -> None:
    until = world.clock.now().replace(hour=23)
    world.reads.fail("repair_stations", SourceInMaintenance(Source.CLAIMS_CORE, "listRepairStations", until))
    async with world.gateway() as client:
        reply = await client.post({"query": STATIONS}, authorization=world.bearer())
    (error,) = reply.json["errors"]
    assert error["extensions"] == {
        "code": "SOURCE_IN_MAINTENANCE",
        "source": "CLAIMS_CORE",
        "retryable": True,
        "until": "2026-01-15T23:00:00+00:00",
    }
    assert [line["level"] for line in world.lines("error told")] == ["info"]


async def test_readiness_shows_what_the_guards_know(world: World) -> None:
    stage = Stage()
    await stage.opened()
    world.guards[Source.POLICY_CORE] = stage.guard
    async with world.gateway() as client:
        verbose = await client.get("/readyz", {"verbose": ""})
        waiting = await client.get("/readyz", {"sources": "1"})
    assert verbose.status == 200
    assert verbose.json["guards"]["policy_core"]["breakers"] == {"GetClients": "open"}
    assert "guards" not in waiting.json


@pytest.mark.parametrize(("wish", "seconds"), [({}, 300.0), ({"x_request_timeout": "2s"}, 2.0)])
async def test_a_download_keeps_to_the_wish_as_well(world: World, wish: dict[str, str], seconds: float) -> None:
    calls: list[Call] = []

    def watched(key: models.DocumentKey, call: Call) -> AbstractAsyncContextManager[FileStream]:
        calls.append(call)
        return world.files.open(key, call)

    world.files.ports = replace(world.files.ports, policy_document=watched)
    links = DocumentLinks(Links(key=Secret(KEY)), "http://gateway.test", world.clock)
    path = urlsplit(links.sign(VIEWER, objects.document().key, "policy.pdf").url).path
    async with world.gateway() as client:
        reply = await client.get(path, None, **wish)
    assert reply.status == 200
    assert [call.deadline.remaining_s() for call in calls] == [seconds]
