"""The way back of who forgot a password, or lost a phone.

Whether there is an account is told to nobody: what begins without one counts, keeps, sends and answers as much, and its
code is never right. Only who has read the code of one of an account's contacts hears more. Each step may be repeated,
with the token it was given or with the one before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from domain import models, numbers
from domain.accounts.contacts import address_of
from domain.accounts.models import AccountId, CodePurpose, RecoveryId
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, PictureWrong, Reason, StepOver, TryLater
from domain.accounts.questioning import StepOutOfTurn
from domain.accounts.recovery import Recovery
from domain.errors import InvalidInput
from resolvers.use_cases import asking, codes
from resolvers.use_cases.limits import are_used_up, taken
from resolvers.use_cases.progress import RECOVERIES, Taken

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from domain.money import Locale
    from resolvers.context import Context
    from resolvers.use_cases.progress import Result

__all__ = ["answer_question", "confirm_code", "send_code", "start", "without_phone"]

NOBODYS: Final = AccountId(UUID(int=0))
"""Held in the place of an account that is not there, so that both cost the same."""


async def start(ctx: Context, picture: tuple[str, str], login: str) -> Taken:
    """Begin with a picture code and the phone or e-mail of the account; a code is sent to it.

    Where there is no account, the address is told so instead: its owner may have mistaken it for another of theirs, or
    should know that somebody tries. An account whose recoveries are used up gets one that leads nowhere, too.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    typed = _contact(login)
    limits = {"recovery_address": ctx.visitor.address, "code_address": ctx.visitor.address}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Taken(problems=(wait,))
    if typed is None:
        reason = Reason.NOT_AN_EMAIL if "@" in login else Reason.NOT_A_PHONE
        return Taken(problems=(InvalidField("login", reason),))
    if not await ports.pictures.solve(*picture):
        return Taken(problems=(PictureWrong(),))
    async with ports.store.work() as work:
        account = await work.accounts.by_login(*typed)
    # Only now: what is another person's must not be used up by who solves no picture.
    if (wait := await taken(ports.throttle, {"recovery_account": typed[1], "code_contact": typed[1]})) is not None:
        return Taken(problems=(wait,))
    found = account
    if await are_used_up(ports.throttle, "recovery_account", account, typed[1]):
        account = None
    async with ports.store.work() as work:
        # Held, so that it has this contact as long as a code is on the way: a change of it voids what was begun before.
        account = await work.accounts.by_id(NOBODYS if account is None else account.id)
        if account is not None and address_of(account, typed[0]) != typed[1]:
            found = account = None
        id_, expires_at = RecoveryId(uuid4()), now + ports.lifetimes.registration
        progress = await RECOVERIES.begun(
            ctx,
            work,
            lambda token: Recovery(
                id_,
                *typed,
                token,
                expires_at,
                account=None if account is None else account.id,
                client_isn=None if account is None else account.client_isn,
            ),
        )
        instead = _instead_of_code(found) if account is None else None
        locale = _language(ctx, found)
        await codes.send(ports, work, CodePurpose.RECOVERY, id_, typed, locale, now, instead=instead)
    return Taken(progress)


async def confirm_code(ctx: Context, token: str, code: str) -> Taken:
    """Enter the code that was sent to the contact at hand; after the first one another goes to the other contact."""
    ports, now = ctx.account_ports, ctx.clock.now()
    if (wait := await _counted(ctx, token, code)) is not None:
        return Taken(problems=(wait,))

    async def advance(work: UnitOfWork, recovery: Recovery, repeated: bool) -> Result[Recovery]:
        last = recovery.confirmed_last
        purpose = CodePurpose.RECOVERY
        if repeated and last is not None:
            # Which code is meant is not known: the right one before, whose answer was lost, or another try at this one.
            wrong = await codes.check(ports, work, purpose, recovery.id, last, code, now, again=True)
            if wrong is None or recovery.contact is None:
                return recovery, () if wrong is None else (wrong,), None
        if recovery.contact is None:
            raise StepOutOfTurn
        kind, _ = recovery.contact
        is_void = recovery.account is None
        wrong = await codes.check(ports, work, purpose, recovery.id, kind, code, now, is_void=is_void)
        if wrong is not None:
            return recovery, (wrong,), None
        if last is not None:
            return recovery.with_other_code(), (), None
        return await _with_first_code(ctx, work, recovery), (), None

    return await asking.with_question(ctx, RECOVERIES, await RECOVERIES.step(ctx, token, advance))


async def send_code(ctx: Context, token: str) -> Taken:
    """Send a code to the contact at hand again; where there is no account, that is what is said again."""
    ports, now = ctx.account_ports, ctx.clock.now()
    recovery = await RECOVERIES.known(ctx, token)
    if recovery is None or recovery.contact is None:
        return Taken(problems=(StepOver(),))
    contact = recovery.contact
    limits = {"code_address": ctx.visitor.address, "code_contact": contact[1]}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Taken(problems=(wait,))

    async def advance(work: UnitOfWork, current: Recovery, _repeated: bool) -> Result[Recovery]:
        if current.contact != contact:
            raise StepOutOfTurn  # Another request was quicker.
        account = await work.accounts.by_id(current.account or NOBODYS)
        found = await work.accounts.by_login(*contact)  # Looked for in any case: both cost the same.
        instead = _instead_of_code(found) if current.account is None else None
        locale = _language(ctx, account or found)
        await codes.send(ports, work, CodePurpose.RECOVERY, current.id, contact, locale, now, instead=instead)
        return current, (), None

    return await RECOVERIES.step(ctx, token, advance)


async def without_phone(ctx: Context, token: str) -> Taken:
    """Go on without the phone, for one control question more."""

    async def advance(_work: UnitOfWork, recovery: Recovery, _repeated: bool) -> Result[Recovery]:
        return recovery.without_phone(), (), None

    return await asking.with_question(ctx, RECOVERIES, await RECOVERIES.step(ctx, token, advance))


async def answer_question(ctx: Context, token: str, answer: str) -> Taken:
    """Answer the control question at hand."""
    return await asking.answer(ctx, RECOVERIES, token, answer)


async def _counted(ctx: Context, token: str, code: str) -> TryLater | None:
    """Count the code that goes to the account's other contact if this one, its first, is right.

    Only then: else whoever has neither could use up one contact's codes from the other, and see that both are of one
    account.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    recovery = await RECOVERIES.known(ctx, token)
    if recovery is None or recovery.other is not None:
        return None
    async with ports.store.work() as work:
        is_right = await codes.is_right(ports, work, CodePurpose.RECOVERY, recovery.id, recovery.kind, code, now)
    if not is_right or recovery.account is None:
        return None
    async with ports.store.work() as work:
        account = await work.accounts.by_id(recovery.account)
    return None if account is None else await taken(ports.throttle, {"code_contact": _other(account, recovery)[1]})


async def _with_first_code(ctx: Context, work: UnitOfWork, recovery: Recovery) -> Recovery:
    """Send a code to the account's other contact."""
    account = None if recovery.account is None else await work.accounts.by_id(recovery.account)
    if account is None:
        raise StepOutOfTurn
    other = _other(account, recovery)
    after = recovery.with_first_code(other[1])
    ports, now = ctx.account_ports, ctx.clock.now()
    await codes.send(ports, work, CodePurpose.RECOVERY, recovery.id, other, account.locale, now)
    return after


def _language(ctx: Context, account: Account | None) -> Locale:
    """Return the language of an account's owner, who need not be who asks; without an account that of the request."""
    return ctx.locale if account is None else account.locale


def _other(account: Account, recovery: Recovery) -> tuple[models.ContactKind, str]:
    """Return the contact of an account that was not typed."""
    if recovery.kind is models.ContactKind.PHONE:
        return models.ContactKind.EMAIL, account.email
    return models.ContactKind.PHONE, account.phone


def _instead_of_code(account: Account | None) -> Template:
    """Return what is sent where a code would lead nowhere. Whoever reads it has the contact in hand."""
    return Template.NO_ACCOUNT if account is None else Template.ATTEMPTS_USED_UP


def _contact(login: str) -> tuple[models.ContactKind, str] | None:
    """Return what was typed, folded, or None for what is neither a phone nor an e-mail."""
    try:
        if "@" in login:
            return models.ContactKind.EMAIL, numbers.email(login)
        return models.ContactKind.PHONE, numbers.phone(login)
    except InvalidInput:
        return None
