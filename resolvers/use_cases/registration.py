"""Self registration: a client proves with a policy, a name, a phone and an e-mail who they are, and gets an account.

Each step may be repeated: with the token it was given, or with the one before when the answer was lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import uuid4

from domain import models, numbers
from domain.accounts import names
from domain.accounts.models import AccountOrigin, CodePurpose, RegistrationId
from domain.accounts.ports import Issued, UnitOfWork
from domain.accounts.problems import (
    InvalidField,
    NotConfirmed,
    PictureWrong,
    Problem,
    Reason,
    StepOver,
)
from domain.accounts.registration import Registration, Step, StepOutOfTurn
from domain.errors import InvalidInput
from resolvers.outcomes import there
from resolvers.use_cases import asking, codes
from resolvers.use_cases.limits import taken
from resolvers.use_cases.progress import REGISTRATIONS, Taken

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["answer_question", "confirm_code", "give_email", "give_phone", "start"]

NOBODY: Final = models.Isn(1)
"""Asked for in the place of a person who is not there, so that both cost the policy core the same."""

CONTACT_OF: Final = {Step.PHONE_CODE: models.ContactKind.PHONE, Step.EMAIL_CODE: models.ContactKind.EMAIL}

Result: TypeAlias = tuple[Registration, tuple[Problem, ...], Issued | None]


async def start(ctx: Context, picture: tuple[str, str], policy: str, full_name: str) -> Taken:
    """Begin with a picture code, any policy's number and a full name.

    An unknown policy and a wrong name are one answer and the same work.
    """
    ports = ctx.account_ports
    number = numbers.policy_number(policy)
    if (wait := await taken(ports.throttle, {"registration_address": ctx.visitor.address})) is not None:
        return Taken(problems=(wait,))
    if len(full_name) > names.MOST_CHARACTERS:
        return Taken(problems=(InvalidField("fullName", Reason.TOO_LONG),))
    if not await ports.pictures.solve(*picture):
        return Taken(problems=(PictureWrong(),))
    # Only now: what is another person's must not be used up by who solves no picture.
    if (wait := await taken(ports.throttle, {"registration_policy": number})) is not None:
        return Taken(problems=(wait,))
    found = there(await ctx.one(ctx.reads.policies_by_number, number))
    holder = NOBODY if found is None else found.holder_isn
    person = there(await ctx.one(ctx.reads.clients, holder))
    matches = names.same_person(full_name, None if person is None else person.name)
    if found is None or person is None or not matches:
        return Taken(problems=(NotConfirmed(),))
    expires_at = ctx.clock.now() + ports.lifetimes.registration
    async with ports.store.work() as work:
        id_ = RegistrationId(uuid4())
        progress = await REGISTRATIONS.begun(
            ctx, work, lambda token: Registration(id_, AccountOrigin.SELF, holder, found.isn, token, expires_at)
        )
    return Taken(progress)


async def give_phone(ctx: Context, token: str, text: str) -> Taken:
    """Give a phone; a code is sent to it."""
    try:
        phone = numbers.phone(text)
    except InvalidInput:
        return Taken(problems=(InvalidField("phone", Reason.NOT_A_PHONE),))
    return await _give(ctx, token, models.ContactKind.PHONE, phone)


async def give_email(ctx: Context, token: str, text: str) -> Taken:
    """Give an e-mail address; a code is sent to it."""
    try:
        email = numbers.email(text)
    except InvalidInput:
        return Taken(problems=(InvalidField("email", Reason.NOT_AN_EMAIL),))
    return await _give(ctx, token, models.ContactKind.EMAIL, email)


async def confirm_code(ctx: Context, token: str, code: str) -> Taken:
    """Enter the code that was sent to the contact at hand."""
    ports, now = ctx.account_ports, ctx.clock.now()

    async def advance(work: UnitOfWork, registration: Registration, repeated: bool) -> Result:
        again = repeated and registration.step not in CONTACT_OF
        kind = _confirmed_last(registration) if again else CONTACT_OF.get(registration.step)
        if kind is None:
            raise StepOutOfTurn
        purpose = CodePurpose.REGISTRATION
        wrong = await codes.check(ports, work, purpose, registration.id, kind, code, now, again=again)
        if wrong is not None:
            return registration, (wrong,), None
        return registration if again else registration.confirmed(kind), (), None

    return await asking.with_question(ctx, REGISTRATIONS, await REGISTRATIONS.step(ctx, token, advance))


async def answer_question(ctx: Context, token: str, answer: str) -> Taken:
    """Answer the control question at hand."""
    return await asking.answer(ctx, REGISTRATIONS, token, answer)


async def _give(ctx: Context, token: str, kind: models.ContactKind, address: str) -> Taken:
    ports, now = ctx.account_ports, ctx.clock.now()
    if (wait := await taken(ports.throttle, {"code_address": ctx.visitor.address})) is not None:
        return Taken(problems=(wait,))
    registration = await REGISTRATIONS.known(ctx, token)
    if registration is None:
        return Taken(problems=(StepOver(),))
    limits = {"code_registration": str(registration.id), "code_contact": address}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Taken(problems=(wait,))
    person = there(await ctx.one(ctx.reads.clients, registration.client_isn))
    contact = None if person is None else (person.phone if kind is models.ContactKind.PHONE else person.email)
    matches = contact is not None and contact.value == address

    async def advance(work: UnitOfWork, current: Registration, _repeated: bool) -> Result:
        given = current.with_phone if kind is models.ContactKind.PHONE else current.with_email
        after = given(address, matches=matches)
        await codes.send(ports, work, CodePurpose.REGISTRATION, current.id, (kind, address), ctx.locale, now)
        return after, (), None

    return await REGISTRATIONS.step(ctx, token, advance)


def _confirmed_last(registration: Registration) -> models.ContactKind | None:
    """Return the contact whose code was entered last; one that a link went to was confirmed without."""
    by_kind = {models.ContactKind.EMAIL: registration.email, models.ContactKind.PHONE: registration.phone}
    confirmed = [kind for kind, factor in by_kind.items() if factor is not None and factor.confirmed]
    return next((kind for kind in confirmed if kind is not registration.link), None)
