"""The client's end of an activation link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import models
from domain.accounts.models import CodePurpose
from domain.accounts.ports import Issued, UnitOfWork
from domain.accounts.problems import AccountExists, Problem, StepOver
from domain.accounts.registration import Registration, Step, StepOutOfTurn
from resolvers.use_cases import asking, codes
from resolvers.use_cases.limits import taken
from resolvers.use_cases.progress import REGISTRATIONS, Taken

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["open_link"]


async def open_link(ctx: Context, token: str) -> Taken:
    """Open an activation link: its contact is confirmed, and a code goes to the other one if that needs it.

    A link may be opened again until the step after it was taken.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    registration = await REGISTRATIONS.known(ctx, token)
    if registration is None:
        return Taken(problems=(StepOver(),))
    try:
        phone = _to_confirm(registration.opened())
    except StepOutOfTurn:
        return Taken(problems=(StepOver(),))
    limits = {"code_address": ctx.visitor.address, **({} if phone is None else {"code_contact": phone})}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Taken(problems=(wait,))

    async def advance(
        work: UnitOfWork, current: Registration, _repeated: bool
    ) -> tuple[Registration, tuple[Problem, ...], Issued | None]:
        after = current.opened()
        address = _to_confirm(after)
        if after.step is Step.PASSWORD and await work.accounts.of_client(after.client_isn) is not None:
            return after, (AccountExists(),), None
        if address is not None:
            contact = (models.ContactKind.PHONE, address)
            await codes.send(ports, work, CodePurpose.REGISTRATION, after.id, contact, ctx.locale, now)
        return after, (), None

    return await asking.with_question(ctx, REGISTRATIONS, await REGISTRATIONS.step(ctx, token, advance))


def _to_confirm(registration: Registration) -> str | None:
    """Return the phone that waits for its code: the e-mail never does, a link goes there first."""
    at_phone = registration.step is Step.PHONE_CODE
    return registration.phone.address if at_phone and registration.phone is not None else None
