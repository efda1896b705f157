"""The fakes keep the promises of the ports they stand for."""

from __future__ import annotations

import pytest

from domain.errors import NotFound, Source, SourceTimeout
from domain.models import ClaimFileKey, ClaimId, DocumentKey, Isn
from domain.ports import MISSING
from tests.fakes import objects
from tests.fakes.files import FakeFiles
from tests.fakes.reads import OWNED, READS, FakeReads
from tests.fakes.requests import EMPLOYEE, request

LATE = SourceTimeout(Source.POLICY_CORE, "GetClients", "no whole answer in time")
CALL = request(FakeReads(), EMPLOYEE).call
POLICY, MISSING_POLICY, BROKEN = (DocumentKey(objects.number(100), each) for each in "123")


async def test_a_read_answers_every_key_in_order_and_counts_calls_that_ask_something() -> None:
    reads = FakeReads(clients={Isn(1): objects.client(1)})

    assert await reads.ports.clients([], CALL) == []
    assert reads.calls == {}
    assert await reads.ports.clients([Isn(2), Isn(1), Isn(2)], CALL) == [MISSING, objects.client(1), MISSING]
    assert reads.calls == {"clients": 1}
    assert reads.keys == {"clients": [2, 1, 2]}


async def test_a_read_fails_for_some_keys_or_for_all() -> None:
    reads = FakeReads(clients={Isn(1): objects.client(1), Isn(2): objects.client(2)})

    reads.fail("clients", LATE, [Isn(2)])
    assert await reads.ports.clients([Isn(1), Isn(2)], CALL) == [objects.client(1), LATE]
    reads.fail("clients", LATE)
    assert await reads.ports.clients([Isn(1), Isn(3)], CALL) == [LATE, LATE]


async def test_a_system_fails_in_each_of_its_reads_and_in_no_other() -> None:
    assert sorted(name for names in OWNED.values() for name in names) == sorted(READS)

    for source, owned in OWNED.items():
        reads = FakeReads()
        reads.fail_source(SourceTimeout(source, "anything", "no whole answer in time"))
        assert {name for name, read in reads.by_name.items() if read.failure} == set(owned)


def test_rows_of_a_read_that_does_not_exist_are_refused() -> None:
    with pytest.raises(TypeError, match="clints"):
        FakeReads(clints={})


async def test_a_file_is_streamed_and_let_go() -> None:
    files = FakeFiles({POLICY: b"%PDF-1.7 whole", BROKEN: LATE})

    async with files.ports.policy_document(POLICY, CALL) as stream:
        pieces = [piece async for piece in stream.chunks]
        assert files.closed == []

    assert len(pieces) > 1
    assert b"".join(pieces) == b"%PDF-1.7 whole"
    assert (stream.size_bytes, stream.media_type) == (14, "application/pdf")
    assert files.opened == files.closed == [POLICY]


async def test_a_file_that_is_not_there_or_cannot_be_had_is_not_opened() -> None:
    files = FakeFiles({BROKEN: LATE})

    with pytest.raises(NotFound):
        await files.ports.policy_document(MISSING_POLICY, CALL).__aenter__()
    with pytest.raises(NotFound):
        await files.ports.claim_file(ClaimFileKey(ClaimId("c1"), "f1"), CALL).__aenter__()
    with pytest.raises(SourceTimeout):
        await files.ports.policy_document(BROKEN, CALL).__aenter__()
    assert files.opened == []
