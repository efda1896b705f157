"""What is known of a request stands on each line that is written while it is served, and on no other's."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from gateway.observability import facts, logs


@contextmanager
def served(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Serve one request."""
    begun = facts.begin(known)
    try:
        yield known
    finally:
        facts.end(begun)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in written.getvalue().splitlines()]


def test_facts_stand_on_every_line_of_the_request(written: io.StringIO) -> None:
    with served({"request_id": "r-1"}):
        logs.logger().info("first")
        facts.note(graphql_operation="Home")
        logs.logger().info("second")
    assert [(line["request_id"], line.get("graphql_operation")) for line in lines(written)] == [
        ("r-1", None),
        ("r-1", "Home"),
    ]


def test_what_the_line_itself_says_goes_before_them(written: io.StringIO) -> None:
    with served({"status": 200, "request_id": "r-1"}):
        logs.logger().info("odd", status=500)
    [line] = lines(written)
    assert (line["status"], line["request_id"]) == (500, "r-1")


def test_after_the_request_they_are_gone(written: io.StringIO) -> None:
    with served({"request_id": "r-1"}):
        pass
    logs.logger().info("outside")
    assert "request_id" not in lines(written)[0]


def test_they_are_gone_after_a_failure_too(written: io.StringIO) -> None:
    with pytest.raises(ValueError, match="served"), served({"request_id": "r-1"}):
        raise ValueError("not served")
    logs.logger().info("outside")
    assert "request_id" not in lines(written)[0]


def test_outside_of_a_request_a_note_is_nobodys(written: io.StringIO) -> None:
    facts.note(graphql_operation="Home")
    logs.logger().info("outside")
    with served({"request_id": "r-1"}):
        logs.logger().info("inside")
    assert ["graphql_operation" in line for line in lines(written)] == [False, False]


def test_who_serves_sees_what_was_noted_within() -> None:
    known: dict[str, Any] = {"request_id": "r-1"}
    with served(known) as same:
        facts.note(graphql_type="query")
    assert same is known
    assert known == {"request_id": "r-1", "graphql_type": "query"}


async def test_tasks_of_a_request_share_its_facts_and_requests_share_none() -> None:
    """A fact that a task of the request finds out is on the request's own line."""
    both = asyncio.Barrier(2)

    async def request(name: str) -> dict[str, Any]:
        with served({"request_id": name}) as known:
            await both.wait()
            await asyncio.create_task(noting(name))
            await both.wait()
        return known

    async def noting(name: str) -> None:
        facts.note(found_by=name)

    assert list(await asyncio.gather(request("r-1"), request("r-2"))) == [
        {"request_id": "r-1", "found_by": "r-1"},
        {"request_id": "r-2", "found_by": "r-2"},
    ]
