"""A change of the viewer's phone or e-mail is confirmed by the codes of both ends.

From the second code on it is done: the account has the new contact, the old one is told, and the policy core will be,
however long it is away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from domain import models
from domain.accounts.contacts import ContactChange, ContactChangeState, address_of, with_contact
from domain.accounts.ports import AccountTaken, Message, Template
from domain.accounts.problems import InvalidField, OwnerProblem, Reason, StepOver
from domain.outbox.models import CommandKind
from domain.outbox.problems import KeyReused, KeyUnfit
from resolvers import ids
from resolvers.use_cases import codes
from resolvers.use_cases.contact_changes import KIND, PURPOSE, owned
from resolvers.use_cases.once import granted, wish
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from resolvers.context import Context

__all__ = ["Confirmed", "confirm"]

MUTATION: Final = "confirmContactChange"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the codes of a change came to."""

    change: ContactChange | None = None
    problems: tuple[OwnerProblem, ...] = ()


async def confirm(ctx: Context, key: str, change_id: str, new_code: str, old_code: str) -> Confirmed:
    """Take the codes of both ends of a change, which is a global id; one that was accepted is shown as it is by now.

    A key with which a code was wrong is as good as new.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    # Codes are few, and what is kept of a wish is a plain hash: they are no part of it.
    meant = wish(str(account_of(ctx)), MUTATION, key, {"change": change_id})
    if meant is None:
        return Confirmed(problems=(KeyUnfit(),))
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
        if isinstance(before := await granted(work, meant), KeyReused):
            return Confirmed(problems=(before,))
        found = await owned(work, account, before or ids.uuid(change_id, KIND))
        if found is None or found.is_over(now):
            return Confirmed(problems=(StepOver(),))
        if found.state is not ContactChangeState.BEGUN:
            if before is None:
                await work.wishes.claim(meant, found.id, now)
            return Confirmed(found)
        checked, problems = await _checked(ctx, work, found, new_code, old_code)
        if problems:
            await work.contact_changes.change(checked)
            return Confirmed(problems=problems)
        if checked.address is None:
            return Confirmed(problems=(StepOver(),))
        if not await _has_taken(work, with_contact(account, checked.kind, checked.address), checked.kind):
            # Told only to who has shown to receive what is sent there.
            await work.contact_changes.change(checked)
            return Confirmed(problems=(InvalidField("email", Reason.TAKEN),))
        accepted = checked.accepted(now)
        await work.wishes.claim(meant, accepted.id, now)
        await work.contact_changes.change(accepted)
        await work.commands.accept(CommandKind.UPDATE_CONTACTS, accepted.subject, accepted.id, now)
        await void_underway(work, account.id)
        # The old contact is told, a lost one too, in the owner's language: who says that it is lost need not be that.
        old = address_of(account, accepted.kind)
        await work.outbox.add(Message(accepted.kind, old, Template.CONTACT_CHANGED, account.locale))
    return Confirmed(accepted)


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


async def _checked(
    ctx: Context, work: UnitOfWork, change: ContactChange, new_code: str, old_code: str
) -> tuple[ContactChange, tuple[OwnerProblem, ...]]:
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
