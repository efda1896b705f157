"""Pages of FindPolicies, written by hand: what may repeat and what may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import models
from domain.errors import SourceGarbled, SourceUnavailable
from domain.models import Isn
from domain.ports import MISSING
from tests.contracts.subjects import Observed
from tests.wire.policy_core.replay import CALL, Replay, envelope, recorded, replaying

HOLDER = Isn(2596516902)
OTHER = Isn(2596516903)
REPLY = recorded("find_policies.xml").decode("windows-1251")
FIRST, SECOND = (f"<Policy>{part.partition('</Policy>')[0]}</Policy>" for part in REPLY.split("<Policy>")[1:])


def person(isn: int, policies: int | None = None, code: int = 0) -> str:
    """A client item."""
    status = f"<ItemStatus><ErrorCode>{code}</ErrorCode></ItemStatus>"
    count = "" if policies is None else f"<PolicyCount>{policies}</PolicyCount>"
    return f"<Client><ClientIsn>{isn}.0</ClientIsn>{status}{count}</Client>"


def page(*parts: str, following: str = "") -> bytes:
    """One page."""
    token = f"<NextPageToken>{following}</NextPageToken>" if following else ""
    return envelope("FindPolicies", "".join(parts) + token)


def isns(outcome: object) -> list[int]:
    """ISNs of the policies in an outcome."""
    assert isinstance(outcome, tuple)
    assert not any(isinstance(row, SourceGarbled) for row in outcome)
    return [policy.isn for policy in outcome]


def details(outcome: object) -> list[str | None]:
    """Why each row of an outcome could not be read; None for those that could."""
    assert isinstance(outcome, tuple)
    return [getattr(row, "detail", None) for row in outcome]


def garbles(transport: Replay) -> list[str]:
    """What was reported of FindPolicies."""
    assert isinstance(transport.observer, Observed)
    assert {operation for operation, _ in transport.observer.garbles} <= {"FindPolicies"}
    return [detail for _, detail in transport.observer.garbles]


async def test_pages_are_followed_with_the_same_persons() -> None:
    adapter, transport = replaying(
        "FindPolicies", page(person(HOLDER, 2), person(OTHER, 0), FIRST, following="next"), page(SECOND)
    )

    held, none = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert isns(held) == [5000000008, 5000000009]
    assert none == ()
    first, second = (body for operation, body in transport.requests if operation == "FindPolicies")
    assert b"PageToken" not in first
    assert b"<PageToken>next</PageToken>" in second
    assert first.count(b"<ClientIsn>") == second.count(b"<ClientIsn>") == 2


async def test_a_policy_on_two_pages_is_shown_once() -> None:
    adapter, transport = replaying(
        "FindPolicies", page(person(HOLDER, 2), FIRST, SECOND, following="next"), page(SECOND)
    )

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isns(held) == [5000000008, 5000000009]
    assert garbles(transport) == []


async def test_a_policy_with_two_contents_is_garbled_and_its_neighbours_stay() -> None:
    changed = SECOND.replace("Действует", "Расторгнут")
    others = FIRST.replace(f"<HolderIsn>{HOLDER}", f"<HolderIsn>{OTHER}")
    adapter, transport = replaying(
        "FindPolicies",
        page(person(HOLDER, 2), person(OTHER, 1), SECOND, FIRST, others, following="next"),
        page(changed),
    )

    held, other = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert details(held) == [None, "a policy came twice"]
    assert isns(other) == [5000000009]
    assert garbles(transport) == ["a policy came twice"]


@pytest.mark.parametrize("copies", [2, 3])
async def test_a_policy_doubled_on_one_page_is_one_garbled_row(copies: int) -> None:
    adapter, transport = replaying("FindPolicies", page(person(HOLDER, 2), *[FIRST] * copies, SECOND))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert details(held) == [None, "a policy came twice"]
    assert garbles(transport) == ["a policy came twice"]


async def test_each_policy_that_cannot_be_read_is_a_row_of_its_own() -> None:
    spoilt = [FIRST.replace("Действует", "На проверке"), SECOND.replace("5000000008.0", "5e+09", 1)]
    adapter, transport = replaying("FindPolicies", page(person(HOLDER, 2), person(OTHER, 0), *spoilt))

    held, other = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert details(held) == ["State has an unknown code", "Isn is misspelled"]
    assert other == ()
    assert garbles(transport) == details(held)


async def test_a_policy_without_a_readable_isn_on_two_pages_is_one_row() -> None:
    lost = FIRST.replace("5000000009.0", "5e+09", 1)
    adapter, _ = replaying("FindPolicies", page(person(HOLDER, 2), SECOND, lost, following="next"), page(lost))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert details(held) == [None, "Isn is misspelled"]


async def test_a_policy_that_slips_between_two_pages_is_noticed_for_its_holder_alone() -> None:
    others = FIRST.replace(f"<HolderIsn>{HOLDER}", f"<HolderIsn>{OTHER}")
    adapter, transport = replaying(
        "FindPolicies", page(person(HOLDER, 2), person(OTHER, 1), FIRST, others, following="next"), page(FIRST)
    )

    held, other = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert isinstance(held, SourceGarbled)
    assert isns(other) == [5000000009]
    assert garbles(transport) == ["fewer policies than PolicyCount"]


async def test_a_policy_concluded_while_pages_were_read_is_no_breach() -> None:
    adapter, transport = replaying("FindPolicies", page(person(HOLDER, 1), FIRST, following="next"), page(SECOND))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isns(held) == [5000000008, 5000000009]
    assert garbles(transport) == []


async def test_a_policy_whose_holder_cannot_be_read_is_lacking_where_it_belongs() -> None:
    lost = FIRST.replace(f"<HolderIsn>{HOLDER}.0", "<HolderIsn>2.5965169e+09")
    others = SECOND.replace(f"<HolderIsn>{HOLDER}", f"<HolderIsn>{OTHER}")
    adapter, transport = replaying("FindPolicies", page(person(HOLDER, 1), person(OTHER, 1), lost, others))

    held, other = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert isinstance(held, SourceGarbled)
    assert isns(other) == [5000000008]
    assert garbles(transport) == [
        "a policy of nobody knows whom: HolderIsn is misspelled",
        "fewer policies than PolicyCount",
    ]


@pytest.mark.parametrize("count, detail", [("", "PolicyCount is absent"), ("two", "PolicyCount is misspelled")])
async def test_a_holder_without_a_readable_count_is_garbled_alone(count: str, detail: str) -> None:
    bent = person(HOLDER, 2).replace("<PolicyCount>2", f"<PolicyCount>{count}")
    adapter, _ = replaying("FindPolicies", page(bent, person(OTHER, 0), FIRST, SECOND))

    held, other = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert (type(held), getattr(held, "detail", "")) == (SourceGarbled, detail)
    assert other == ()


async def test_a_policy_of_a_stranger_is_passed_over_and_counted() -> None:
    strange = FIRST.replace(f"<HolderIsn>{HOLDER}", "<HolderIsn>99")
    adapter, transport = replaying("FindPolicies", page(person(HOLDER, 1), strange, SECOND))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isns(held) == [5000000008]
    assert garbles(transport) == ["a row that was not asked for"]


async def test_a_locked_person_an_unknown_one_and_one_left_out() -> None:
    unknown, absent = Isn(7), Isn(8)
    adapter, transport = replaying(
        "FindPolicies", page(person(HOLDER, code=510), person(OTHER, 0), person(unknown, code=200), FIRST)
    )

    found = await adapter.policies_of_holder([HOLDER, OTHER, unknown, absent], CALL)

    assert [type(each) for each in found] == [SourceUnavailable, tuple, type(MISSING), SourceGarbled]
    assert garbles(transport) == ["no row and no error"]


async def test_policies_of_a_person_whom_the_core_does_not_know_make_no_sense() -> None:
    adapter, _ = replaying("FindPolicies", page(person(HOLDER, code=200), FIRST))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert (type(held), getattr(held, "detail", "")) == (SourceGarbled, "policies of an unknown person")


async def test_pages_without_end_are_cut_off() -> None:
    adapter, transport = replaying("FindPolicies", page(person(HOLDER, 0), following="next"), page(following="next"))
    adapter._client._settings = replace(adapter._client._settings, max_pages=5)

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isinstance(held, SourceGarbled)
    assert held.detail == "over 5 pages"
    assert [operation for operation, _ in transport.requests].count("FindPolicies") == 5


async def test_a_core_that_knows_nobody_may_say_so_with_a_status() -> None:
    adapter, _ = replaying("FindPolicies", envelope("FindPolicies", "", "<ErrorCode>200</ErrorCode>"))

    assert await adapter.policies_of_holder([HOLDER], CALL) == [MISSING]


async def test_policies_keep_their_content() -> None:
    adapter, _ = replaying("FindPolicies", page(person(HOLDER, 1), FIRST))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isinstance(held, tuple)
    (policy,) = held
    assert isinstance(policy, models.Policy)
    assert (policy.line, policy.holder_isn) == (models.Line.LIFE, HOLDER)
