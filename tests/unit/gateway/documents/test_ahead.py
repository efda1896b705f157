"""Listed documents are prepared before their first use: at start, and in the background when lists are read again."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gateway.documents.ahead import kept_ahead
from gateway.documents.folder import read_library
from gateway.documents.shelf import Shelf
from gateway.observability.metrics import Metrics
from tests.unit.gateway.documents.lists import apollo, placed, sha256

A, B, C, D = (f"query {name} {{ a }}" for name in "ABCD")
HANGS_S = 20


@dataclass
class Desk:
    """Lists in a folder, and what is prepared of them. ``fails`` are prepared in vain, ``waits`` when ``let``."""

    folder: Path
    written: io.StringIO
    done: list[str] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)
    waits: set[str] = field(default_factory=set)
    let: asyncio.Event = field(default_factory=asyncio.Event)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.put(A, B)
        self.shelf = Shelf(lambda: read_library(self.folder, lambda _text: ()), Metrics())

    def put(self, *texts: str) -> None:
        placed(self.folder, {"web/1.json": apollo(*texts)})

    async def reload(self, *texts: str) -> bool:
        """Read other lists as it is done while requests are served: in another thread."""
        self.put(*texts)
        return await asyncio.to_thread(self.shelf.reload)

    async def prepare(self, text: str) -> None:
        self.done.append(text)
        if text in self.waits:
            try:
                await self.let.wait()
            except asyncio.CancelledError:
                self.left.append(text)
                raise
        if text in self.fails:
            raise ValueError(f"cannot prepare {text}")

    def lines(self, event: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.written.getvalue().splitlines()) if line["event"] == event]


@pytest.fixture
def desk(tmp_path: Path, written: io.StringIO) -> Desk:
    return Desk(tmp_path, written)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(HANGS_S):
        while not is_so():
            await asyncio.sleep(0)


async def test_the_lists_of_the_start_are_prepared_before_it_ends(desk: Desk) -> None:
    async with kept_ahead(desk.shelf, desk.prepare):
        assert desk.done == [A, B]
    assert [line["failed"] for line in desk.lines("documents prepared")] == [0]


async def test_lists_that_are_read_again_are_prepared_behind_requests(desk: Desk) -> None:
    desk.waits = {C}
    async with kept_ahead(desk.shelf, desk.prepare):
        assert await desk.reload(B, C, D)
        # The new lists are in use at once, and whoever is served is not held up.
        assert set(desk.shelf.library.texts()) == {B, C, D}
        await until(lambda: desk.done == [A, B, B, C])
        desk.let.set()
        await until(lambda: len(desk.lines("documents prepared")) == 2)
    assert desk.done == [A, B, B, C, D]


async def test_others_have_their_turn_between_two_documents(desk: Desk) -> None:
    async def serve() -> None:
        while True:
            desk.done.append("turn")
            await asyncio.sleep(0)

    async with kept_ahead(desk.shelf, desk.prepare):
        serving = asyncio.create_task(serve())
        await desk.reload(A, B, C, D)
        await until(lambda: len(desk.lines("documents prepared")) == 2)
        serving.cancel()
    since = desk.done[2:]
    places = [since.index(text) for text in (A, B, C, D)]
    assert places == sorted(places)
    assert all("turn" in since[one:other] for one, other in pairwise(places))


async def test_lists_that_are_refused_have_nothing_prepared(desk: Desk) -> None:
    async with kept_ahead(desk.shelf, desk.prepare):
        placed(desk.folder, {"web/2.json": b"[]"})
        assert not await desk.reload(C)
        await asyncio.sleep(0)
    assert desk.done == [A, B]


async def test_a_document_that_fails_is_logged_and_the_others_are_prepared(desk: Desk) -> None:
    desk.fails = {A, C}
    async with kept_ahead(desk.shelf, desk.prepare):
        assert desk.done == [A, B]
        await desk.reload(C, D)
        await until(lambda: len(desk.lines("documents prepared")) == 2)
        await desk.reload(D)
        await until(lambda: len(desk.lines("documents prepared")) == 3)
    assert desk.done == [A, B, C, D, D]
    assert [line["failed"] for line in desk.lines("documents prepared")] == [1, 1, 0]
    failures = desk.lines("document not prepared")
    assert [(line["graphql_document"], line["level"], line["exception"]) for line in failures] == [
        (sha256(A)[:16], "error", "ValueError"),
        (sha256(C)[:16], "error", "ValueError"),
    ]
    assert "query" not in desk.written.getvalue()


async def test_newer_lists_end_the_preparing_of_older_ones(desk: Desk) -> None:
    desk.waits = {C}
    async with kept_ahead(desk.shelf, desk.prepare):
        await desk.reload(C, A, B)
        await until(lambda: desk.done[2:] == [C])
        await desk.reload(D)
        desk.let.set()
        await until(lambda: len(desk.lines("documents prepared")) == 2)
    assert desk.done == [A, B, C, D]


async def test_lists_that_are_read_again_during_the_start_are_prepared_after_it(desk: Desk) -> None:
    desk.waits = {A}

    async def interfere() -> None:
        await until(lambda: desk.done == [A])
        await desk.reload(C, D)
        desk.let.set()

    interfering = asyncio.create_task(interfere())
    async with kept_ahead(desk.shelf, desk.prepare):
        await interfering
        await until(lambda: len(desk.lines("documents prepared")) == 1)
    assert desk.done == [A, C, D]


async def test_the_end_waits_for_nothing_that_is_being_prepared(desk: Desk) -> None:
    desk.waits = {C}
    async with kept_ahead(desk.shelf, desk.prepare):
        await desk.reload(C, D)
        await until(lambda: desk.done[2:] == [C])
    assert desk.left == [C]
    assert await desk.reload(D)
    assert desk.done == [A, B, C]


def test_lists_that_are_read_when_nobody_is_served_any_more_are_taken(desk: Desk) -> None:
    async def scenario() -> Callable[[], None]:
        async with kept_ahead(desk.shelf, desk.prepare):
            return desk.shelf._tell

    # A thread may have begun to tell when the loop was closed.
    tell = asyncio.run(scenario())
    tell()
    desk.put(C)
    assert desk.shelf.reload()
    assert desk.done == [A, B]
