"""Accounts that somebody else than the client begins: made here, and sent to the client as an activation link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import masking, models, numbers
from domain.accounts.models import AccountOrigin, CodePurpose
from domain.accounts.ports import Message, Template, Topic
from domain.accounts.problems import AccountExists, InvalidField, Problem, Reason
from domain.accounts.registration import Factor, Registration, of_link
from domain.audit import AccountAction, AccountActionKind
from domain.errors import InvalidInput, NotFound, NotOffered
from domain.money import Locale
from resolvers import staff
from resolvers.outcomes import there
from resolvers.use_cases.limits import taken

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.ports import Activation, LinkIssuer, UnitOfWork
    from resolvers.context import Context

__all__ = ["Draft", "Prepared", "leave", "prepare", "void"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of an account that is prepared; the link goes to the e-mail if there is one."""

    origin: AccountOrigin
    client: models.Isn
    policy: models.Isn | None
    phone: Factor | None
    email: Factor | None

    @property
    def link(self) -> tuple[models.ContactKind, str]:
        """Where the link goes."""
        if self.email is not None:
            return models.ContactKind.EMAIL, self.email.address
        assert self.phone is not None
        return models.ContactKind.PHONE, self.phone.address


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of preparing an account. ``sent_to`` is masked; the token is nobody's but the client's."""

    sent_to: str | None = None
    expires_at: datetime | None = None
    problems: tuple[Problem, ...] = ()


async def prepare(ctx: Context, client: models.Isn, phone: str | None, email: str | None) -> Prepared:
    """Begin an account for a client, who gets a link to finish it; one that was sent before leads nowhere then.

    Raises: ``SignInRequired``; ``NotFound`` for whoever may not do this, as for a client that is not there.
    """
    viewer = ctx.signed_in()
    if not staff.may_prepare_accounts(viewer):
        raise NotFound
    ports, now = ctx.account_ports, ctx.clock.now()
    if ports.activation is None:
        raise NotOffered
    given, problem = _read(phone, email)
    if problem is not None:
        return Prepared(problems=(problem,))
    person = there(await ctx.one(ctx.reads.clients, client))
    if person is None:
        raise NotFound
    known = {each.kind: each.value for each in (person.phone, person.email) if each is not None}
    factors = {kind: Factor(address, matches=known.get(kind) == address) for kind, address in given.items()}
    draft = Draft(
        AccountOrigin.PREPARED,
        client,
        None,
        factors.get(models.ContactKind.PHONE),
        factors.get(models.ContactKind.EMAIL),
    )
    kind, address = draft.link
    if (wait := await taken(ports.throttle, {"code_contact": address})) is not None:
        return Prepared(problems=(wait,))
    async with ports.store.work() as work:
        before = await work.registrations.prepared(client)
        if await work.accounts.of_client(client) is not None:
            return Prepared(problems=(AccountExists(),))
        if before is not None:
            await void(work, before)
        made = await leave(work, ports.issuer, ports.activation, draft, now)
        await work.account_actions.add(AccountAction(now, viewer.subject, client, AccountActionKind.PREPARE))
    return Prepared(masking.email(address) if kind is models.ContactKind.EMAIL else masking.phone(address), made)


async def leave(work: UnitOfWork, issuer: LinkIssuer, activation: Activation, draft: Draft, now: datetime) -> datetime:
    """Keep the registration and leave its link to be sent; return until when it is good.

    The client's language is known to nobody before there is an account, so the message is in that of the insurer.
    """
    token, hash_ = issuer.secret()
    kind, address = draft.link
    registration = Registration(
        of_link(hash_),
        draft.origin,
        draft.client,
        draft.policy,
        hash_,
        now + activation.life,
        phone=draft.phone,
        email=draft.email,
        link=kind,
    )
    await work.registrations.add(registration)
    values, topic = {"link": activation.link(token)}, Topic(CodePurpose.REGISTRATION, registration.id)
    await work.outbox.add(
        Message(kind, address, Template.ACTIVATION, Locale.RU, values, registration.expires_at, topic)
    )
    return registration.expires_at


async def void(work: UnitOfWork, registration: Registration) -> None:
    """Remove what was prepared before: its link leads nowhere, and is not sent if it was not yet."""
    await work.registrations.void(registration.client_isn)
    await work.outbox.void([registration.id])


def _read(phone: str | None, email: str | None) -> tuple[dict[models.ContactKind, str], InvalidField | None]:
    """Read the contacts that were given; one is needed."""
    given = {}
    if phone:
        try:
            given[models.ContactKind.PHONE] = numbers.phone(phone)
        except InvalidInput:
            return {}, InvalidField("phone", Reason.NOT_A_PHONE)
    if email or not given:
        try:
            given[models.ContactKind.EMAIL] = numbers.email(email or "")
        except InvalidInput:
            return {}, InvalidField("email", Reason.NOT_AN_EMAIL)
    return given, None
