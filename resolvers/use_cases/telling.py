"""What the owner of an account is told of what others did with it. By mail: a phone may be in a stranger's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import models
from domain.accounts.messages import NOBODY
from domain.accounts.ports import Message, Template
from domain.money import Locale
from resolvers.use_cases.limits import taken

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from resolvers.context import Context

__all__ = ["attempts_used_up", "tell", "tell_client", "tell_phone"]


async def tell(work: UnitOfWork, account: Account, template: Template) -> None:
    """Leave a message for the owner, in the owner's language: that of the request may be somebody else's."""
    await work.outbox.add(Message(models.ContactKind.EMAIL, account.email, template, account.locale))


async def tell_client(work: UnitOfWork, client: models.Isn, template: Template, number: int) -> None:
    """Leave a message for the owner of a client's account about what people call by a number; nothing is locked."""
    if (account := await work.accounts.of_client(client)) is not None:
        values = {"number": str(number)}
        await work.outbox.add(Message(models.ContactKind.EMAIL, account.email, template, account.locale, values))


async def tell_phone(work: UnitOfWork, account: Account, template: Template) -> None:
    """Leave a message on the phone besides: what was done by mail alone may be what a stranger did who reads it."""
    await work.outbox.add(Message(models.ContactKind.PHONE, account.phone, template, account.locale))


async def attempts_used_up(ctx: Context, account: Account | None, login: str) -> None:
    """Tell the owner, once in a window, that the attempts to sign in with a login are used up.

    The account itself stays open, and after the window all is as before. A lock would need nothing but an address to
    keep its owner out, and somebody at the telephone to undo it; it would guard against no guess that the limit has not
    stopped already. Whoever is told can act: choose another password, ask for a second step or for a lock.

    Without an account, and with one that is locked, the same is counted, and as much is written: a message that nobody
    gets. It is counted by the login: by the account, it would tell that two logins are of one.
    """
    ports = ctx.account_ports
    if await taken(ports.throttle, {"sign_in_notice": login}) is not None:
        return
    async with ports.store.work() as work:
        if account is not None and account.locked_at is None:
            await tell(work, account, Template.ATTEMPTS_USED_UP)
        else:
            nobodys = Message(models.ContactKind.EMAIL, NOBODY, Template.ATTEMPTS_USED_UP, Locale.RU)
            await work.outbox.add(nobodys)
