"""The policy core's adapter on its simulator: splitting, sessions, pages, files."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from dev.simulators.kit import Fault
from domain import models
from domain.errors import NotFound, SourceGarbled, SourceTimeout, SourceUnavailable
from domain.models import ClientLookup, DocumentKey, Isn, PolicyNumber
from domain.ports import MISSING, Missing
from resolvers.outcomes import readable
from tests.contracts.policy_core_bench import BULK, DEMO, SECOND, Bench, bench, holders, numbers, population
from tests.fakes.clock import TODAY


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    """The usual one."""
    async with bench() as started:
        yield started


def known(outcomes: Sequence[Any]) -> int:
    """How many keys led somewhere."""
    return sum(not isinstance(each, Missing | SourceGarbled) for each in outcomes)


async def read(core: Bench, key: DocumentKey) -> bytes:
    """The whole of a document."""
    async with core.adapter.policy_document(key, core.call()) as file:
        return b"".join([piece async for piece in file.chunks])


async def test_batches_are_split_at_the_limits(core: Bench) -> None:
    bulk = numbers(BULK)
    isns = [Isn(policy.isn) for policy in population().policies_of(BULK)]

    clients = await core.adapter.clients(holders(120), core.call())
    by_isn = await core.adapter.policies([*isns, *isns], core.call())
    await core.adapter.instalments(bulk, core.call())
    await core.adapter.documents(bulk[:51], core.call())

    assert (known(clients), known(by_isn)) == (120, 200)
    assert core.batches("GetClients") == {50: 2, 20: 1}
    assert core.batches("GetPolicies") == {50: 2}
    assert core.batches("GetInstalments") == {50: 2}
    assert core.batches("GetDocumentList") == {50: 1, 1: 1}
    assert core.handle.calls.counts() == {
        "Login": 1,
        "GetClients": 3,
        "GetPolicies": 2,
        "GetInstalments": 2,
        "GetDocumentList": 2,
    }
    assert core.judged.judged == 10


async def test_holders_are_split_at_twenty_and_their_pages_followed() -> None:
    async with bench(extra={"page_size": 30}) as core:
        persons = [*holders(40), BULK]

        found = await core.adapter.policies_of_holder(persons, core.call())

        expected = [{policy.isn for policy in population().policies_of(isn)} for isn in persons]
        assert [{policy.isn for policy in readable(each)} for each in found if isinstance(each, tuple)] == expected
        pages = [math.ceil(sum(map(len, expected[start : start + 20])) / 30) for start in (0, 20, 40)]
        assert core.batches("FindPolicies") == {20: pages[0] + pages[1], 1: pages[2]}
        assert min(pages) > 1


async def test_every_policy_of_a_person_is_the_same_by_isn_by_number_and_by_holder(core: Bench) -> None:
    (held,) = await core.adapter.policies_of_holder([DEMO], core.call())
    assert isinstance(held, tuple)
    policies = readable(held)

    by_isn = await core.adapter.policies([policy.isn for policy in policies], core.call())
    by_number = await core.adapter.policies_by_number([policy.key for policy in policies], core.call())

    assert by_isn == by_number == list(held)
    assert {policy.line for policy in policies} == set(models.Line)


async def test_a_call_over_the_limit_is_refused_whole() -> None:
    async with bench(max_clients=60) as core:
        found = await core.adapter.clients(holders(51), core.call())

        assert {type(each) for each in found} == {SourceUnavailable}
        assert [each.retryable for each in found if isinstance(each, SourceUnavailable)] == [False] * 51
        assert core.handle.calls.of("GetClients").rejected == 1


async def test_concurrent_chunks_stay_within_the_limit() -> None:
    async with bench(latency_ms=10, concurrency=2, max_clients=5) as core:
        await core.adapter.clients(holders(50), core.call())

        assert core.batches("GetClients") == {5: 10}
        assert core.handle.calls.of("GetClients").max_concurrent == 2


async def test_all_waiters_share_one_login() -> None:
    async with bench(latency_ms=10) as core:
        await asyncio.gather(*(core.adapter.clients([isn], core.call()) for isn in holders(30)))

        assert core.handle.calls.of("Login").calls == 1
        assert core.handle.calls.of("GetClients").calls == 30


async def test_all_waiters_share_one_renewal_of_an_expired_session() -> None:
    async with bench(latency_ms=10, concurrency=30, extra={"session_life_s": 3600}) as core:
        await core.adapter.ping(core.call())
        core.switch(Fault.EXPIRED_TOKEN, "GetClients", next_calls=1)

        found = await asyncio.gather(*(core.adapter.clients([isn], core.call()) for isn in holders(30)))

        assert known([each for (each,) in found]) == 30
        assert core.handle.calls.of("Login").calls == 2


async def test_a_login_that_hangs_lets_each_waiter_go_at_its_own_deadline() -> None:
    async with bench(login_timeout_s=5) as core:
        core.switch(Fault.HANG, "Login", next_calls=1)

        brief = asyncio.create_task(core.adapter.clients([DEMO], core.call(0.1)))
        patient = asyncio.create_task(core.adapter.clients([SECOND], core.call(60)))
        (late,) = await brief

        assert isinstance(late, SourceTimeout)
        assert not patient.done()
        patient.cancel()


async def test_a_waiter_that_leaves_takes_nobody_with_it() -> None:
    async with bench(latency_ms=20) as core:
        first = asyncio.create_task(core.adapter.clients([DEMO], core.call()))
        second = asyncio.create_task(core.adapter.clients([SECOND], core.call()))
        while not core.handle.calls.of("Login").running:
            await asyncio.sleep(0.001)
        first.cancel()

        (found,) = await second

        assert isinstance(found, models.Client)
        assert core.handle.calls.of("Login").calls == 1


async def test_a_failed_login_fails_its_waiters_and_is_tried_again_by_the_next(core: Bench) -> None:
    core.switch(Fault.HTTP_503, "Login", next_calls=1)

    failed = await asyncio.gather(*(core.adapter.clients([isn], core.call()) for isn in holders(3)))
    (found,) = await core.adapter.clients([DEMO], core.call())

    assert [type(each) for (each,) in failed] == [SourceUnavailable] * 3
    assert isinstance(found, models.Client)
    assert core.handle.calls.of("Login").calls == 2


async def test_wrong_credentials_are_not_worth_a_retry() -> None:
    async with bench(password="guess") as core:
        (found,) = await core.adapter.clients([DEMO], core.call())

        assert isinstance(found, SourceUnavailable)
        assert (found.operation, found.detail, found.retryable) == ("Login", "error 101", False)
        assert "guess" not in repr(core.adapter._settings)


async def test_closing_ends_a_login_that_hangs() -> None:
    async with bench() as core:
        core.switch(Fault.HANG, "Login")
        waiting = asyncio.create_task(core.adapter.ping(core.call()))
        while not core.handle.calls.of("Login").running:
            await asyncio.sleep(0.001)
        await core.adapter.close()

        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_clients_are_found_by_policy_phone_and_email(core: Bench) -> None:
    demo = population().client(DEMO)
    abroad = population().client(Isn(DEMO + 7))
    assert demo
    assert abroad
    assert abroad.phone.startswith("+7701")
    lookups = [
        ClientLookup(policy=numbers(SECOND)[0]),
        ClientLookup(phone=demo.phone),
        ClientLookup(email=demo.email),
        ClientLookup(phone=abroad.phone),
        ClientLookup(phone="+79990000000"),
    ]

    assert await core.adapter.client_lookups(lookups, core.call()) == [SECOND, DEMO, DEMO, DEMO + 7, MISSING]
    assert core.batches("FindClient") == {1: 5}


async def test_renewals_name_the_window_and_the_reason(core: Bench) -> None:
    policies = population().policies_of(DEMO)
    found = await core.adapter.renewals(numbers(DEMO), core.call())
    by_line = {
        policy.line.value: each
        for policy, each in zip(policies, found, strict=True)
        if isinstance(each, models.Renewal)
    }

    osago = by_line["OSAGO"]
    assert osago.eligible
    assert osago.opens_on
    assert osago.closes_on
    assert osago.opens_on <= TODAY <= osago.closes_on
    assert osago.indicative_premium
    refusals = {line: each.refusal for line, each in by_line.items()}
    assert (refusals["LIFE"], refusals["KASKO"], refusals["HEALTH"]) == (
        "PRODUCT_NOT_RENEWABLE",
        "TOO_EARLY",
        "TOO_LATE",
    )


async def test_a_document_of_fifty_megabytes_passes_through_in_pieces() -> None:
    size = 50 * 1000**2
    async with bench(extra={"document_bytes": size}) as core:
        (listed,) = await core.adapter.documents([PolicyNumber("P10033148")], core.call())
        assert isinstance(listed, tuple)

        async with core.adapter.policy_document(listed[0].key, core.call(60)) as file:
            pieces = [len(piece) async for piece in file.chunks]

        assert (file.size_bytes, listed[0].size_bytes, sum(pieces)) == (size, size, size)
        assert max(pieces) <= 64 * 1024


async def test_a_document_over_the_limit_breaks_off() -> None:
    async with bench(extra={"document_bytes": 200_000}, max_document_bytes=150_000) as core:
        with pytest.raises(SourceGarbled, match="file is over 150000 bytes"):
            await read(core, DocumentKey(PolicyNumber("P10033148"), "60000000200"))

        assert core.observed.garbles == [("GetDocument", "file is over 150000 bytes")]


@pytest.mark.parametrize(
    "key",
    [
        DocumentKey(PolicyNumber("P10033148"), "60000000999"),
        DocumentKey(PolicyNumber("K00000000"), "60000000200"),
        DocumentKey(PolicyNumber("P10033148"), "1.0"),
        DocumentKey(PolicyNumber("P10033148"), "²"),
        DocumentKey(PolicyNumber(""), "60000000200"),
    ],
)
async def test_a_document_of_another_policy_or_none_is_not_found(core: Bench, key: DocumentKey) -> None:
    with pytest.raises(NotFound):
        await read(core, key)


async def test_a_session_that_expires_before_a_document_is_renewed(core: Bench) -> None:
    await core.adapter.ping(core.call())
    core.switch(Fault.EXPIRED_TOKEN, "GetDocument", next_calls=1)

    content = await read(core, DocumentKey(PolicyNumber("P10033148"), "60000000202"))

    assert content.startswith(b"%PDF-")
    assert core.handle.calls.counts() == {"Login": 2, "GetDictionary": 1, "GetDocument": 2}
