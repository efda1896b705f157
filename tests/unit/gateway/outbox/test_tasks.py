"""What a worker does with a row is known to the next one, too: what was tried in vain is counted in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

import pytest

from domain.accounts.ports import Message
from domain.commands import Commands
from domain.errors import AcquirerGarbled, Refused
from domain.models import PolicyNumber
from domain.outbox.models import CommandKind, CommandState
from domain.payments.models import MOST_IN_VAIN, Payment, PaymentState
from domain.payments.ports import PaymentPorts
from gateway.observability.metrics import Metrics
from gateway.observability.outbox import OutboxTally
from gateway.outbox.crowd import Crowd
from gateway.outbox.jobs import Task
from gateway.outbox.tasks import RECONCILE, Outside, regulars, tasks
from gateway.settings import OutboxSettings, StoreSettings
from gateway.store.deferral import CHECK, COMMAND, DELIVER, RECONCILING
from gateway.store.left import LeftCommands
from gateway.store.store import PostgresStore
from resolvers.use_cases.delivering import Later, Outdate, nowhere
from tests.fakes.acquirer import FakeAcquirer
from tests.fakes.clock import StillClock
from tests.unit.gateway.store import test_contact_changes
from tests.unit.gateway.store.made import NOON, kept_account, rows
from tests.unit.gateway.store.made_payments import OPEN, kept, payment
from tests.unit.resolvers.use_cases.paying import RULES

TALLY = OutboxTally(Metrics())
PAYING = (
    CommandKind.CREATE_BILL,
    CommandKind.OPEN_ONLINE_BILL,
    CommandKind.CHARGE_ORDER,
    CommandKind.CONFIRM_PAYMENT,
    CommandKind.RECORD_DEDUCTIBLE,
)


@dataclass
class Broken:
    """Channels, systems and acquirer whose every answer breaks the contract. ``alarms``: payments for a person.

    With ``fails`` false the systems do what they are asked.
    """

    alarms: list[Payment] = field(default_factory=list)
    outdate: Outdate = nowhere
    fails: bool = True
    has_acquirer: bool = True

    async def send(self, message: Message, key: str) -> None:
        raise AssertionError("no message is sent here")

    async def command(self, *_given: object) -> None:
        if self.fails:
            raise ValueError

    def systems(self) -> Commands:
        systems: dict[str, Any] = dict.fromkeys((each.name for each in fields(Commands)), self.command)
        return Commands(**systems)

    def ports(self) -> PaymentPorts:
        acquirer = FakeAcquirer(failing=[AcquirerGarbled("order", "not an order")])
        return PaymentPorts(acquirer, lambda _: True, self.alarms.append, RULES)

    def worker(self, store: PostgresStore) -> dict[str, Task]:
        """What another worker does."""
        ports = self.ports() if self.has_acquirer else None
        outside = Outside(self, self.systems(), ports, outdate=self.outdate)
        settings = OutboxSettings(command_faults=3)
        return tasks(store, settings, outside, StillClock(), TALLY, Crowd(settings, TALLY))


class Declining(Broken):
    """Systems that will not do what they are asked."""

    async def command(self, *_given: object) -> None:
        raise Refused("NOT_TAKEN")


async def tried_in_vain(worker: dict[str, Task], task: str, id_: UUID) -> Later:
    with pytest.raises(Later) as later:
        await worker[task].run(id_, 1)
    return later.value


async def test_faults_of_a_command_in_a_row_are_counted_whichever_worker_meets_them(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id))
    async with store.work() as work:
        id_ = await work.commands.accept(CommandKind.CREATE_BILL, made.subject, made.id, NOON)
    for _ in range(2):
        await tried_in_vain(Broken().worker(store), COMMAND, id_)
    await Broken().worker(store)[COMMAND].run(id_, 1)
    async with store.work() as work:
        [command] = await work.commands.of_owner(made.id)
    assert (command.state, command.failure, command.attempts) == (CommandState.DEAD, "ValueError", 3)


async def test_who_has_no_acquirer_puts_back_what_is_for_payments_as_it_was(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id))
    async with store.work() as work:
        ids = [await work.commands.accept(kind, kind, made.id, NOON) for kind in PAYING]
    worker = Broken(has_acquirer=False).worker(store)
    for id_ in ids:
        for _ in range(4):
            assert (await tried_in_vain(worker, COMMAND, id_)).until is None
    await tried_in_vain(worker, CHECK, made.id)
    assert await rows(store, "SELECT state, attempts, faults FROM commands") == [("WAITING", 0, 0)] * len(PAYING)


def test_rounds_that_not_every_worker_can_do_are_in_no_queue_that_every_worker_serves(store: PostgresStore) -> None:
    def queues(*, has_acquirer: bool) -> dict[str, str]:
        broken = Broken()
        outside = Outside(broken, broken.systems(), broken.ports() if has_acquirer else None)
        found = regulars(store, StoreSettings(), outside, StillClock(), TALLY)
        return {name: each.queue for name, each in found.items()}

    for_payments = queues(has_acquirer=True).items() - queues(has_acquirer=False).items()
    assert (RECONCILE, RECONCILING) in for_payments
    assert {queue for _, queue in for_payments} == {RECONCILING}


async def test_a_contact_that_the_core_declines_is_given_up_and_shown_no_longer(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await test_contact_changes.accepted(store, owner.id)
    async with store.work() as work:
        [command] = await work.commands.of_owner(made.id)
    await Declining().worker(store)[COMMAND].run(command.id, 1)
    assert await rows(store, "SELECT state, failure, address FROM contact_changes") == [("DEAD", "NOT_TAKEN", None)]
    assert await rows(store, "SELECT state, failure FROM commands") == [("REFUSED", "NOT_TAKEN")]


async def test_a_job_by_the_name_of_old_does_the_same_and_the_rows_are_looked_after_once(store: PostgresStore) -> None:
    worker = Broken().worker(store)
    assert worker[DELIVER].run is worker[COMMAND].run
    assert [name for name, task in worker.items() if isinstance(task.left, LeftCommands)] == [COMMAND]


async def test_answers_of_no_use_to_a_callback_are_counted_whichever_worker_meets_them(store: PostgresStore) -> None:
    owner = await kept_account(store)
    made = await kept(store, payment(owner.id, **{**OPEN, "in_vain": MOST_IN_VAIN - 2}))
    broken = Broken()
    assert (await tried_in_vain(broken.worker(store), CHECK, made.id)).until is None
    assert broken.alarms == []
    await broken.worker(store)[CHECK].run(made.id, 1)
    assert [each.in_vain for each in broken.alarms] == [MOST_IN_VAIN]
    assert await rows(store, "SELECT state, in_vain FROM payments") == [("OPEN", MOST_IN_VAIN)]


async def test_what_a_command_has_changed_is_outdated(store: PostgresStore) -> None:
    owner = await kept_account(store)
    confirming = {**OPEN, "state": PaymentState.CONFIRMING, "address": None, "paid_at": NOON}
    made = await kept(store, payment(owner.id, **confirming))
    async with store.work() as work:
        id_ = await work.commands.accept(CommandKind.CONFIRM_PAYMENT, made.subject, made.id, NOON)
    outdated: list[PolicyNumber] = []

    async def outdate(policies: Sequence[PolicyNumber]) -> None:
        outdated.extend(policies)

    await Broken(outdate=outdate, fails=False).worker(store)[COMMAND].run(id_, 1)
    assert outdated == [made.payable.policy_number]
