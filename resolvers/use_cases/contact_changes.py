"""A change of the viewer's phone or e-mail is begun with the password: codes go to both ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import uuid4

from domain import masking, models, numbers
from domain.accounts import passwords
from domain.accounts.contacts import (
    ContactChange,
    ContactChangeId,
    ContactChangeState,
    address_of,
    other,
)
from domain.accounts.models import CodePurpose
from domain.accounts.problems import InvalidField, OwnerProblem, Reason, StepOver, TryLater, WrongSignIn
from domain.errors import InvalidInput
from domain.outbox.problems import KeyReused, KeyUnfit
from resolvers.use_cases import codes
from resolvers.use_cases.limits import taken
from resolvers.use_cases.once import granted, wish
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from domain.outbox.models import Wish
    from resolvers.context import Context

__all__ = ["KIND", "PURPOSE", "Begun", "begin", "own", "owned"]

KIND: Final = "ContactChange"
"""Type in the global id of a change."""
CHANGE: Final = "changeContact"
PURPOSE: Final = CodePurpose.CONTACT_CHANGE
FIELDS: Final = {models.ContactKind.PHONE: "phone", models.ContactKind.EMAIL: "email"}
PASSWORD: Final = "password"  # noqa: S105 - the argument's name

End: TypeAlias = tuple[models.ContactKind, str]
Ends: TypeAlias = tuple[End, End]
"""Contacts that codes go to."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the beginning of a change came to. ``sent_to``: where its codes went, masked, the new contact first."""

    change: ContactChange | None = None
    sent_to: tuple[str, ...] | None = None
    problems: tuple[OwnerProblem, ...] = ()


async def begin(
    ctx: Context, key: str, kind: models.ContactKind, contact: str, password: str, old_is_lost: bool | None = None
) -> Begun:
    """Ask for a change; codes go to the new contact, and to the old one or, where that is lost, to the other one.

    The same key again sends nothing and looks at no password, so it tells nothing of one and uses up no try.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    meant = _wish(ctx, key, kind, contact, is_lost=bool(old_is_lost))
    if meant is None:
        return Begun(problems=(KeyUnfit(),))
    # Before the try is counted: who is signed out uses up none of the owner's.
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
        if (before := await granted(work, meant)) is not None:
            return await _again(work, account, before, now)
    try:
        address = numbers.phone(contact) if kind is models.ContactKind.PHONE else numbers.email(contact)
    except InvalidInput:
        reason = Reason.NOT_A_PHONE if kind is models.ContactKind.PHONE else Reason.NOT_AN_EMAIL
        return Begun(problems=(InvalidField(FIELDS[kind], reason),))
    limits = {"code_address": ctx.visitor.address, "sign_in_account": str(account.id)}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Begun(problems=(wait,))
    if not await ports.passwords.matches(passwords.normalised(password), account.password_hash):
        return Begun(problems=(WrongSignIn(PASSWORD),))
    if address_of(account, kind) == address:
        return Begun(problems=(InvalidField(FIELDS[kind], Reason.UNCHANGED),))
    proved_by = other(kind) if old_is_lost else kind
    change = ContactChange(
        ContactChangeId(uuid4()), account.id, kind, address, proved_by, now, now + ports.lifetimes.code
    )
    if (wait := await _codes_taken(ctx, _ends(change, account))) is not None:
        return Begun(problems=(wait,))
    return await _begun(ctx, meant, change, account)


async def _begun(ctx: Context, meant: Wish, change: ContactChange, shown: Account) -> Begun:
    """Keep the change and which wish it is of, and leave its codes to be sent, together."""
    ports, now = ctx.account_ports, change.begun_at
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
        # Whoever came first with this key has let go of the account by now.
        if (before := await granted(work, meant)) is not None:
            return await _again(work, account, before, now)
        if not _is_still(account, shown):
            return Begun(problems=(WrongSignIn(PASSWORD),))
        await void_underway(work, account.id)
        await work.wishes.claim(meant, change.id, now)
        await work.contact_changes.begin(change)
        # Two codes of one kind may be on their way: the one is the change's, the other the account's.
        for subject, end in zip((change.id, account.id), _ends(change, account), strict=True):
            await codes.send(ports, work, PURPOSE, subject, end, ctx.locale, now)
    return Begun(change, _sent_to(change, account))


async def own(ctx: Context) -> list[ContactChange]:
    """Return the viewer's changes that were accepted, the latest first."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.contact_changes.of_account(owner))


def _wish(ctx: Context, key: str, kind: models.ContactKind, contact: str, *, is_lost: bool) -> Wish | None:
    """Return the wish to change a contact.

    What is kept of it is a plain hash, from which a contact could be found by trying: it is keyed before. The password
    shows who asks, and is no part of what is asked.
    """
    owner = str(account_of(ctx))
    keyed = ctx.account_ports.issuer.lot(CHANGE, owner, contact).hex()
    return wish(owner, CHANGE, key, {"kind": kind.value, "contact": keyed, "lost": is_lost})


async def _again(work: UnitOfWork, account: Account, before: UUID | KeyReused, now: datetime) -> Begun:
    """Show what became of the change that a wish was granted with; one that was voided or has expired is over."""
    if isinstance(before, KeyReused):
        return Begun(problems=(before,))
    found = await owned(work, account, before)
    if found is None or found.is_over(now):
        return Begun(problems=(StepOver(),))
    return Begun(found, _sent_to(found, account))


async def owned(work: UnitOfWork, account: Account, id_: UUID | None) -> ContactChange | None:
    """Return a change of an account; None for somebody else's, as for none."""
    found = None if id_ is None else await work.contact_changes.by_id(ContactChangeId(id_))
    return None if found is None or found.account != account.id else found


def _is_still(current: Account, account: Account) -> bool:
    """Return whether an account still has the password that was shown, and the contacts that codes go to."""
    return (current.password_hash, current.phone, current.email) == (
        account.password_hash, account.phone, account.email
    )  # fmt: skip


def _ends(change: ContactChange, account: Account) -> Ends:
    """Return where the codes of a change go: the new contact first."""
    assert change.address is not None
    return (change.kind, change.address), (change.proved_by, address_of(account, change.proved_by))


def _sent_to(change: ContactChange, account: Account) -> tuple[str, ...] | None:
    """Return the same, masked; None once the change is accepted."""
    if change.state is not ContactChangeState.BEGUN:
        return None
    return tuple(_masked(*end) for end in _ends(change, account))


async def _codes_taken(ctx: Context, ends: Ends) -> TryLater | None:
    throttle = ctx.account_ports.throttle
    waits = [await taken(throttle, {"code_contact": address}) for _, address in ends]
    return max((wait for wait in waits if wait is not None), key=lambda wait: wait.after, default=None)


def _masked(kind: models.ContactKind, address: str) -> str:
    return masking.phone(address) if kind is models.ContactKind.PHONE else masking.email(address)
