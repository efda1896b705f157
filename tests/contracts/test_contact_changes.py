"""A change of a contact from our table into the policy core: real PostgreSQL, the adapter, the core's simulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from dev.simulators.kit import Fault
from domain import models
from domain.accounts.contacts import ContactChangeState
from gateway.outbox.delivering import Delivering
from gateway.outbox.sending import Later
from gateway.store.deliveries import PostgresDeliveries
from gateway.store.store import PostgresStore
from tests.contracts.policy_core_bench import DEMO, Bench, bench
from tests.unit.gateway.store.made import kept_account
from tests.unit.gateway.store.test_contact_changes import NEW_PHONE, accepted

UPDATE = "UpdateContacts"


@dataclass
class Told:
    outcomes: list[str] = field(default_factory=list)

    def change_tried(self, outcome: str) -> None:
        self.outcomes.append(outcome)


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
        (Fault.TIMEOUT_AFTER_COMMIT, {"seconds": 1}),
        (Fault.RESET_MID_BODY, {}),
    ],
)
async def test_what_was_accepted_happens_once_however_the_first_try_ends(
    store: PostgresStore, fault: Fault, parameters: dict[str, Any]
) -> None:
    owner = await kept_account(store, DEMO)
    change = await accepted(store, owner.id, "first")
    async with bench(timeout_s=0.5) as core:
        told = Told()
        deliveries = PostgresDeliveries(store)
        delivering = Delivering(deliveries, core.adapter.update_contacts, 5, core.clock, told)
        core.switch(fault, UPDATE, next_calls=1, **parameters)

        with pytest.raises(Later):
            await delivering.deliver(change.id, 1)
        await delivering.deliver(change.id, 2)
        await delivering.deliver(change.id, 3)

        assert told.outcomes == ["later", "sent"]
        assert (await phone(core), written(core)) == (NEW_PHONE, 1)
    async with store.work() as work:
        (kept,) = await work.contact_changes.of_account(owner.id)
    assert (kept.state, kept.attempts, kept.address) == (ContactChangeState.DELIVERED, 2, None)


async def test_a_worker_that_dies_before_it_has_taken_note_does_no_harm(store: PostgresStore) -> None:
    owner = await kept_account(store, DEMO)
    change = await accepted(store, owner.id, "first")
    async with bench() as core:
        await core.adapter.update_contacts(DEMO, NEW_PHONE, None, str(change.id), core.call())
        told = Told()
        deliveries = PostgresDeliveries(store)
        await Delivering(deliveries, core.adapter.update_contacts, 5, core.clock, told).deliver(change.id, 1)
        assert (told.outcomes, written(core)) == (["sent"], 1)
