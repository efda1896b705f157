"""A command that was accepted is delivered once, in its order, however long the system is away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.accounts.ports import Store, UnitOfWork
from domain.errors import (
    InvalidInput,
    NotFound,
    Refused,
    Source,
    SourceGarbled,
    SourceInMaintenance,
    SourceTimeout,
    SourceUnavailable,
    StoreUnavailable,
)
from domain.models import PolicyNumber
from domain.outbox.models import Command, CommandAction, CommandId, CommandKind, CommandState
from domain.ports import Call
from resolvers.use_cases.delivering import Delivering, Later, Outcome, Settled
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import StillClock

BILL = CommandKind.CREATE_BILL
CORE = Source.POLICY_CORE
OPERATION = "CreateBill"
OWNER = uuid4()
POLICY = PolicyNumber("P1")
NOON = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@dataclass
class System:
    """One kind of command to one system. ``meanwhile`` happens while the system is being asked.

    ``unsettled``: what goes wrong when its answer is taken note of.
    """

    failure: Exception | None = None
    unsettled: Exception | None = None
    meanwhile: Callable[[], Any] | None = None
    asked: list[tuple[UUID, str]] = field(default_factory=list)
    settled: list[Any] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    is_uncertain: Callable[[], bool] = lambda: False
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0.0
    is_alone: bool = False

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> str:
        self.asked.append((owner, request_id))
        self.seconds, self.is_alone = call.deadline.remaining_s(), call.alone
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.failure is not None:
            raise self.failure
        return "answer"

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> Settled:
        if self.unsettled is not None:
            raise self.unsettled
        self.settled.append(answer)
        return Settled(lambda: self.told.append((answer, self.is_uncertain())), (POLICY,))

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        self.outcomes.append(outcome)


@dataclass
class Watched(FakeAccounts):
    """A store of which is known whether something is under way that may come to nothing."""

    is_under_way: bool = False

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        async with super().work() as work:
            self.is_under_way = True
            yield work
        self.is_under_way = False


@dataclass
class House:
    """A store with commands of one subject, and the system that they are for."""

    system: System
    store: Watched = field(default_factory=lambda: Watched(StillClock()))
    outdated: list[tuple[PolicyNumber, list[CommandState]]] = field(default_factory=list)

    async def outdate(self, policies: Sequence[PolicyNumber]) -> None:
        assert not self.store.is_under_way
        self.outdated += [(each, [state for state, _, _ in self.states()]) for each in policies]

    async def accept(self, kind: CommandKind = BILL) -> CommandId:
        async with self.store.work() as work:
            id_: CommandId = await work.commands.accept(kind, "one", OWNER, NOON)
        return id_

    async def deliver(self, id_: CommandId) -> None:
        steps = {BILL: self.system, CommandKind.RECORD_DEDUCTIBLE: self.system}
        delivering = Delivering(self.store, steps, 30, StillClock(), self.system, 3, self.outdate)
        await delivering.deliver(id_)

    async def in_vain(self, id_: CommandId) -> int:
        """Try in vain; return how many faults in a row there were."""
        with pytest.raises(Later):
            await self.deliver(id_)
        return self.store.rows.underway.commands[-1].faults

    def states(self) -> list[tuple[CommandState, int, str | None]]:
        return [(each.state, each.attempts, each.failure) for each in self.store.rows.underway.commands]


async def test_the_system_is_asked_under_the_id_of_the_command_and_its_answer_noted() -> None:
    house = House(System())
    id_ = await house.accept()
    await house.deliver(id_)
    assert house.system.asked == [(OWNER, str(id_))]
    assert (house.system.settled, house.system.outcomes) == (["answer"], [Outcome.DONE])
    assert house.states() == [(CommandState.DONE, 1, None)]
    # What has to be read for it is read with nobody else's keys.
    assert (house.system.seconds, house.system.is_alone) == (30, True)


@pytest.mark.parametrize(
    "failure",
    [
        SourceTimeout(CORE, OPERATION, "no answer"),
        SourceUnavailable(CORE, OPERATION, "HTTP 503"),
        SourceInMaintenance(CORE, OPERATION, None),
    ],
)
async def test_it_waits_however_often_the_system_is_away(failure: Exception) -> None:
    house = House(System(failure))
    id_ = await house.accept()
    for _ in range(50):
        assert await house.in_vain(id_) == 0
    assert house.states() == [(CommandState.WAITING, 50, None)]
    house.system.failure = None
    await house.deliver(id_)
    assert (house.system.settled, {request for _, request in house.system.asked}) == (["answer"], {str(id_)})


@pytest.mark.parametrize(
    "failure",
    [
        SourceUnavailable(CORE, OPERATION, "error 101", retryable=False),
        SourceGarbled(CORE, OPERATION, "not XML"),
        ValueError("+79050001122"),
    ],
)
async def test_after_so_many_faults_in_a_row_it_is_for_an_operator(failure: Exception) -> None:
    house = House(System(failure))
    id_ = await house.accept()
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]
    await house.deliver(id_)
    assert house.states() == [(CommandState.DEAD, 3, type(failure).__name__)]
    assert house.system.outcomes == [Outcome.LATER, Outcome.LATER, Outcome.DEAD]


async def test_an_outage_ends_the_row_of_faults() -> None:
    house = House(System(ValueError()))
    id_ = await house.accept()
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]
    house.system.failure = SourceTimeout(CORE, OPERATION, "no answer")
    assert await house.in_vain(id_) == 0
    house.system.failure = ValueError()
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]


async def test_an_operator_who_has_one_tried_again_begins_another_row() -> None:
    house = House(System(ValueError()))
    id_ = await house.accept()
    await house.in_vain(id_)
    await house.in_vain(id_)
    async with house.store.work() as work:
        await work.commands.act(1, CommandAction.RETRY, "Ivanova", "mended", NOON)
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]


@pytest.mark.parametrize("before", [1, 2])
async def test_an_operator_who_has_one_tried_again_while_it_is_being_tried_begins_another_row_too(before: int) -> None:
    house = House(System(ValueError()))
    id_ = await house.accept()
    for _ in range(before):
        await house.in_vain(id_)

    async def mended() -> None:
        house.system.meanwhile = None
        async with house.store.work() as work:
            await work.commands.act(1, CommandAction.RETRY, "Ivanova", "mended", NOON)

    house.system.meanwhile = mended
    # What began before it was mended tells nothing of how it is now.
    assert await house.in_vain(id_) == 0
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]
    assert house.states() == [(CommandState.WAITING, before + 3, None)]


async def test_an_answer_that_cannot_be_taken_note_of_is_a_fault() -> None:
    house = House(System(unsettled=LookupError("no such payment")))
    id_ = await house.accept()
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]
    await house.deliver(id_)
    assert house.states() == [(CommandState.DEAD, 3, "LookupError")]


async def test_a_kind_that_nobody_knows_how_to_do_is_a_fault() -> None:
    house = House(System())
    id_ = await house.accept(CommandKind.CREATE_AGREEMENT)
    assert [await house.in_vain(id_), await house.in_vain(id_)] == [1, 2]
    await house.deliver(id_)
    assert house.states() == [(CommandState.DEAD, 3, "KeyError")]


async def test_a_database_that_is_away_is_no_fault_of_the_command() -> None:
    house = House(System(StoreUnavailable("57P01")))
    id_ = await house.accept()
    with pytest.raises(StoreUnavailable):
        await house.deliver(id_)
    assert house.states() == [(CommandState.WAITING, 0, None)]


async def test_what_follows_from_an_answer_is_told_once_it_is_certain() -> None:
    house = House(System())
    house.system.is_uncertain = lambda: house.store.is_under_way
    await house.deliver(await house.accept())
    assert house.system.told == [("answer", False)]


@pytest.mark.parametrize("failure", [None, Refused("ALREADY_PAID")])
async def test_what_is_kept_of_the_policies_concerned_is_outdated_once_an_answer_is_certain(
    failure: Exception | None,
) -> None:
    house = House(System(failure))
    await house.deliver(await house.accept())
    state = CommandState.DONE if failure is None else CommandState.REFUSED
    assert house.outdated == [(POLICY, [state])]


async def test_nothing_is_outdated_by_a_try_in_vain_or_twice_for_one_answer() -> None:
    house = House(System(SourceTimeout(CORE, OPERATION, "no answer")))
    id_ = await house.accept()
    await house.in_vain(id_)
    assert house.outdated == []
    house.system.failure = None
    await house.deliver(id_)
    await house.deliver(id_)
    assert len(house.outdated) == 1


async def test_a_refusal_that_nobody_could_be_told_of_is_for_an_operator() -> None:
    house = House(System(Refused("NOT_PAYABLE")))
    await house.deliver(await house.accept(CommandKind.RECORD_DEDUCTIBLE))
    assert (house.system.settled, house.system.outcomes) == ([], [Outcome.DEAD])
    assert house.states() == [(CommandState.DEAD, 1, "NOT_PAYABLE")]


async def test_it_is_not_tried_again_before_an_announced_end_of_maintenance() -> None:
    house = House(System(SourceInMaintenance(CORE, OPERATION, NOON)))
    id_ = await house.accept()
    with pytest.raises(Later) as later:
        await house.deliver(id_)
    assert later.value.until == NOON


async def test_a_refusal_is_an_answer() -> None:
    house = House(System(Refused("ALREADY_PAID")))
    await house.deliver(await house.accept())
    (answer,) = house.system.settled
    assert (answer.code, house.system.outcomes) == ("ALREADY_PAID", [Outcome.REFUSED])
    assert house.states() == [(CommandState.REFUSED, 1, "ALREADY_PAID")]


@pytest.mark.parametrize("failure", [NotFound(), InvalidInput("amount", "not_a_sum")])
async def test_what_never_can_be_done_is_dead_and_told_to_operators_alone(failure: Exception) -> None:
    house = House(System(failure))
    await house.deliver(await house.accept())
    assert (house.system.settled, house.system.outcomes) == ([], [Outcome.DEAD])
    assert house.states() == [(CommandState.DEAD, 1, type(failure).__name__)]


async def test_a_later_one_of_the_subject_waits_without_the_system_being_asked() -> None:
    house = House(System(NotFound()))
    first, second = await house.accept(), await house.accept()
    await house.deliver(second)
    assert house.system.asked == []
    await house.deliver(first)
    await house.deliver(second)
    assert len(house.system.asked) == 1


async def test_of_two_workers_with_one_answer_one_takes_note_of_it() -> None:
    house = House(System())
    id_ = await house.accept()

    async def other_worker() -> None:
        house.system.meanwhile = None
        await house.deliver(id_)

    house.system.meanwhile = other_worker
    await house.deliver(id_)
    assert (len(house.system.asked), house.system.settled) == (2, ["answer"])


async def test_of_two_workers_with_one_answer_none_takes_it_for_given_up_because_another_was() -> None:
    house = House(System())
    await house.accept()
    async with house.store.work() as work:
        await work.commands.act(1, CommandAction.DROP, "Ivanova", "not wanted", NOON)
    id_ = await house.accept()

    async def other_worker() -> None:
        house.system.meanwhile = None
        await house.deliver(id_)

    house.system.meanwhile = other_worker
    await house.deliver(id_)
    assert house.system.outcomes == [Outcome.DONE, Outcome.DONE]


async def test_one_that_is_over_is_left_alone() -> None:
    house = House(System())
    id_ = await house.accept()
    await house.deliver(id_)
    await house.deliver(id_)
    assert len(house.system.asked) == 1


@pytest.mark.parametrize(
    ("failure", "outcome"), [(None, Outcome.GIVEN_UP), (Refused("NOT_RENEWABLE"), Outcome.REFUSED)]
)
async def test_what_a_system_did_though_an_operator_had_given_it_up_meanwhile_is_told(
    failure: Exception | None, outcome: Outcome
) -> None:
    house = House(System(failure))
    id_ = await house.accept()

    async def given_up() -> None:
        async with house.store.work() as work:
            await work.commands.act(1, CommandAction.DROP, "Ivanova", "it takes too long", NOON)

    house.system.meanwhile = given_up
    await house.deliver(id_)
    assert (house.system.settled, house.system.outcomes) == ([], [outcome])
    assert [state for state, _, _ in house.states()] == [CommandState.DROPPED]
