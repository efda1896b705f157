"""A change of the viewer's phone or e-mail: begun with the password, confirmed by codes on both ends.

From the second code on it is done: the account has the new contact, the old one is told, and the policy core will be,
however long it is away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from domain import masking, models, numbers
from domain.accounts import passwords
from domain.accounts.contacts import (
    ContactChange,
    ContactChangeId,
    ContactChangeState,
    address_of,
    other,
    with_contact,
)
from domain.accounts.models import CodePurpose
from domain.accounts.ports import AccountTaken, Message, Template
from domain.accounts.problems import InvalidField, Problem, Reason, StepOver, TryLater, WrongSignIn
from domain.errors import InvalidInput
from domain.outbox.models import CommandKind
from resolvers.use_cases import codes
from resolvers.use_cases.limits import taken
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from resolvers.context import Context

__all__ = ["Begun", "BegunChange", "Confirmed", "begin", "confirm", "own"]

PURPOSE: Final = CodePurpose.CONTACT_CHANGE
FIELDS: Final = {models.ContactKind.PHONE: "phone", models.ContactKind.EMAIL: "email"}


@dataclass(frozen=True, slots=True)
class BegunChange:
    """A change that waits for its codes. ``sent_to``: where they went, masked, the new contact first."""

    token: str
    expires_at: datetime
    sent_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """What the beginning of a change came to."""

    change: BegunChange | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the codes of a change came to."""

    change: ContactChange | None = None
    problems: tuple[Problem, ...] = ()


async def begin(
    ctx: Context, kind: models.ContactKind, contact: str, password: str, old_is_lost: bool | None = None
) -> Begun:
    """Ask for a change; codes go to the new contact, and to the old one or, where that is lost, to the other one."""
    ports, now = ctx.account_ports, ctx.clock.now()
    account_of(ctx)
    try:
        address = numbers.phone(contact) if kind is models.ContactKind.PHONE else numbers.email(contact)
    except InvalidInput:
        reason = Reason.NOT_A_PHONE if kind is models.ContactKind.PHONE else Reason.NOT_AN_EMAIL
        return Begun(problems=(InvalidField(FIELDS[kind], reason),))
    # Before the try is counted: who is signed out uses up none of the owner's.
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
    limits = {"code_address": ctx.visitor.address, "sign_in_account": str(account.id)}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Begun(problems=(wait,))
    if not await ports.passwords.matches(passwords.normalised(password), account.password_hash):
        return Begun(problems=(WrongSignIn(),))
    if address_of(account, kind) == address:
        return Begun(problems=(InvalidField(FIELDS[kind], Reason.UNCHANGED),))
    proved_by = other(kind) if old_is_lost else kind
    ends = ((kind, address), (proved_by, address_of(account, proved_by)))
    if (wait := await _codes_taken(ctx, ends)) is not None:
        return Begun(problems=(wait,))
    token, hash_ = ports.issuer.secret()
    id_, expires_at = ContactChangeId(uuid4()), now + ports.lifetimes.code
    async with ports.store.work() as work:
        if not _is_still(await signed_in(work, ctx), account):
            return Begun(problems=(WrongSignIn(),))
        await void_underway(work, account.id)
        await work.contact_changes.begin(
            ContactChange(id_, account.id, kind, address, proved_by, hash_, now, expires_at)
        )
        # Two codes of one kind may be on their way: the one is the change's, the other the account's.
        for subject, end in zip((id_, account.id), ends, strict=True):
            await codes.send(ports, work, PURPOSE, subject, end, ctx.locale, now)
    return Begun(BegunChange(token, expires_at, tuple(_masked(*end) for end in ends)))


async def confirm(ctx: Context, token: str, new_code: str, old_code: str) -> Confirmed:
    """Take the codes of both ends. A change that was accepted before is shown again: its answer may have been lost."""
    ports, now = ctx.account_ports, ctx.clock.now()
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
        found = await work.contact_changes.by_token(ports.issuer.hash(token))
        if found is None or found.account != account.id:
            return Confirmed(problems=(StepOver(),))
        if found.state is not ContactChangeState.BEGUN:
            return Confirmed(found)
        if now >= found.expires_at:
            return Confirmed(problems=(StepOver(),))
        change, problems = await _checked(ctx, work, found, new_code, old_code)
        if problems:
            await work.contact_changes.change(change)
            return Confirmed(problems=problems)
        if change.address is None:
            return Confirmed(problems=(StepOver(),))
        if not await _has_taken(work, with_contact(account, change.kind, change.address), change.kind):
            # Told only to who has shown to receive what is sent there.
            await work.contact_changes.change(change)
            return Confirmed(problems=(InvalidField("email", Reason.TAKEN),))
        accepted = change.accepted(now)
        await work.contact_changes.change(accepted)
        await work.commands.accept(CommandKind.UPDATE_CONTACTS, accepted.subject, accepted.id, now)
        await void_underway(work, account.id)
        # The old contact is told, a lost one too, in the owner's language: who says that it is lost need not be that.
        old = address_of(account, change.kind)
        await work.outbox.add(Message(change.kind, old, Template.CONTACT_CHANGED, account.locale))
    return Confirmed(accepted)


async def own(ctx: Context) -> list[ContactChange]:
    """Return the viewer's changes that were accepted, the latest first."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.contact_changes.of_account(owner))


def _is_still(current: Account, account: Account) -> bool:
    """Return whether an account still has the password that was shown, and the contacts that codes go to."""
    return (current.password_hash, current.phone, current.email) == (
        account.password_hash, account.phone, account.email
    )  # fmt: skip


async def _has_taken(work: UnitOfWork, changed: Account, kind: models.ContactKind) -> bool:
    """Write an account with its new contact; return False where that is the e-mail of another account."""
    if kind is models.ContactKind.EMAIL and await work.accounts.by_login(kind, changed.email):
        return False
    try:
        await work.accounts.change(changed)
    except AccountTaken:
        # The other was there a moment ago.
        return False
    return True


async def _codes_taken(ctx: Context, ends: tuple[tuple[models.ContactKind, str], ...]) -> TryLater | None:
    throttle = ctx.account_ports.throttle
    waits = [await taken(throttle, {"code_contact": address}) for _, address in ends]
    return max((wait for wait in waits if wait is not None), key=lambda wait: wait.after, default=None)


async def _checked(
    ctx: Context, work: UnitOfWork, change: ContactChange, new_code: str, old_code: str
) -> tuple[ContactChange, tuple[Problem, ...]]:
    """Check both codes; one that was right stays so, and is only looked at again beside the other."""
    ports, now = ctx.account_ports, ctx.clock.now()
    new = await codes.check(ports, work, PURPOSE, change.id, change.kind, new_code, now, again=change.new_confirmed)
    old = await codes.check(
        ports, work, PURPOSE, change.account, change.proved_by, old_code, now, again=change.old_confirmed
    )
    wrong = {"newCode": new, "oldCode": old}
    after = replace(
        change,
        new_confirmed=change.new_confirmed or new is None,
        old_confirmed=change.old_confirmed or old is None,
    )
    return after, tuple(replace(each, field=name) for name, each in wrong.items() if each is not None)


def _masked(kind: models.ContactKind, address: str) -> str:
    return masking.phone(address) if kind is models.ContactKind.PHONE else masking.email(address)
