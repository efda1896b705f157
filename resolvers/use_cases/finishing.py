"""The end of a registration: a password and consents make an account, whose owner is signed in at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from domain import models
from domain.accounts import passwords
from domain.accounts.models import Account, AccountId, ConsentRecord
from domain.accounts.ports import AccountTaken, Issued, Message, Template, UnitOfWork
from domain.accounts.problems import AccountExists, InvalidField, Problem, Reason, StepOver
from domain.accounts.registration import Registration, Step, StepOutOfTurn
from resolvers.outcomes import there
from resolvers.use_cases import sessions
from resolvers.use_cases.progress import REGISTRATIONS, Taken

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["finish"]


async def finish(
    ctx: Context, token: str, password: str, consents: Sequence[tuple[models.ConsentPurpose, str]]
) -> Taken:
    """Choose a password and give consents. Shape: purpose and the version of the text that was agreed to."""
    ports, now = ctx.account_ports, ctx.clock.now()
    if models.ConsentPurpose.PERSONAL_DATA not in {purpose for purpose, _ in consents}:
        return Taken(problems=(InvalidField("consents", Reason.CONSENT_MISSING),))
    registration = await REGISTRATIONS.known(ctx, token)
    if registration is None:
        return Taken(problems=(StepOver(),))
    if registration.step not in {Step.PASSWORD, Step.DONE}:
        return Taken(problems=(StepOver(),))
    chosen = passwords.normalised(password)
    person = there(await ctx.one(ctx.reads.clients, registration.client_isn))
    weakness = passwords.weakness(
        chosen,
        name=None if person is None else person.name,
        phone=None if registration.phone is None else registration.phone.address,
        email=None if registration.email is None else registration.email.address,
    )
    if weakness is not None:
        return Taken(problems=(InvalidField("password", Reason(weakness.value)),))
    # Before the transaction: a hash takes long, and no lock should be held for it.
    hash_ = await ports.passwords.hashed(chosen)

    async def advance(
        work: UnitOfWork, current: Registration, repeated: bool
    ) -> tuple[Registration, tuple[Problem, ...], Issued | None]:
        if current.account is not None and repeated:
            return current, (), await _again(ctx, work, current.account, chosen)
        assert current.phone is not None
        assert current.email is not None
        account = Account(
            AccountId(uuid4()),
            current.client_isn,
            current.origin,
            current.phone.address,
            current.email.address,
            hash_,
            two_step=False,
            created_at=now,
        )
        done = current.done(account.id)
        try:
            await work.accounts.add(account)
        except AccountTaken:
            return current, (AccountExists(),), None
        for purpose, version in consents:
            await work.consents.add(ConsentRecord(account.id, purpose, version, now))
        await work.outbox.add(Message(models.ContactKind.EMAIL, account.email, Template.REGISTERED, ctx.locale))
        return done, (), await sessions.begin(ports, work, account, ctx.visitor.device, now)

    return await REGISTRATIONS.step(ctx, token, advance)


async def _again(ctx: Context, work: UnitOfWork, id_: AccountId, password: str) -> Issued:
    """Sign in once more whose first answer was lost, if the password is the one that was chosen."""
    account = await work.accounts.by_id(id_)
    if (
        account is None
        or account.locked_at is not None
        or not await ctx.account_ports.passwords.matches(password, account.password_hash)
    ):
        raise StepOutOfTurn
    return await sessions.begin(ctx.account_ports, work, account, ctx.visitor.device, ctx.clock.now())
