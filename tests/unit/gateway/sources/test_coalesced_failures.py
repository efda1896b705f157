"""Failures reach those whose keys they concern, each as its own."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.errors import SourceGarbled, SourceInMaintenance, SourceUnavailable
from domain.ports import Call, Outcome, Rows
from tests.unit.gateway.sources.fakes import COMPUTED_AT
from tests.unit.gateway.sources.scripted import SOURCE, Line, Upstream, coalesced, joined, values, within
from tests.unit.gateway.sources.virtual_time import run


def test_each_waiter_gets_a_failure_of_its_own() -> None:
    original = SourceUnavailable(SOURCE, "Get", "HTTP 503", retry_after_s=7)
    original.__cause__ = ConnectionError("refused")

    async def scenario() -> None:
        read = coalesced(Upstream({"P1": Line(answer=original)}))
        (one,), (other,) = await asyncio.gather(read(["P1"], within()), read(["P1"], within()))
        for failure in (one, other):
            assert isinstance(failure, SourceUnavailable)
            assert (str(failure), failure.retry_after_s, failure.retryable) == (str(original), 7, True)
            assert failure.__cause__ is original.__cause__
        assert len({id(one), id(other), id(original)}) == 3

    run(scenario())


def test_each_waiter_gets_the_rows_that_cannot_be_read_as_its_own() -> None:
    bad = SourceGarbled(SOURCE, "Get", "a row without a number")

    async def listing(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[Rows[str]]]:
        await asyncio.sleep(1)
        return [(f"row of {key}", bad) if key == "P1" else (f"row of {key}",) for key in keys]

    async def scenario() -> None:
        read = coalesced(listing)
        answers = await asyncio.gather(read(["P1", "P2"], within()), read(["P1"], within()))
        rows = [answer[0] for answer in answers]
        assert all(isinstance(each, tuple) and each[0] == "row of P1" for each in rows)
        failures = [each[1] for each in rows if isinstance(each, tuple)]
        assert [str(failure) for failure in failures] == [str(bad)] * 2
        # Whoever shows such a row raises it: a shared one would hold the frames of all of them.
        assert len({id(bad), *map(id, failures)}) == 3
        assert answers[0][1] == ("row of P2",)

    run(scenario())


def test_one_keys_failure_is_no_other_keys() -> None:
    async def scenario() -> None:
        closed = SourceInMaintenance(SOURCE, "Get", COMPUTED_AT)
        read = coalesced(Upstream({"P1": Line(answer=closed)}))
        (bad,), (good,) = await asyncio.gather(read(["P1"], within()), read(["P2"], within()))
        assert isinstance(bad, SourceInMaintenance)
        assert (bad.until, good) == (COMPUTED_AT, "value of P2")

    run(scenario())


def test_a_read_that_raises_is_told_to_every_waiter_and_forgotten() -> None:
    mistakes: list[BaseException] = [KeyError("a mistake of ours"), asyncio.CancelledError()]

    async def broken(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        await asyncio.sleep(1)
        if mistakes:
            raise mistakes.pop(0)
        return values(keys)

    async def scenario() -> None:
        read = coalesced(broken)
        for cause in (KeyError, asyncio.CancelledError):
            told = await asyncio.gather(read(["P1"], within()), read(["P2"], within()), return_exceptions=True)
            assert [type(each) for each in told] == [RuntimeError] * 2
            assert told[0] is not told[1]
            assert all(isinstance(each, RuntimeError) and isinstance(each.__cause__, cause) for each in told)
        assert await read(["P1"], within()) == values(["P1"])

    run(scenario())


def test_a_failure_nobody_stayed_to_hear_is_no_complaint() -> None:
    async def stubborn(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            raise KeyError("while cleaning up") from None
        return values(keys)

    async def scenario() -> None:
        gone = asyncio.create_task(coalesced(stubborn)(["P1"], within()))
        await joined(gone)
        gone.cancel()
        await asyncio.wait([gone])
        await asyncio.sleep(1)

    run(scenario())


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_read_of_the_wrong_length_is_told_too(length: int) -> None:
    async def wrong(keys: Sequence[str], call: Call, /) -> Sequence[Outcome[str]]:
        return ["a value"] * length

    async def scenario() -> None:
        with pytest.raises(RuntimeError, match="shared read policies broke its contract"):
            await coalesced(wrong)(["P1", "P2"], within())

    run(scenario())


def test_a_key_that_is_none_spoils_its_own_call_alone() -> None:
    async def scenario() -> None:
        upstream = Upstream()
        read = coalesced(upstream)
        good = asyncio.create_task(read(["P1"], within()))
        bad: list[str] = ["P2", ["P3"]]  # type: ignore[list-item]  # cannot be hashed
        with pytest.raises(TypeError, match="unhashable"):
            await read(bad, within())
        assert await good == values(["P1"])
        assert upstream.batches == [("P1",)]

    run(scenario())
