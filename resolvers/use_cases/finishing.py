"""The end of a registration: a password and consents make an account, whose owner is signed in at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from domain import models
from domain.accounts import passwords
from domain.accounts.models import Account, AccountId, ConsentRecord
from domain.accounts.ports import AccountPorts, AccountTaken, Issued, Message, Template, UnitOfWork
from domain.accounts.problems import AccountExists, InvalidField, Problem, Reason, StepOver
from domain.accounts.registration import Registration, Step, StepOutOfTurn
from resolvers.outcomes import there
from resolvers.use_cases import sessions
from resolvers.use_cases.limits import taken
from resolvers.use_cases.progress import REGISTRATIONS, Taken

if TYPE_CHECKING:
    from datetime import datetime

    from domain.money import Locale
    from resolvers.context import Context

__all__ = ["Given", "added", "finish"]

Result: TypeAlias = tuple[Registration, tuple[Problem, ...], Issued | None]
Given: TypeAlias = Sequence[tuple[models.ConsentPurpose, str]]
"""Consents: purpose, and the version of the text that was agreed to."""


async def finish(ctx: Context, token: str, password: str, consents: Given) -> Taken:
    """Choose a password and give consents."""
    ports = ctx.account_ports
    if not _are_enough(consents, ports):
        return Taken(problems=(InvalidField("consents", Reason.CONSENT_MISSING),))
    registration = await REGISTRATIONS.known(ctx, token)
    if registration is None or registration.step not in {Step.PASSWORD, Step.DONE}:
        return Taken(problems=(StepOver(),))
    if (wait := await taken(ports.throttle, {"finish_registration": str(registration.id)})) is not None:
        return Taken(problems=(wait,))
    chosen = passwords.normalised(password)
    if registration.account is not None:
        return await _again(ctx, token, registration.account, chosen)
    person = there(await ctx.one(ctx.reads.clients, registration.client_isn))
    if (reason := await _weakness(ctx, registration, person, chosen)) is not None:
        return Taken(problems=(InvalidField("password", reason),))
    # Before the transaction: a hash takes long, and no lock should be held for it.
    hash_ = await ports.passwords.hashed(chosen)
    now = ctx.clock.now()

    async def advance(work: UnitOfWork, current: Registration, _repeated: bool) -> Result:
        account = _account(current, hash_, ctx.locale, now)
        done = current.done(account.id)
        if (taken_by := await added(work, account)) is not None:
            return (current.without_email() if isinstance(taken_by, InvalidField) else current), (taken_by,), None
        for purpose, version in consents:
            await work.consents.add(ConsentRecord(account.id, purpose, version, now))
        for message in _told(account, person, ctx.locale):
            await work.outbox.add(message)
        return done, (), await sessions.begin(ports, work, account, ctx.visitor.device, now)

    return await REGISTRATIONS.step(ctx, token, advance)


async def _again(ctx: Context, token: str, id_: AccountId, password: str) -> Taken:
    """Sign in once more whose first answer was lost, if the password is the one that was chosen."""
    ports = ctx.account_ports
    async with ports.store.work() as work:
        account = await work.accounts.by_id(id_)
    if account is None or not await ports.passwords.matches(password, account.password_hash):
        return Taken(problems=(StepOver(),))

    async def advance(work: UnitOfWork, current: Registration, repeated: bool) -> Result:
        same = await work.accounts.by_id(id_)
        if not repeated or same is None or same.locked_at or same.password_hash != account.password_hash:
            raise StepOutOfTurn
        return current, (), await sessions.begin(ports, work, same, ctx.visitor.device, ctx.clock.now())

    return await REGISTRATIONS.step(ctx, token, advance)


async def added(work: UnitOfWork, account: Account) -> AccountExists | InvalidField | None:
    """Keep an account, or return what is taken: told to who has shown to be its owner, or to read the address."""
    if (taken_by := await _taken_by(work, account)) is not None:
        return taken_by
    try:
        await work.accounts.add(account)
    except AccountTaken:
        # Somebody was there a moment ago; by now it can be seen who.
        return await _taken_by(work, account) or AccountExists()
    return None


async def _taken_by(work: UnitOfWork, account: Account) -> AccountExists | InvalidField | None:
    if await work.accounts.of_client(account.client_isn) is not None:
        return AccountExists()
    if await work.accounts.by_login(models.ContactKind.EMAIL, account.email) is not None:
        return InvalidField("email", Reason.TAKEN)
    return None


def _account(registration: Registration, hash_: str, locale: Locale, now: datetime) -> Account:
    if registration.phone is None or registration.email is None:
        raise StepOutOfTurn
    return Account(
        AccountId(uuid4()),
        registration.client_isn,
        registration.origin,
        registration.phone.address,
        registration.email.address,
        hash_,
        two_step=False,
        created_at=now,
        locale=locale,
    )


def _told(account: Account, person: models.Client | None, locale: Locale) -> list[Message]:
    """Return who is told of the account: its owner, and whoever is reached by what was known before."""
    known_ = () if person is None else (person.phone, person.email)
    others = {
        (each.kind, each.value)
        for each in known_
        if each is not None and each.value is not None and each.value not in {account.phone, account.email}
    }
    to = [(models.ContactKind.EMAIL, account.email), *sorted(others)]
    return [Message(kind, address, Template.REGISTERED, locale) for kind, address in to]


def _are_enough(consents: Given, ports: AccountPorts) -> bool:
    """Whether that to personal data is given, and each to the text in force."""
    in_force = all(ports.texts.get(purpose) == version for purpose, version in consents)
    return in_force and models.ConsentPurpose.PERSONAL_DATA in {purpose for purpose, _ in consents}


async def _weakness(
    ctx: Context, registration: Registration, person: models.Client | None, password: str
) -> Reason | None:
    policy = None
    if registration.policy_isn is not None:
        policy = there(await ctx.one(ctx.reads.policies, registration.policy_isn))
    weakness = passwords.weakness(
        password,
        name=None if person is None else person.name,
        phone=None if registration.phone is None else registration.phone.address,
        email=None if registration.email is None else registration.email.address,
        policy=None if policy is None else policy.key,
    )
    return None if weakness is None else Reason(weakness.value)
