"""A change of a contact from our table into the policy core: real PostgreSQL, the adapter, the core's simulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from dev.simulators.kit import Fault
from domain import models
from domain.accounts.contacts import ContactChange, ContactChangeState
from domain.outbox.models import Command, CommandKind
from gateway.store.store import PostgresStore
from resolvers.use_cases.contact_steps import ContactStep
from resolvers.use_cases.delivering import Delivering, Later, Outcome
from tests.contracts.policy_core_bench import DEMO, Bench, bench
from tests.unit.gateway.store.made import kept_account
from tests.unit.gateway.store.test_contact_changes import NEW_PHONE, accepted

UPDATE = "UpdateContacts"


@dataclass
class Told:
    outcomes: list[Outcome] = field(default_factory=list)

    def command_tried(self, command: Command, outcome: Outcome, failed: Exception | None) -> None:
        self.outcomes.append(outcome)


def delivering(store: PostgresStore, core: Bench, told: Told) -> Delivering:
    steps = {CommandKind.UPDATE_CONTACTS: ContactStep(core.adapter.update_contacts)}
    return Delivering(store, steps, 5, core.clock, told)


async def command_of(store: PostgresStore, change: ContactChange) -> Command:
    async with store.work() as work:
        (command,) = await work.commands.of_owner(change.id)
    return command


async def phone(core: Bench) -> str | None:
    (found,) = await core.adapter.clients([DEMO], core.call())
    assert isinstance(found, models.Client)
    assert found.phone is not None
    return found.phone.value


def written(core: Bench) -> int:
    """How many times the core has changed something."""
    simulator: Any = core.handle.simulator
    return len(simulator.state.events)


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        (Fault.MAINTENANCE, {}),
        (Fault.HTTP_503, {}),
        (Fault.TIMEOUT_AFTER_COMMIT, {"seconds": 3}),
        (Fault.RESET_MID_BODY, {}),
    ],
)
async def test_what_was_accepted_happens_once_however_the_first_try_ends(
    store: PostgresStore, fault: Fault, parameters: dict[str, Any]
) -> None:
    owner = await kept_account(store, DEMO)
    change = await accepted(store, owner.id)
    async with bench(timeout_s=1.5) as core:
        told, command = Told(), await command_of(store, change)
        worker = delivering(store, core, told)
        core.switch(fault, UPDATE, next_calls=1, **parameters)

        with pytest.raises(Later):
            await worker.deliver(command.id)
        await worker.deliver(command.id)
        await worker.deliver(command.id)

        assert told.outcomes == [Outcome.LATER, Outcome.DONE]
        assert (await phone(core), written(core)) == (NEW_PHONE, 1)
    async with store.work() as work:
        (kept,) = await work.contact_changes.of_account(owner.id)
    assert (kept.state, kept.address) == (ContactChangeState.DELIVERED, None)
    assert (await command_of(store, change)).attempts == 2


async def test_a_worker_that_dies_before_it_has_taken_note_does_no_harm(store: PostgresStore) -> None:
    owner = await kept_account(store, DEMO)
    change = await accepted(store, owner.id)
    command, told = await command_of(store, change), Told()
    async with bench() as core:
        await core.adapter.update_contacts(DEMO, NEW_PHONE, None, str(command.id), core.call())
        await delivering(store, core, told).deliver(command.id)
        assert (told.outcomes, written(core)) == ([Outcome.DONE], 1)


async def test_of_two_changes_of_one_contact_the_later_is_written_last(store: PostgresStore) -> None:
    owner = await kept_account(store, DEMO)
    early = await command_of(store, await accepted(store, owner.id))
    late = await command_of(store, await accepted(store, owner.id, address="+79050003344"))
    async with bench() as core:
        told = Told()
        worker = delivering(store, core, told)
        await worker.deliver(late.id)
        assert told.outcomes == []
        await worker.deliver(early.id)
        await worker.deliver(late.id)
        assert await phone(core) == "+79050003344"
