"""Every read of the claims core: order, duplicates, missing keys, splitting, pages, signing in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from dev.simulators.kit import Fault, Switch
from domain.errors import NotFound, SourceError, SourceGarbled, SourceTimeout, SourceUnavailable
from domain.models import ClaimFileKey, ClaimId, PolicyNumber
from domain.numbers import policy_number
from domain.ports import MISSING
from resolvers.outcomes import readable
from tests.contracts.claims_core_bench import (
    BULK,
    DEMO,
    Bench,
    bench,
    claim_ids_of,
    claim_numbers_of,
    policies_of,
    population,
)

NOBODY = ClaimId("00000000-0000-4000-8000-000000000000")


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench() as started:
        yield started


async def test_claims_keep_the_order_of_keys_and_ask_a_repeated_key_once(core: Bench) -> None:
    first, second, *_ = claim_ids_of(DEMO)

    found = await core.adapter.claims([second, NOBODY, first, second, ClaimId("../oauth/token")], core.call())

    assert [getattr(outcome, "id", outcome) for outcome in found] == [second, MISSING, first, second, MISSING]
    assert core.handle.calls.of("listClaims").batches == {3: 1}


async def test_an_empty_batch_asks_nothing(core: Bench) -> None:
    for read in (core.adapter.claims, core.adapter.claims_by_number, core.adapter.claims_of_policy):
        assert list(await read([], core.call())) == []
    assert core.handle.calls.total == 0


async def test_keys_that_cannot_exist_ask_nothing(core: Bench) -> None:
    call = core.call()

    assert list(await core.adapter.claims([ClaimId("1"), ClaimId("a,b")], call)) == [MISSING, MISSING]
    assert list(await core.adapter.claims_by_number(["CL-1", "CL-000000001&ids=x"], call)) == [MISSING, MISSING]
    assert list(await core.adapter.claims_of_policy([PolicyNumber("Ж1"), PolicyNumber("")], call)) == [(), ()]
    assert list(await core.adapter.claim_messages([ClaimId("..")], call)) == [MISSING]
    assert list(await core.adapter.repair_stations(["", " " * 3, "м" * 101], call)) == [(), (), ()]
    with pytest.raises(NotFound):
        async with core.adapter.claim_file(ClaimFileKey(claim_ids_of(DEMO)[0], "../x"), call):
            pass
    assert core.handle.calls.total == 0


async def test_claims_are_split_at_fifty_ids(core: Bench) -> None:
    ids = claim_ids_of(BULK)
    assert len(ids) > 50

    found = await core.adapter.claims(ids, core.call())

    assert [getattr(outcome, "id", outcome) for outcome in found] == ids
    assert core.handle.calls.of("listClaims").batches == {50: 1, len(ids) - 50: 1}
    assert core.handle.calls.of("listClaims").rejected == 0


async def test_claims_by_number_are_split_at_fifty(core: Bench) -> None:
    numbers = claim_numbers_of(BULK)
    assert len(numbers) > 50

    found = await core.adapter.claims_by_number(numbers, core.call())

    assert [getattr(outcome, "number", outcome) for outcome in found] == numbers
    assert core.handle.calls.of("listClaims").batches == {50: 1, len(numbers) - 50: 1}


async def test_claims_of_policy_are_split_at_twenty(core: Bench) -> None:
    policies = policies_of(BULK)

    found = await core.adapter.claims_of_policy([*policies, PolicyNumber("K00000000")], core.call())

    held = population()
    expected = [{claim.id for claim in held.claims_of(number)} for number in policies]
    assert [{claim.id for claim in readable(claims)} for claims in found if isinstance(claims, tuple)] == [
        *expected,
        set(),
    ]
    assert core.handle.calls.of("listClaims").batches == {20: 5, 1: 1}


async def test_claims_of_policy_come_newest_event_first_under_the_folded_number(core: Bench) -> None:
    osago = next(policy for policy in population().policies_of(DEMO) if policy.line == "OSAGO")
    key = policy_number(osago.number)
    assert key != osago.number

    (claims,) = await core.adapter.claims_of_policy([key], core.call())

    assert isinstance(claims, tuple)
    claims = readable(claims)
    assert [claim.policy_number for claim in claims] == [key, key]
    assert claims[0].event.occurred_at > claims[1].event.occurred_at


async def test_concurrent_chunks_stay_within_the_limit() -> None:
    async with bench(latency_ms=10, concurrency=2, max_policies=5) as core:
        await core.adapter.claims_of_policy(policies_of(BULK), core.call())
        assert core.handle.calls.of("listClaims").batches == {5: 20}
        assert core.handle.calls.of("listClaims").max_concurrent == 2


async def test_pages_are_followed_to_the_last() -> None:
    async with bench(page_size=3) as core:
        policies = policies_of(DEMO)
        found = await core.adapter.claims_of_policy(policies, core.call())
        total = sum(len(claims) for claims in found if isinstance(claims, tuple))
        assert total == len(claim_ids_of(DEMO)) == 7
        assert core.handle.calls.of("listClaims").calls == 3


async def test_pages_without_end_are_cut_off() -> None:
    async with bench(page_size=1, max_pages=3) as core:
        (outcome,) = await core.adapter.claims_of_policy(policies_of(DEMO)[1:2], core.call())
        assert isinstance(outcome, tuple)
        outcomes = await core.adapter.claims_of_policy(policies_of(DEMO), core.call())
        assert all(isinstance(each, SourceGarbled) for each in outcomes)
        assert core.observed.garbles == [("listClaims", "more than 3 pages")]


async def test_messages_come_oldest_first_one_call_a_claim(core: Bench) -> None:
    ids = claim_ids_of(DEMO)

    found = await core.adapter.claim_messages([NOBODY, *ids], core.call())

    assert found[0] is MISSING
    sent = [[message.sent_at for message in messages] for messages in found[1:] if isinstance(messages, tuple)]
    assert sent == [[message.sent_at for message in population().claim(each).messages] for each in ids]  # type: ignore[union-attr]
    assert any(sent)
    assert [] in sent
    assert core.handle.calls.of("listMessages").batches == {1: len(ids) + 1}


async def test_stations_of_a_city_in_any_case(core: Bench) -> None:
    kazan, again, nowhere = await core.adapter.repair_stations(["Казань", "КАЗАНЬ", "Атлантида"], core.call())

    assert isinstance(kazan, tuple)
    assert len(kazan) == 4
    assert {station.city for station in kazan} == {"Казань"}
    assert again == kazan
    assert nowhere == ()


async def test_a_file_is_streamed_whole(core: Bench) -> None:
    key, size_bytes = a_file("image/jpeg")

    async with core.adapter.claim_file(key, core.call()) as file:
        pieces = [piece async for piece in file.chunks]

    assert (file.media_type, file.size_bytes) == ("image/jpeg", size_bytes)
    assert max(map(len, pieces)) <= 64 * 1024
    content = b"".join(pieces)
    assert len(content) == size_bytes
    assert content.startswith(b"\xff\xd8\xff")


async def test_a_file_of_nobody_is_not_found(core: Bench) -> None:
    key, _ = a_file("application/pdf")
    for unknown in (replace(key, file_id="D99F1"), replace(key, claim=NOBODY)):
        with pytest.raises(NotFound):
            async with core.adapter.claim_file(unknown, core.call()):
                pass


async def test_a_file_over_the_limit_is_refused_before_its_first_byte() -> None:
    async with bench(max_file_bytes=100_000) as core:
        with pytest.raises(SourceGarbled, match="size limit"):
            async with core.adapter.claim_file(a_file("image/jpeg")[0], core.call()):
                pass


async def test_a_file_is_opened_with_a_new_token_when_the_old_one_is_refused(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.EXPIRED_TOKEN, "getDocument", next_calls=1))
    key, size_bytes = a_file("application/pdf")

    async with core.adapter.claim_file(key, core.call()) as file:
        received = sum([len(piece) async for piece in file.chunks])

    assert received == size_bytes
    assert core.handle.calls.counts() == {"issueToken": 2, "getDocument": 2}


async def test_ping_says_that_the_system_answers(core: Bench) -> None:
    await core.adapter.ping(core.call())
    core.handle.switchboard.set(Switch(Fault.HTTP_503, "ping"))
    with pytest.raises(SourceUnavailable):
        await core.adapter.ping(core.call())
    assert core.handle.calls.of("ping").calls == 2


async def test_a_spent_deadline_asks_nothing(core: Bench) -> None:
    found = await core.adapter.claims(claim_ids_of(DEMO), core.call(0))

    assert {type(outcome) for outcome in found} == {SourceTimeout}
    assert core.handle.calls.total == 0


async def test_twenty_callers_share_one_token(core: Bench) -> None:
    ids = claim_ids_of(DEMO)

    found = await asyncio.gather(*(core.adapter.claims(ids, core.call()) for _ in range(20)))

    assert all(len(claims) == len(ids) for claims in found)
    assert core.handle.calls.counts() == {"issueToken": 1, "listClaims": 20}


async def test_a_token_that_was_revoked_is_renewed_once_for_all() -> None:
    async with bench(latency_ms=20, concurrency=20) as core:
        ids = claim_ids_of(DEMO)
        await core.adapter.claims(ids, core.call())
        core.handle.switchboard.set(Switch(Fault.EXPIRED_TOKEN, "listClaims", next_calls=1))

        found = await asyncio.gather(*(core.adapter.claims(ids, core.call()) for _ in range(20)))

        assert not any(isinstance(outcome, SourceError) for claims in found for outcome in claims)
        assert core.handle.calls.of("issueToken").calls == 2
        assert core.handle.calls.of("listClaims").calls == 1 + 20 + 20


async def test_a_token_is_renewed_before_it_expires(core: Bench) -> None:
    ids = claim_ids_of(DEMO)
    for put_on_s, tokens in ((0, 1), (260, 1), (15, 2)):
        core.clock.put_on_s += put_on_s
        await core.adapter.claims(ids, core.call())
        assert core.handle.calls.of("issueToken").calls == tokens
    assert core.handle.calls.of("listClaims").calls == 3


async def test_each_waiter_for_a_token_leaves_at_its_own_deadline(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.SLOW_FIRST_BYTE, "issueToken", next_calls=1, seconds=0.4))
    ids = claim_ids_of(DEMO)[:1]

    hurried, patient = await asyncio.gather(
        core.adapter.claims(ids, core.call(0.05)), core.adapter.claims(ids, core.call())
    )

    assert isinstance(hurried[0], SourceTimeout)
    assert getattr(patient[0], "id", None) == ids[0]
    assert core.handle.calls.counts() == {"issueToken": 1, "listClaims": 1}


async def test_one_waiter_cancelled_leaves_the_token_to_the_others(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.SLOW_FIRST_BYTE, "issueToken", next_calls=1, seconds=0.2))
    ids = claim_ids_of(DEMO)[:1]
    first = asyncio.create_task(core.adapter.claims(ids, core.call()))
    second = asyncio.create_task(core.adapter.claims(ids, core.call()))
    await asyncio.sleep(0.05)

    first.cancel()

    assert getattr((await second)[0], "id", None) == ids[0]
    with pytest.raises(asyncio.CancelledError):
        await first
    assert core.handle.calls.counts() == {"issueToken": 1, "listClaims": 1}


async def test_wrong_credentials_are_not_worth_a_retry() -> None:
    async with bench(client_secret="wrong") as core:
        (outcome,) = await core.adapter.claims([NOBODY], core.call())
        assert isinstance(outcome, SourceUnavailable)
        assert not outcome.retryable
        assert core.handle.calls.counts() == {"issueToken": 1}


async def test_closing_abandons_a_renewal_under_way(core: Bench) -> None:
    core.handle.switchboard.set(Switch(Fault.HANG, "issueToken"))
    waiting = asyncio.create_task(core.adapter.claims([NOBODY], core.call()))
    while not core.handle.calls.of("issueToken").calls:
        await asyncio.sleep(0.005)

    await core.adapter.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting


def a_file(media_type: str) -> tuple[ClaimFileKey, int]:
    """A file of the demo client, and its size."""
    held = population()
    return next(
        (ClaimFileKey(ClaimId(claim.id), file.id), file.size_bytes)
        for policy in held.policies_of(DEMO)
        for claim in held.claims_of(policy.number)
        for document in claim.documents
        for file in document.files
        if file.media_type == media_type
    )
