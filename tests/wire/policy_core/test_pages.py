"""Pages of FindPolicies, written by hand: what may repeat and what may not."""

from __future__ import annotations

from dataclasses import replace

from domain import models
from domain.errors import SourceGarbled, SourceUnavailable
from domain.models import Isn
from domain.ports import MISSING
from tests.wire.policy_core.replay import CALL, envelope, recorded, replaying

HOLDER = Isn(2596516902)
OTHER = Isn(2596516903)
REPLY = recorded("find_policies.xml").decode("windows-1251")
FIRST, SECOND = (f"<Policy>{part.partition('</Policy>')[0]}</Policy>" for part in REPLY.split("<Policy>")[1:])


def person(isn: int, code: int = 0) -> str:
    """A client item."""
    status = f"<ItemStatus><ErrorCode>{code}</ErrorCode></ItemStatus>"
    return f"<Client><ClientIsn>{isn}.0</ClientIsn>{status}</Client>"


def page(*parts: str, following: str = "") -> bytes:
    """One page."""
    token = f"<NextPageToken>{following}</NextPageToken>" if following else ""
    return envelope("FindPolicies", "".join(parts) + token)


def isns(outcome: object) -> list[int]:
    """ISNs of the policies in an outcome."""
    assert isinstance(outcome, tuple)
    return [policy.isn for policy in outcome]


async def test_pages_are_followed_with_the_same_persons() -> None:
    adapter, transport = replaying(
        "FindPolicies", page(person(HOLDER), person(OTHER), FIRST, following="next"), page(SECOND)
    )

    held, none = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert isns(held) == [5000000008, 5000000009]
    assert none == ()
    first, second = (body for operation, body in transport.requests if operation == "FindPolicies")
    assert b"PageToken" not in first
    assert b"<PageToken>next</PageToken>" in second
    assert first.count(b"<ClientIsn>") == second.count(b"<ClientIsn>") == 2


async def test_a_policy_on_two_pages_is_shown_once() -> None:
    adapter, transport = replaying("FindPolicies", page(person(HOLDER), FIRST, SECOND, following="next"), page(SECOND))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isns(held) == [5000000008, 5000000009]
    assert transport.observer.garbles == []  # type: ignore[attr-defined]


async def test_a_policy_with_two_contents_garbles_its_holder_alone() -> None:
    changed = SECOND.replace("Действует", "Расторгнут")
    others = FIRST.replace(f"<HolderIsn>{HOLDER}", f"<HolderIsn>{OTHER}")
    adapter, _ = replaying(
        "FindPolicies", page(person(HOLDER), person(OTHER), SECOND, others, following="next"), page(changed)
    )

    held, other = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert isinstance(held, SourceGarbled)
    assert isns(other) == [5000000009]


async def test_a_policy_twice_on_one_page_garbles_its_holder() -> None:
    adapter, _ = replaying("FindPolicies", page(person(HOLDER), FIRST, FIRST))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isinstance(held, SourceGarbled)


async def test_a_policy_whose_holder_cannot_be_read_may_be_anyones() -> None:
    lost = FIRST.replace(f"<HolderIsn>{HOLDER}.0", "<HolderIsn>2.5965169e+09")
    adapter, _ = replaying("FindPolicies", page(person(HOLDER), person(OTHER), lost, SECOND))

    found = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert [type(each) for each in found] == [SourceGarbled, SourceGarbled]


async def test_a_policy_whose_own_isn_cannot_be_read_garbles_its_holder_alone() -> None:
    lost = FIRST.replace("5000000009.0", "5e+09", 1)
    adapter, _ = replaying("FindPolicies", page(person(HOLDER), person(OTHER), lost, SECOND))

    found = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert [type(each) for each in found] == [SourceGarbled, tuple]


async def test_a_policy_of_a_stranger_is_passed_over_and_counted() -> None:
    strange = FIRST.replace(f"<HolderIsn>{HOLDER}", "<HolderIsn>99")
    adapter, transport = replaying("FindPolicies", page(person(HOLDER), strange, SECOND))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isns(held) == [5000000008]
    assert transport.observer.garbles == [("FindPolicies", "rows that were not asked for")]  # type: ignore[attr-defined]


async def test_a_locked_person_and_one_left_out() -> None:
    adapter, _ = replaying("FindPolicies", page(person(HOLDER, 510), FIRST))

    locked, left_out = await adapter.policies_of_holder([HOLDER, OTHER], CALL)

    assert isinstance(locked, SourceUnavailable)
    assert left_out is MISSING


async def test_pages_without_end_are_cut_off() -> None:
    adapter, transport = replaying("FindPolicies", page(person(HOLDER), following="next"), page(following="next"))
    adapter._client._settings = replace(adapter._client._settings, max_pages=5)

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isinstance(held, SourceGarbled)
    assert held.detail == "over 5 pages"
    assert [operation for operation, _ in transport.requests].count("FindPolicies") == 5


async def test_a_core_that_knows_nobody_may_say_so_with_a_status() -> None:
    adapter, _ = replaying("FindPolicies", envelope("FindPolicies", "", "<ErrorCode>200</ErrorCode>"))

    assert await adapter.policies_of_holder([HOLDER], CALL) == [MISSING]


async def test_policies_keep_their_content() -> None:
    adapter, _ = replaying("FindPolicies", page(person(HOLDER), FIRST))

    (held,) = await adapter.policies_of_holder([HOLDER], CALL)

    assert isinstance(held, tuple)
    assert (held[0].line, held[0].holder_isn) == (models.Line.LIFE, HOLDER)
