"""The journal: the policy core's adapter on its simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from dev.simulators.kit import Fault
from domain import models
from domain.errors import SourceGarbled, SourceInMaintenance, SourceUnavailable
from domain.journal import EventKind
from domain.numbers import policy_number
from tests.contracts.policy_core_bench import DEMO, Bench, bench, numbers
from tests.fakes.clock import TODAY


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    """The usual one."""
    async with bench() as started:
        yield started


async def concluded(core: Bench, client: int) -> models.PolicyNumber:
    """Let a policy be concluded."""
    url = f"{core.handle.admin_url}/journal"
    async with aiohttp.ClientSession() as session, session.post(url, json={"client": client}) as answer:
        return policy_number((await answer.json())["policy"])


async def test_events_are_read_on_from_where_one_stopped(core: Bench) -> None:
    first = await core.adapter.events(0, 40, core.call())
    second = await core.adapter.events(first.reached, 10, core.call())

    assert [each.seq for each in (*first.events, *second.events)] == list(range(1, 51))
    assert (first.reached, second.reached, second.passed_over) == (40, 50, 0)
    assert {each.kind for each in first.events} == set(EventKind) - {EventKind.CONTACTS_CHANGED}
    assert first.newest > 1000


async def test_past_the_newest_there_is_nothing_and_no_more_than_allowed_is_asked_for(core: Bench) -> None:
    newest = (await core.adapter.events(0, 1, core.call())).newest
    rest = await core.adapter.events(newest, 10, core.call())
    many = await core.adapter.events(0, 10_000, core.call())

    assert (rest.events, rest.reached, rest.newest) == ((), newest, newest)
    assert many.reached == 500


async def test_a_policy_that_is_concluded_is_told_of(core: Bench) -> None:
    newest = (await core.adapter.events(0, 1, core.call())).newest
    number = await concluded(core, DEMO)

    [event] = (await core.adapter.events(newest, 10, core.call())).events
    [policy] = await core.adapter.policies_by_number([number], core.call())

    assert (event.kind, event.policy, event.seq) == (EventKind.POLICY_CHANGED, number, newest + 1)
    assert number in numbers(DEMO)
    assert isinstance(policy, models.Policy)
    assert (policy.holder_isn, policy.concluded_on, event.subject) == (DEMO, TODAY, policy.isn)
    assert event.at.utcoffset() is not None


async def test_the_admin_port_shows_what_the_journal_tells(core: Bench) -> None:
    newest = (await core.adapter.events(0, 1, core.call())).newest
    number = await concluded(core, DEMO)

    told = (await core.adapter.events(newest - 1, 2, core.call())).events
    shown = (await core.admin("GET", f"/journal?from={newest}"))["events"]

    assert [each["seq"] for each in shown] == [each.seq for each in told]
    assert [(each["kind"], policy_number(each["policy"])) for each in shown[1:]] == [(1, number)]
    assert len((await core.admin("GET", "/journal"))["events"]) == newest + 1


async def test_a_person_whose_contacts_changed_is_told_of_without_a_policy(core: Bench) -> None:
    newest = (await core.adapter.events(0, 1, core.call())).newest
    await core.adapter.update_contacts(DEMO, "+79050001122", None, "7b0b5d7e-7a0b-4c1a-9d57-0f4c8c3b1a01", core.call())

    told = await core.adapter.events(newest, 10, core.call())

    [event] = told.events
    assert (event.kind, event.policy, event.subject) == (EventKind.CONTACTS_CHANGED, None, DEMO)
    assert (told.passed_over, told.reached) == (0, newest + 1)


async def test_an_event_that_comes_again_is_not_shown_again(core: Bench) -> None:
    core.switch(Fault.REDELIVERED_EVENTS, "GetJournal", count=2)
    core.switch(Fault.DUPLICATED_ROWS, "GetJournal", count=2)
    core.switch(Fault.REORDERED_ROWS, "GetJournal")

    found = await core.adapter.events(9, 3, core.call())

    assert [each.seq for each in found.events] == [10, 11, 12]


async def test_an_event_of_an_unknown_kind_is_passed_over_and_counted(core: Bench) -> None:
    core.switch(Fault.UNKNOWN_ENUM, "GetJournal", count=1)

    found = await core.adapter.events(0, 5, core.call())

    assert (len(found.events), found.passed_over, found.reached) == (4, 1, 5)
    assert core.observed.garbles == [("GetJournal", "Kind has an unknown code")]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.HTTP_503, SourceUnavailable),
        (Fault.SOAP_FAULT, SourceUnavailable),
        (Fault.MAINTENANCE, SourceInMaintenance),
        (Fault.TRUNCATED_BODY, SourceGarbled),
    ],
)
async def test_a_journal_that_cannot_be_had_is_a_failure(core: Bench, fault: Fault, outcome: type[Exception]) -> None:
    core.switch(fault, "GetJournal")
    with pytest.raises(outcome):
        await core.adapter.events(0, 5, core.call())
