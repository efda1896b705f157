"""The client's end of an activation link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.accounts.models import CodePurpose, TokenHash
from domain.accounts.ports import Issued, Registrations, UnitOfWork
from domain.accounts.problems import AccountExists, Problem, StepOver
from domain.accounts.registration import Registration, Step, StepOutOfTurn
from resolvers.use_cases import asking, codes
from resolvers.use_cases.limits import taken
from resolvers.use_cases.progress import REGISTRATIONS, Steps, Taken

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["open_link"]


async def open_link(ctx: Context, token: str) -> Taken:
    """Open an activation link: its contact is confirmed, and a code goes to the other one if that needs it.

    A link may be opened again until the registration is over or its time is up: a code may have been mistyped, and the
    page closed. Steps that were taken with it before are taken anew.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    link = ports.issuer.hash(token)
    registration = await LINKS.known(ctx, token)
    if registration is None:
        return Taken(problems=(StepOver(),))
    try:
        contact = registration.opened(link).contact
    except StepOutOfTurn:
        return Taken(problems=(StepOver(),))
    limits = {"code_address": ctx.visitor.address, **({} if contact is None else {"code_contact": contact[1]})}
    if (wait := await taken(ports.throttle, limits)) is not None:
        return Taken(problems=(wait,))

    async def advance(
        work: UnitOfWork, current: Registration, _repeated: bool
    ) -> tuple[Registration, tuple[Problem, ...], Issued | None]:
        after = current.opened(link)
        if after.contact != contact:
            raise StepOutOfTurn  # Another request was quicker.
        if after.step is Step.PASSWORD and await work.accounts.of_client(after.client_isn) is not None:
            return after, (AccountExists(),), None
        if contact is not None:
            await codes.send(ports, work, CodePurpose.REGISTRATION, after.id, contact, ctx.locale, now)
        return after, (), None

    return await asking.with_question(ctx, REGISTRATIONS, await LINKS.step(ctx, token, advance))


@dataclass(frozen=True, slots=True)
class ByLink:
    """Registrations, found by their links."""

    registrations: Registrations

    async def add(self, registration: Registration) -> None:
        """Keep a new one."""
        await self.registrations.add(registration)

    async def by_token(self, token: TokenHash) -> Registration | None:
        """Return the one that a link leads to."""
        return await self.registrations.by_link(token)

    async def change(self, registration: Registration) -> None:
        """Write one anew."""
        await self.registrations.change(registration)


LINKS: Final[Steps[Registration]] = Steps(lambda work: ByLink(work.registrations))
