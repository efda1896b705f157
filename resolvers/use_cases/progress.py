"""How each step of a registration is framed: found by its token, taken within one transaction, told as progress."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import masking
from domain.accounts.problems import Problem, StepOver
from domain.accounts.registration import Registration, Step, StepOutOfTurn

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.models import TokenHash
    from domain.accounts.ports import AccountPorts, Issued, UnitOfWork
    from domain.accounts.registration import Asked
    from resolvers.context import Context

__all__ = ["Advance", "Progress", "Taken", "begun", "known", "step"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a registration stands. ``token`` is for the next step; ``sent_to`` is masked."""

    token: str
    step: Step
    expires_at: datetime
    sent_to: str | None = None
    question: Asked | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step came to: progress, what stands in its way, or both; tokens once the client is signed in."""

    progress: Progress | None = None
    problems: tuple[Problem, ...] = ()
    issued: Issued | None = None


Advance = Callable[
    ["UnitOfWork", Registration, bool], Awaitable["tuple[Registration, tuple[Problem, ...], Issued | None]"]
]
"""Takes the step: the registration, and whether it is repeated with the token before; returns what came of it."""


async def begun(ctx: Context, work: UnitOfWork, make: Callable[[TokenHash], Registration]) -> Progress:
    """Keep a new registration."""
    token, hash_ = ctx.account_ports.issuer.secret()
    registration = make(hash_)
    await work.registrations.add(registration)
    return _progress(token, registration)


async def known(ctx: Context, token: str) -> Registration | None:
    """Return the registration that a token is of, unless it took too long."""
    async with ctx.account_ports.store.work() as work:
        found = await work.registrations.by_token(ctx.account_ports.issuer.hash(token))
    return None if found is None or ctx.clock.now() >= found.expires_at else found


async def step(ctx: Context, token: str, advance: Advance, *, stays: bool = False) -> Taken:
    """Take one step within one transaction. A problem leaves the registration at its step.

    The next token follows from the one that was shown, so whoever repeats a step, or takes it twice at once, gets the
    same. With ``stays`` the token stays: what we do by ourselves must not take away the one that the client has.
    """
    ports: AccountPorts = ctx.account_ports
    shown = ports.issuer.hash(token)
    async with ports.store.work() as work:
        registration = await work.registrations.by_token(shown)
        if registration is None or ctx.clock.now() >= registration.expires_at:
            return Taken(problems=(StepOver(),))
        try:
            after, problems, issued = await advance(work, registration, registration.token != shown)
        except StepOutOfTurn:
            return Taken(problems=(StepOver(),))
        next_token = token
        if not stays:
            next_token, hash_ = ports.issuer.successor(token)
            after = after.moved(hash_, shown)
        await work.registrations.change(after)
    return Taken(_progress(next_token, after), problems, issued)


def _progress(token: str, registration: Registration) -> Progress:
    at = registration.step
    return Progress(token, at, registration.expires_at, _sent_to(registration, at), registration.question)


def _sent_to(registration: Registration, at: Step) -> str | None:
    if at is Step.PHONE_CODE and registration.phone is not None:
        return masking.phone(registration.phone.address)
    if at is Step.EMAIL_CODE and registration.email is not None:
        return masking.email(registration.email.address)
    return None
