"""Waiting for valuation jobs, on an engine that follows a script and a clock that moves only by sleeping."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.gate import Limits
from adapters.life_valuation import Settings, wire
from adapters.life_valuation.client import Client
from adapters.life_valuation.client.nightly import check_file
from adapters.replies import Body, Reply
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import Source, SourceGarbled, SourceTimeout, SourceUnavailable
from domain.ports import Call
from tests.fakes.clock import StillClock

WAITING: Mapping[str, Any] = {"state": "WAITING"}
DONE: Mapping[str, Any] = {
    "state": "DONE",
    "items": [{"contract": "P1", "status": "ERROR", "error_text": "Расчёт прерван"}],
}


class Silent:
    """An observer that keeps nothing."""

    def called(self, source: Source, operation: str, outcome: str, seconds: float) -> None:
        """Ignore."""

    def garbled(self, source: Source, operation: str, detail: str) -> None:
        """Ignore."""


@dataclass(slots=True)
class Scripted(Transport):
    """Answers each exchange with the next result or failure of the script."""

    script: list[Mapping[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def fetch(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Play the next line."""
        assert body is not None
        self.asked.append((operation, json.loads(body)["data"]))
        line = self.script.pop(0)
        answer = line if "code" in line else {"status": "OK", "result": line}
        return Reply(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())


@dataclass(slots=True)
class Stage:
    """A client on a scripted engine, with the pauses that it made."""

    script: list[Mapping[str, Any]]
    seconds: float = 10.0
    settings: Settings = field(
        default_factory=lambda: Settings(
            "http://127.0.0.1", "key", first_poll_s=2, poll_pause_s=0.5, poll_backoff=2, poll_pause_max_s=1.5
        )
    )
    clock: StillClock = field(default_factory=StillClock)
    pauses: list[float] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def valuations(self) -> list[wire.Row[wire.ValuationRecord]]:
        """Value one contract."""
        transport = Scripted(Source.LIFE_VALUATION, Limits(1, 1, 1000), Silent(), self.script, self.asked)
        client = Client(self.settings, transport, sleep=self.sleep)
        return await client.valuations(["P1"], Call(Deadline.after(self.clock, self.seconds)))

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.pauses.append(seconds)
        self.clock.advance(seconds)

    @property
    def operations(self) -> list[str]:
        """Operations asked for, in order."""
        return [operation for operation, _ in self.asked]


def submitted(eta_ms: int | None = None) -> Mapping[str, Any]:
    """An accepted job."""
    return {"job_id": "j1"} | ({} if eta_ms is None else {"eta_ms": eta_ms})


async def test_the_estimate_is_waited_out_before_the_only_poll() -> None:
    stage = Stage([submitted(3_400), DONE])
    (row,) = await stage.valuations()
    assert row == wire.Row("P1", wire.Failure(wire.Shape.CALCULATION, text="Расчёт прерван"))
    assert stage.pauses == [3.4]
    assert stage.asked == [("valuation_submit", {"contracts": ["P1"]}), ("valuation_poll", {"job_id": "j1"})]


async def test_without_an_estimate_the_settings_say_when_to_poll() -> None:
    stage = Stage([submitted(), DONE])
    await stage.valuations()
    assert stage.pauses == [2]


async def test_pauses_between_polls_grow_to_their_limit_and_obey_new_estimates() -> None:
    stage = Stage([submitted(1_000), WAITING, WAITING, WAITING, {"state": "WAITING", "eta_ms": 2_500}, DONE])
    await stage.valuations()
    assert stage.pauses == [1.0, 0.5, 1.0, 1.5, 2.5]


async def test_a_job_that_cannot_be_done_in_time_is_given_up_at_once() -> None:
    stage = Stage([submitted(10_000)])
    with pytest.raises(SourceTimeout):
        await stage.valuations()
    assert stage.pauses == []


async def test_polling_ends_with_the_deadline() -> None:
    stage = Stage([submitted(1_000), *[WAITING] * 20], seconds=5.0)
    with pytest.raises(SourceTimeout):
        await stage.valuations()
    assert stage.pauses == [1.0, 0.5, 1.0, 1.5]


async def test_a_refused_job_is_submitted_again_after_the_wait() -> None:
    stage = Stage([{"code": 2001, "wait_ms": 1_200}, {"code": 2001}, submitted(0), DONE])
    await stage.valuations()
    assert stage.pauses == [1.2, 0.5, 0]
    assert stage.operations == ["valuation_submit"] * 3 + ["valuation_poll"]


async def test_a_wait_past_the_deadline_is_left_to_the_caller() -> None:
    stage = Stage([{"code": 2001, "wait_ms": 12_000}])
    with pytest.raises(SourceUnavailable) as caught:
        await stage.valuations()
    assert (caught.value.retry_after_s, caught.value.retryable, stage.pauses) == (12.0, True, [])


async def test_a_lost_job_may_be_asked_for_again() -> None:
    stage = Stage([submitted(0), {"state": "NOT_FOUND"}])
    with pytest.raises(SourceUnavailable, match="job is lost") as caught:
        await stage.valuations()
    assert caught.value.retryable


@pytest.mark.parametrize(
    "script",
    [
        [{"job_id": 7}],
        [{"eta_ms": 7}],
        [submitted(0), {"state": "PONDERING"}],
        [submitted(0), {"state": "DONE"}],
    ],
)
async def test_answers_that_break_the_contract_are_garbled(script: list[Mapping[str, Any]]) -> None:
    with pytest.raises(SourceGarbled):
        await Stage(script).valuations()


async def test_a_contract_that_a_finished_job_leaves_out_is_unreadable() -> None:
    (row,) = await Stage([submitted(0), {"state": "DONE", "items": []}]).valuations()
    assert row.key == "P1"
    assert isinstance(row.record, wire.Unreadable)


async def test_a_row_without_a_readable_key_is_nobodys_and_leaves_its_own_key_without_one() -> None:
    keyless, left_out = await Stage([submitted(0), {"state": "DONE", "items": [{"status": "OK"}]}]).valuations()
    assert isinstance(keyless.key, wire.Unreadable)
    assert left_out.key == "P1"
    assert isinstance(left_out.record, wire.Unreadable)


async def contracts_by_number(answer: Mapping[str, Any]) -> list[wire.Row[wire.ContractRecord]]:
    """Ask an engine that gives this answer for two contracts."""
    transport = Scripted(Source.LIFE_VALUATION, Limits(1, 1, 1000), Silent(), [answer])
    client = Client(Settings("http://127.0.0.1", "key"), transport)
    return await client.contracts_by_number(["P1", "P2"], Call(Deadline.after(StillClock(), 10)))


async def test_a_key_is_unknown_when_the_engine_says_so_and_unreadable_when_it_says_nothing() -> None:
    unknown, left_out = await contracts_by_number({"contracts": [], "unknown": ["P2"]})
    assert unknown == wire.Row("P2", wire.Unknown())
    assert left_out.key == "P1"
    assert isinstance(left_out.record, wire.Unreadable)


@pytest.mark.parametrize("answer", [{"contracts": []}, {"contracts": [], "unknown": [7]}, {"unknown": []}])
async def test_an_answer_without_either_list_is_garbled(answer: Mapping[str, Any]) -> None:
    with pytest.raises(SourceGarbled):
        await contracts_by_number(answer)


@asynccontextmanager
async def body_of(status: int, content_type: str, body: bytes) -> AsyncIterator[Body]:
    """A reply to the request for the nightly file."""

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    yield Body(status, {"Content-Type": content_type}, chunks())


@pytest.mark.parametrize(
    "status, content_type, body",
    [
        (200, "text/plain; charset=utf-8", b"00"),
        (200, "text/plain", b"00"),
        (200, "text/plain; charset=nosuch", b"00"),
        (200, "application/json", b'{"status":"OK","result":{}}'),
        (302, "text/plain; charset=cp866", b""),
    ],
)
async def test_what_does_not_begin_as_the_nightly_file_is_garbled(status: int, content_type: str, body: bytes) -> None:
    async with body_of(status, content_type, body) as answer:
        with pytest.raises(SourceGarbled):
            await check_file(answer)
