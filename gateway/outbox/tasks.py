"""What a worker does: with rows that were left, and from time to time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol
from uuid import UUID

from domain.clock import Clock
from domain.commands import Commands
from domain.outbox.models import CommandId, CommandKind
from domain.payments.models import PaymentId
from domain.payments.ports import PaymentPorts
from domain.renewals.models import RenewalOffer
from gateway.outbox.counting import StandingTally
from gateway.outbox.crowd import Crowd
from gateway.outbox.jobs import Regular, Task
from gateway.outbox.pauses import Pauses
from gateway.outbox.purging import PurgeTally, Purging
from gateway.outbox.sender import Sender
from gateway.outbox.sending import Sending, Tally
from gateway.settings import OutboxSettings, StoreSettings
from gateway.store.deferral import CHECK, COMMAND, DELIVER, RECONCILING, SEND
from gateway.store.left import LeftCommands
from gateway.store.messages import PostgresMessages
from gateway.store.purging import PostgresPurge
from gateway.store.store import PostgresStore
from resolvers.use_cases.contact_steps import ContactStep
from resolvers.use_cases.delivering import Delivering, DeliveryTally, Later, Outdate, Step, nowhere
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.reconciling import Reconciling
from resolvers.use_cases.payments.steps import steps as payment_steps
from resolvers.use_cases.payments.watching import Watching
from resolvers.use_cases.renewals.steps import AgreementStep

__all__ = ["Outside", "WorkTally", "patience_s", "regulars", "tasks"]

PATIENCE: Final = 3
"""How many times the longest try a job may be under way before it counts as forgotten."""

PURGE: Final = "store.purge"
EVERY_HOUR: Final = "23 * * * *"
LONGEST_PURGE_S: Final = 600.0
RECONCILE: Final = "payments.reconcile"
EVERY_FIVE_SECONDS: Final = "* * * * * */5"


class WorkTally(Tally, DeliveryTally, PurgeTally, StandingTally, Protocol):
    """Counts tries of all kinds, what waits, and rows that were removed."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom the worker works with: channels to people, commands to the systems, the acquirer where customers pay.

    ``renewals`` hears of every state that an offer to renew a policy comes to, ``outdate`` of policies written to.
    """

    sender: Sender
    commands: Commands
    payments: PaymentPorts | None = None
    renewals: Callable[[RenewalOffer], None] = lambda _: None
    outdate: Outdate = nowhere


def tasks(
    store: PostgresStore, settings: OutboxSettings, outside: Outside, clock: Clock, tally: WorkTally, crowd: Crowd
) -> dict[str, Task]:
    """Return what is done with rows that were left: messages, commands, payments to look at.

    Without an acquirer what is for payments is put back untouched, for a worker that has one: to give it up here would
    stop payments that are well, and to refuse to start would keep back messages of who takes no payments at all.
    """
    messages = PostgresMessages(store)
    sending = Sending(messages, outside.sender, Pauses.of_messages(settings), tally, clock)
    core = outside.commands
    steps: dict[CommandKind, Step] = {
        CommandKind.UPDATE_CONTACTS: ContactStep(core.update_contacts),
        CommandKind.CREATE_AGREEMENT: AgreementStep(core.create_agreement, core.quote_renewal, outside.renewals),
    }
    if outside.payments is not None:
        steps |= payment_steps(outside.commands, outside.payments)
    elsewhere = frozenset(CommandKind) - steps.keys() if outside.payments is None else frozenset[CommandKind]()
    delivering = Delivering(
        store, steps, settings.send_timeout_s, clock, crowd, settings.command_faults, outside.outdate, elsewhere
    )

    async def deliver(id_: UUID, _tries: int) -> None:
        await delivering.deliver(CommandId(id_))

    command = Task(deliver, Pauses.of_commands(settings, crowd.pause_s), LeftCommands(store, clock))
    # The rows are the same whatever the job is called: they are looked after once.
    of_old = replace(command, left=None)
    watching = None if outside.payments is None else Watching(Checking(store, outside.payments, clock))

    async def check(id_: UUID, _tries: int) -> None:
        if watching is None:
            raise Later
        await watching.when_called_back(PaymentId(id_))

    return {
        SEND: Task(sending.send, sending.pauses, messages),
        COMMAND: command,
        DELIVER: of_old,
        CHECK: Task(check, Pauses.of_commands(settings), None),
    }


def regulars(
    store: PostgresStore, settings: StoreSettings, outside: Outside, clock: Clock, tally: WorkTally
) -> dict[str, Regular]:
    """Return what is done from time to time."""
    purging = Purging(PostgresPurge(store, settings), tally, clock)
    found = {PURGE: Regular(EVERY_HOUR, purging.run, LONGEST_PURGE_S)}
    if outside.payments is not None:
        reconciling = Reconciling(Checking(store, outside.payments, clock), outside.payments.rules.check_every)
        found[RECONCILE] = Regular(EVERY_FIVE_SECONDS, reconciling.look, queue=RECONCILING)
    return found


def patience_s(settings: OutboxSettings) -> float:
    """Return how long a try may seem to be under way, in seconds."""
    return PATIENCE * settings.send_timeout_s
