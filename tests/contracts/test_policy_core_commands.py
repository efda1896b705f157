"""What the policy core is told to do: once for each request id, whatever becomes of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from dev.simulators.kit import Fault
from domain import models
from domain.commands import UpdateContacts
from domain.errors import (
    InvalidInput,
    NotFound,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import ClientLookup, Isn
from domain.ports import MISSING
from tests.contracts.policy_core_bench import DEMO, SECOND, Bench, bench
from tests.contracts.subjects import BRIEF_S

NEW_PHONE = "+79050001122"
NEW_EMAIL = "new@example.ru"
ID = "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a01"
OTHER_ID = "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a02"
UPDATE = "UpdateContacts"


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench() as opened:
        yield opened


async def person(core: Bench, isn: Isn = DEMO) -> models.Client:
    (found,) = await core.adapter.clients([isn], core.call())
    assert isinstance(found, models.Client)
    return found


def events(core: Bench) -> list[Any]:
    """What the journal tells of writes."""
    simulator: Any = core.handle.simulator
    found: list[Any] = simulator.state.events
    return found


def test_the_adapter_is_the_port(core: Bench) -> None:
    command: UpdateContacts = core.adapter.update_contacts
    assert command == core.adapter.update_contacts


async def test_what_is_written_is_read_at_once_and_is_confirmed(core: Bench) -> None:
    before = await person(core)
    assert before.email is not None

    await core.adapter.update_contacts(DEMO, NEW_PHONE, None, ID, core.call())

    after = await person(core)
    assert after.phone == models.Contact(models.ContactKind.PHONE, NEW_PHONE, "+7 *** ***-11-22", confirmed=True)
    assert after.email == before.email
    assert await person(core, SECOND) != after


async def test_a_stale_read_still_shows_what_was_before(core: Bench) -> None:
    before = await person(core)
    await core.adapter.update_contacts(DEMO, NEW_PHONE, NEW_EMAIL, ID, core.call())
    core.switch(Fault.STALE_READ, "GetClients", next_calls=1)
    assert await person(core) == before
    assert await person(core) != before


async def test_a_person_is_found_by_what_is_new_and_no_longer_by_what_was(core: Bench) -> None:
    before = await person(core)
    assert before.phone is not None
    assert before.email is not None

    await core.adapter.update_contacts(DEMO, NEW_PHONE, NEW_EMAIL, ID, core.call())

    lookups = [
        ClientLookup(phone=NEW_PHONE),
        ClientLookup(email=NEW_EMAIL),
        ClientLookup(phone=before.phone.value),
        ClientLookup(email=before.email.value),
    ]
    assert await core.adapter.client_lookups(lookups, core.call()) == [DEMO, DEMO, MISSING, MISSING]


async def test_a_repeated_id_gives_the_first_result_and_changes_nothing(core: Bench) -> None:
    await core.adapter.update_contacts(DEMO, None, NEW_EMAIL, ID, core.call())
    await core.adapter.update_contacts(DEMO, None, "second@example.ru", OTHER_ID, core.call())

    await core.adapter.update_contacts(DEMO, None, NEW_EMAIL, ID, core.call())

    email = (await person(core)).email
    assert email is not None
    assert email.value == "second@example.ru"
    assert len(events(core)) == 2


async def test_a_lost_answer_asked_for_again_with_the_same_id_ends_as_one_effect(core: Bench) -> None:
    await core.adapter.ping(core.call())
    core.switch(Fault.TIMEOUT_AFTER_COMMIT, UPDATE, next_calls=1, seconds=1)

    with pytest.raises(SourceTimeout) as lost:
        await core.adapter.update_contacts(DEMO, NEW_PHONE, None, ID, core.call(BRIEF_S))
    await core.adapter.update_contacts(DEMO, NEW_PHONE, None, ID, core.call())

    assert lost.value.retryable
    assert core.handle.calls.of(UPDATE).calls == 2
    assert [(each.kind, each.subject_isn) for each in events(core)] == [(4, DEMO)]


@pytest.mark.parametrize(
    ("fault", "parameters", "failure"),
    [
        (Fault.HTTP_503, {}, SourceUnavailable),
        (Fault.TOO_MANY_REQUESTS, {"retry_after_s": 7}, SourceThrottled),
        (Fault.MAINTENANCE, {}, SourceInMaintenance),
        (Fault.SOAP_FAULT, {}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "503"}, SourceInMaintenance),
        (Fault.IN_BAND_ERROR, {"code": "510"}, SourceUnavailable),
        (Fault.IN_BAND_ERROR, {"code": "4242"}, SourceGarbled),
        (Fault.TRUNCATED_BODY, {"mode": "closed"}, SourceGarbled),
    ],
)
async def test_a_failure_is_told_and_nothing_is_asked_twice(
    core: Bench, fault: Fault, parameters: dict[str, Any], failure: type[SourceError]
) -> None:
    core.switch(fault, UPDATE, **parameters)

    with pytest.raises(failure):
        await core.adapter.update_contacts(DEMO, NEW_PHONE, None, ID, core.call())

    assert core.handle.calls.of(UPDATE).calls == 1


async def test_a_refused_session_is_renewed_since_nothing_was_written(core: Bench) -> None:
    core.switch(Fault.EXPIRED_TOKEN, UPDATE, next_calls=1)

    await core.adapter.update_contacts(DEMO, NEW_PHONE, None, ID, core.call())

    assert core.handle.calls.of(UPDATE).calls == 2
    assert len(events(core)) == 1


@pytest.mark.parametrize("nobody", [Isn(7), Isn(10**15)])
async def test_a_person_nobody_knows_is_not_found(core: Bench, nobody: Isn) -> None:
    with pytest.raises(NotFound):
        await core.adapter.update_contacts(nobody, NEW_PHONE, None, ID, core.call())
    assert events(core) == []


@pytest.mark.parametrize(
    ("phone", "email", "request_id"),
    [
        (None, None, ID),
        ("8 905", None, ID),
        (None, "\x00@x", ID),
        (NEW_PHONE, None, "short"),
        (NEW_PHONE, None, "№" * 9),
    ],
)
async def test_what_the_core_would_not_read_is_never_sent(
    core: Bench, phone: str | None, email: str | None, request_id: str
) -> None:
    with pytest.raises(InvalidInput):
        await core.adapter.update_contacts(DEMO, phone, email, request_id, core.call())
    assert core.handle.calls.of(UPDATE).calls == 0
