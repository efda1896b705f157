"""A payment is begun: accepted with a number, billed by the policy core, paid on the acquirer's page."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import uuid4

from domain.errors import AcquirerError, NotOffered
from domain.outbox.models import CommandKind
from domain.payments.models import TAKEN, Payment, PaymentId, PaymentState
from domain.payments.problems import (
    KeyReused,
    KeyUnfit,
    NoSuchMeans,
    PaidAlready,
    PaymentProblem,
    PaymentStopped,
    TooLate,
    Unpayable,
)
from resolvers.use_cases.limits import taken
from resolvers.use_cases.once import wish
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.payments.checking import Checking
from resolvers.use_cases.payments.payables import Priced, Wanted, priced
from resolvers.use_cases.payments.remembered import means_id

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.models import AccountId
    from domain.accounts.ports import UnitOfWork
    from domain.outbox.models import Wish
    from domain.payments.means import MeansId
    from domain.payments.ports import PaymentPorts
    from resolvers.context import Context

__all__ = ["Started", "payment_ports", "start"]

MUTATION: Final = "startPayment"
FIRST_LOOK_S: Final = 0.05
"""After so long is first looked whether the address is there; then after twice as long each time."""
SPARE_S: Final = 0.5
"""How much of the request's time is left for showing the payment."""

PAYABLE: Final = frozenset({PaymentState.WAITING, PaymentState.OPEN})
"""States in which another way to pay can still be chosen."""

Granted: TypeAlias = tuple[bytes, PaymentId]
"""Digest of the wish that a payment was begun by, and the payment."""


@dataclass(frozen=True, slots=True)
class Started:
    """A payment that was begun, or that was under way already, or why there is none."""

    payment: Payment | None = None
    problems: tuple[PaymentProblem, ...] = ()


async def start(ctx: Context, key: str, wanted: Wanted, means: str | None = None) -> Started:
    """Begin a payment; the same key again is the same payment, and so is another key for what is being paid already.

    ``means`` is the global id of remembered means to charge it to; without it the customer pays on the acquirer's
    page.

    Raises: ``SourceError``, ``Refused``, ``StoreUnavailable``, ``NotOffered``.
    """
    owner = account_of(ctx)
    payment_ports(ctx)
    given = wanted.given if means is None else {**wanted.given, "means": means}
    meant = wish(str(owner), MUTATION, key, given)
    if meant is None:
        return Started(problems=(KeyUnfit(),))
    granted: Granted | PaymentProblem | None = await _granted_before(ctx, meant)
    if granted is None:
        if (wait := await taken(ctx.account_ports.throttle, {"payment_account": str(owner)})) is not None:
            return Started(problems=(wait,))
        granted = await _anew(ctx, meant, wanted, means)
    if not isinstance(granted, tuple):
        return Started(problems=(granted,))
    digest, id_ = granted
    if digest != meant.digest:
        return Started(problems=(KeyReused(),))
    return Started(await _with_address(ctx, id_))


def payment_ports(ctx: Context) -> PaymentPorts:
    """Return what payments stand on. Raises: ``NotOffered``."""
    ports = ctx.account_ports.payments
    if ports is None:
        raise NotOffered
    return ports


async def _granted_before(ctx: Context, meant: Wish) -> Granted | None:
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        found = await work.wishes.granted(meant.scope, meant.key)
    return None if found is None else (found[0], PaymentId(found[1]))


async def _anew(ctx: Context, meant: Wish, wanted: Wanted, means: str | None) -> Granted | PaymentProblem:
    """Begin what was not begun under this key, or return what is in the way."""
    found = await priced(ctx, wanted)
    if isinstance(found, Priced):
        await _clear_the_way(ctx, found)
        begun = await _begin(ctx, meant, found, means)
    else:
        begun = found
    # What is in the way may be the payment of who came first with this key: it may even be over by now.
    return begun if isinstance(begun, tuple) else await _granted_before(ctx, meant) or begun


async def _clear_the_way(ctx: Context, found: Priced) -> None:
    """Ask what became of an earlier payment for the same, which may have failed by now; close one of another sum.

    One of another account is left alone.

    Raises: ``AcquirerError`` if one of another sum cannot be closed: two must not be open.
    """
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        earlier = await work.payments.underway(found.payable.subject)
    if earlier is None or earlier.state is not PaymentState.OPEN or earlier.account != account_of(ctx):
        return
    checking = Checking(ctx.account_ports.store, payment_ports(ctx), ctx.clock, ctx.call.deadline)
    if earlier.amount != found.amount:
        await checking.close(earlier)
        return
    with suppress(AcquirerError):
        await checking.check(earlier.id)


async def _begin(ctx: Context, meant: Wish, found: Priced, means: str | None) -> Granted | PaymentProblem:
    """Keep the payment and its first command, and which wish it is of, together."""
    owner = account_of(ctx)
    client = ctx.signed_in().client_isn
    assert client is not None
    now = ctx.clock.now()
    try:
        async with ctx.account_ports.store.work() as work:
            await signed_in(work, ctx)
            charged = await _chosen(work, owner, means)
            earlier = await work.payments.underway(found.payable.subject)
            _see_to(earlier, owner)
            _in_time(found, ctx)
            id_ = PaymentId(uuid4()) if earlier is None else earlier.id
            digest, granted = await work.wishes.claim(meant, id_, now)
            if earlier is None and granted == id_:
                begun = Payment(id_, 0, owner, client, found.payable, found.amount, now, means=charged)
                await work.payments.add(begun)
                await work.commands.accept(CommandKind.CREATE_BILL, begun.subject, id_, now)
            elif earlier is not None and granted == id_ and charged is not None:
                await _charge_instead(work, earlier, charged, now)
    except InTheWay as problem:
        return problem.problem
    return digest, PaymentId(granted)


async def _chosen(work: UnitOfWork, owner: AccountId, means: str | None) -> MeansId | None:
    """Return which of the owner's means is meant. Raises: ``InTheWay`` where there is no such one."""
    if means is None:
        return None
    id_ = means_id(means)
    if id_ is None or await work.payment_means.own(owner, id_) is None:
        raise InTheWay(NoSuchMeans())
    return id_


async def _charge_instead(work: UnitOfWork, earlier: Payment, means: MeansId, now: datetime) -> None:
    """Charge what was begun without means, and can still be paid; what is charged already goes on as it is."""
    if earlier.means is not None or earlier.state not in PAYABLE:
        return
    await work.payments.change(replace(earlier, means=means))
    if earlier.state is PaymentState.OPEN:
        await work.commands.accept(CommandKind.CHARGE_ORDER, earlier.subject, earlier.id, now)


class InTheWay(Exception):
    """A payment for the same stands in the way: nothing of the transaction is kept."""

    def __init__(self, problem: PaymentProblem) -> None:
        super().__init__()
        self.problem = problem


def _see_to(earlier: Payment | None, owner: AccountId) -> None:
    """Raises: ``InTheWay``."""
    if earlier is None:
        return
    if earlier.account != owner:
        raise InTheWay(PaidAlready() if earlier.state in TAKEN else Unpayable())
    if earlier.state is PaymentState.PAID:
        raise InTheWay(PaidAlready(earlier.id))
    if earlier.state is PaymentState.STOPPED:
        raise InTheWay(PaymentStopped(earlier.id))


def _in_time(found: Priced, ctx: Context) -> None:
    """Nobody else is at the subject by now: whoever gives it up later sees what is begun. Raises: ``InTheWay``."""
    if found.until is not None and ctx.today > found.until:
        raise InTheWay(TooLate(found.until))


async def _with_address(ctx: Context, id_: PaymentId) -> Payment | None:
    """Wait a little for the policy core's bill, or for the charge: mostly it is there at once; if not, it waits."""
    patience_s = payment_ports(ctx).rules.patience.total_seconds()
    pause_s = FIRST_LOOK_S
    waited_s = 0.0
    while True:
        async with ctx.account_ports.store.work() as work:
            payment = await work.payments.shown(id_)
        pause_s = min(pause_s, patience_s - waited_s, ctx.call.deadline.remaining_s() - SPARE_S)
        if payment is None or not (payment.state is PaymentState.WAITING or payment.is_being_charged):
            return payment
        if pause_s <= 0:
            return await _told_to_wait(ctx, payment)
        await asyncio.sleep(pause_s)
        waited_s += pause_s
        pause_s *= 2


async def _told_to_wait(ctx: Context, waiting: Payment) -> Payment | None:
    """Take note that the customer is told to wait; return the payment as it is then: it may just have been opened."""
    if waiting.waited_at is not None:
        return waiting
    async with ctx.account_ports.store.work() as work:
        await work.payments.waited(waiting.id, ctx.clock.now())
        return await work.payments.shown(waiting.id)
