"""An event outdates what is kept of its policy in every process, before anybody sees to it, at least once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from domain.clock import Deadline
from domain.errors import StoreUnavailable
from domain.journal import Event, EventKind, Stretch
from domain.models import Isn, PolicyNumber
from domain.ports import Call
from gateway.feed.outdating import Outdating
from gateway.sources.store import StoreUnreachable
from tests.fakes.clock import StillClock

CALL = Call(Deadline.after(StillClock(), 5))


def event(seq: int, policy: str | None, kind: EventKind = EventKind.BILL_PAID) -> Event:
    number = None if policy is None else PolicyNumber(policy)
    return Event(seq, kind, number, Isn(seq), datetime(2026, 1, 15, tzinfo=UTC))


STRETCH = Stretch((event(1, "P1"), event(2, "P2"), event(3, "P1"), event(4, None, EventKind.CONTACTS_CHANGED)), 0, 4, 4)


@dataclass
class Told:
    """What happened, in order."""

    happened: list[object] = field(default_factory=list)
    failure: Exception | None = None

    async def outdate(self, policies: Iterable[PolicyNumber]) -> None:
        self.happened.append(("outdated", *policies))
        if self.failure is not None:
            raise self.failure

    async def see_to(self, stretch: Stretch, call: Call) -> None:
        self.happened.append(stretch)


async def test_each_policy_of_a_part_is_outdated_once_before_the_part_is_seen_to() -> None:
    told = Told()
    await Outdating(told.outdate, told).see_to(STRETCH, CALL)
    assert told.happened == [("outdated", "P1", "P2"), STRETCH]


async def test_while_the_other_processes_cannot_be_told_the_journal_waits() -> None:
    told = Told(failure=StoreUnreachable())
    with pytest.raises(StoreUnavailable):
        await Outdating(told.outdate, told).see_to(STRETCH, CALL)
    assert STRETCH not in told.happened
    told.failure = None
    await Outdating(told.outdate, told).see_to(STRETCH, CALL)
    assert told.happened[-1] == STRETCH
