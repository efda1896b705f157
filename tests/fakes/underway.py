"""Commands, wishes and payments, in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from domain.accounts.models import AccountId
from domain.outbox.models import Command, CommandAction, CommandId, CommandKind, CommandState, Wish
from domain.payments.means import MeansId, SavedMeans
from domain.payments.models import TAKEN, Payment, PaymentId, PaymentState
from domain.payments.watching import WatchedOrder
from domain.renewals.models import RenewalOffer, Signature

__all__ = ["FakeCommandLog", "FakeIdempotency", "FakePaymentMeans", "FakePayments", "FakeWatchedOrders", "Underway"]

HOLDING_UP = {CommandState.WAITING, CommandState.DEAD}


@dataclass
class Underway:
    """What is kept."""

    commands: list[Command] = field(default_factory=list)
    wishes: dict[tuple[str, str], tuple[bytes, UUID]] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    means: list[SavedMeans] = field(default_factory=list)
    watched: dict[str, WatchedOrder] = field(default_factory=dict)
    addressings: list[set[PaymentId]] = field(default_factory=list)
    closings: list[tuple[PaymentId, str, str]] = field(default_factory=list)
    offers: list[RenewalOffer] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)


@dataclass
class FakeCommandLog:
    kept: Underway

    async def accept(self, kind: CommandKind, subject: str, owner: UUID, at: datetime) -> CommandId:
        id_ = CommandId(uuid4())
        number = len(self.kept.commands) + 1
        self.kept.commands.append(Command(id_, number, kind, subject, owner, CommandState.WAITING, at))
        return id_

    async def head(self, id_: CommandId) -> Command | None:
        found = next((each for each in self.kept.commands if each.id == id_), None)
        if found is None or found.state is not CommandState.WAITING:
            return None
        of_subject = [each for each in self.kept.commands if each.subject == found.subject]
        return None if any(each.state in HOLDING_UP and each.number < found.number for each in of_subject) else found

    async def tried(self, id_: CommandId, faults: int, before: int) -> None:
        found = next(each for each in self.kept.commands if each.id == id_)
        if found.state is CommandState.WAITING:
            self._change(id_, attempts=1, faults=faults if found.faults == before else found.faults)

    async def end(
        self, id_: CommandId, state: CommandState, at: datetime, failure: str | None = None, before: int | None = None
    ) -> bool:
        found = next(each for each in self.kept.commands if each.id == id_)
        if found.state is not CommandState.WAITING or before not in {None, found.faults}:
            return False
        self._change(id_, attempts=1, state=state, ended_at=at, failure=failure)
        return True

    async def of_owner(self, owner: UUID) -> Sequence[Command]:
        return [each for each in self.kept.commands if each.owner == owner]

    async def act(self, number: int, action: CommandAction, by: str, reason: str, at: datetime) -> Command | None:
        found = next((each for each in self.kept.commands if each.number == number), None)
        if found is None or found.state not in HOLDING_UP:
            return None
        if action is CommandAction.RETRY:
            self._change(found.id, state=CommandState.WAITING, ended_at=None, failure=None, faults=0)
        else:
            self._change(found.id, state=CommandState.DROPPED, ended_at=at, failure=found.failure or "DROPPED")
        return found

    def _change(self, id_: CommandId, attempts: int = 0, **values: object) -> None:
        self.kept.commands = [
            replace(each, attempts=each.attempts + attempts, **values) if each.id == id_ else each  # type: ignore[arg-type]
            for each in self.kept.commands
        ]


@dataclass
class FakeIdempotency:
    kept: Underway

    async def granted(self, scope: str, key: str) -> tuple[bytes, UUID] | None:
        return self.kept.wishes.get((scope, key))

    async def claim(self, wish: Wish, object_: UUID, at: datetime) -> tuple[bytes, UUID]:
        return self.kept.wishes.setdefault((wish.scope, wish.key), (wish.digest, object_))


@dataclass
class FakePayments:
    kept: Underway

    async def underway(self, subject: str) -> Payment | None:
        found = [each for each in self.kept.payments if each.subject == subject]
        return next((each for each in reversed(found) if each.state is not PaymentState.FAILED), None)

    async def add(self, payment: Payment) -> None:
        self.kept.payments.append(replace(payment, number=len(self.kept.payments) + 1))

    async def by_id(self, id_: PaymentId) -> Payment | None:
        return next((each for each in self.kept.payments if each.id == id_), None)

    shown = by_id

    async def for_a_person(self) -> Sequence[Payment]:
        return [each for each in self.kept.payments if each.waits_for_a_person]

    async def by_number(self, number: int) -> Payment | None:
        return next((each for each in self.kept.payments if each.number == number), None)

    async def closed(self, id_: PaymentId, by: str, reason: str, at: datetime) -> None:
        self.kept.closings.append((id_, by, reason))

    async def change(self, payment: Payment) -> None:
        self.kept.payments = [payment if each.id == payment.id else each for each in self.kept.payments]

    async def waited(self, id_: PaymentId, at: datetime) -> None:
        self._note(
            lambda each: each.id == id_ and (each.state is PaymentState.WAITING or each.is_being_charged), waited_at=at
        )

    async def addressed(self, ids: Collection[PaymentId], at: datetime) -> None:
        self.kept.addressings.append(set(ids))
        self._note(lambda each: each.id in ids and each.state is PaymentState.OPEN and each.means is None, shown_at=at)

    async def of_account(self, account: AccountId, most: int) -> Sequence[Payment]:
        return [each for each in reversed(self.kept.payments) if each.account == account][:most]

    async def own(self, account: AccountId, ids: Collection[PaymentId]) -> Sequence[Payment]:
        return [each for each in self.kept.payments if each.account == account and each.id in ids]

    async def has_failed(self, payment: Payment) -> bool:
        alike = (payment.subject, payment.amount, PaymentState.FAILED, payment.failure)
        others = [each for each in self.kept.payments if each.id != payment.id]
        return any((each.subject, each.amount, each.state, each.failure) == alike for each in others)

    async def was_taken(self, subject: str) -> bool:
        stopped = [each for each in self.kept.payments if (each.subject, each.state) == (subject, PaymentState.STOPPED)]
        return any(each.paid_at is not None for each in stopped)

    def _note(self, holds: Callable[[Payment], bool], **at: datetime) -> None:
        [(name, _)] = at.items()
        self.kept.payments = [
            replace(each, **at) if holds(each) and getattr(each, name) is None else each  # type: ignore[arg-type]
            for each in self.kept.payments
        ]

    async def paid_by(self, subject: str, account: AccountId) -> PaymentId | None:
        paid = [each for each in self.kept.payments if (each.subject, each.account) == (subject, account)]
        return next((each.id for each in paid if each.state in TAKEN), None)

    async def of_order(self, order: str) -> PaymentId | None:
        watched = self.kept.watched.get(order)
        former = None if watched is None else watched.payment
        return next((each.id for each in self.kept.payments if each.order == order), former)

    async def unchecked(self, before: datetime, long_before: datetime, most: int) -> Sequence[PaymentId]:
        looked_at = [
            (each.checked_at, each)
            for each in self.kept.payments
            if each.state is PaymentState.OPEN and each.checked_at is not None
        ]
        in_order = sorted(looked_at, key=lambda each: (each[0], each[1].id))
        due = [each.id for at, each in in_order if at < (long_before if each.cannot_be_told_of else before)]
        return due[:most]


@dataclass
class FakePaymentMeans:
    kept: Underway

    async def keep(self, means: SavedMeans) -> None:
        if all((each.account, each.token) != (means.account, means.token) for each in self.kept.means):
            self.kept.means.append(means)

    async def own(self, account: AccountId, id_: MeansId) -> SavedMeans | None:
        return next((each for each in self.kept.means if (each.account, each.id) == (account, id_)), None)

    async def of_account(self, account: AccountId) -> Sequence[SavedMeans]:
        return [each for each in reversed(self.kept.means) if each.account == account]

    async def forget(self, account: AccountId, id_: MeansId) -> bool:
        found = await self.own(account, id_)
        self.kept.means = [each for each in self.kept.means if each is not found]
        return found is not None


@dataclass
class FakeWatchedOrders:
    kept: Underway

    async def add(self, watched: WatchedOrder) -> None:
        before = self.kept.watched.get(watched.id)
        if before is None:
            self.kept.watched[watched.id] = watched
        elif before.paid_at is None:
            self.kept.watched[watched.id] = replace(before, since=watched.since, look_at=watched.look_at)

    async def by_id(self, order: str) -> WatchedOrder | None:
        return self.kept.watched.get(order)

    async def change(self, watched: WatchedOrder) -> None:
        self.kept.watched[watched.id] = watched

    async def hasten(self, order: str) -> None:
        found = self.kept.watched.get(order)
        if found is not None and found.paid_at is None:
            self.kept.watched[order] = replace(found, look_at=found.since)

    async def due(self, at: datetime, most: int) -> Sequence[str]:
        looks = [(each.look_at, each.id) for each in self.kept.watched.values() if each.look_at is not None]
        return [id_ for look_at, id_ in sorted(looks) if look_at <= at][:most]

    async def due_of(self, payment: PaymentId, at: datetime) -> Sequence[str]:
        return [
            each for each in await self.due(at, len(self.kept.watched)) if self.kept.watched[each].payment == payment
        ]
