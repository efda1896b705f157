"""Sign-in by password, with a code besides where the owner wants that, and the way back for who forgot.

An account that is there and one that is not cost the same: the same counts, one hash, one transaction, one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain import models, numbers
from domain.accounts import passwords
from domain.accounts.ports import Issued
from domain.accounts.problems import Problem, WrongSignIn
from domain.errors import InvalidInput
from resolvers.use_cases import sessions
from resolvers.use_cases.limits import taken

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["SignedIn", "sign_in"]

NOBODYS = "nobody@invalid"
"""Looked for in the place of what cannot be a login (RFC 2606: no such domain)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in came to: tokens, or what stands in its way."""

    issued: Issued | None = None
    problems: tuple[Problem, ...] = ()


async def sign_in(ctx: Context, login: str, password: str) -> SignedIn:
    """Sign in with a phone or an e-mail, and the password."""
    ports, now = ctx.account_ports, ctx.clock.now()
    kind, address = login_of(login)
    if (wait := await taken(ports.throttle, {"sign_in_address": ctx.visitor.address})) is not None:
        return SignedIn(problems=(wait,))
    async with ports.store.work() as work:
        account = await work.accounts.by_login(kind, address)
    # By the account, whichever of its logins is typed; one that is not there is counted by what was typed.
    whose = address if account is None else str(account.id)
    if (wait := await taken(ports.throttle, {"sign_in_account": whose})) is not None:
        return SignedIn(problems=(wait,))
    given = passwords.normalised(password)
    matches = await ports.passwords.matches(given, None if account is None else account.password_hash)
    if account is None or not matches or account.locked_at is not None:
        return SignedIn(problems=(WrongSignIn(),))
    hash_ = account.password_hash
    if ports.passwords.is_outdated(hash_):
        hash_ = await ports.passwords.hashed(given)
    async with ports.store.work() as work:
        current = await work.accounts.by_id(account.id)
        if current is None or current.locked_at is not None or current.password_hash != account.password_hash:
            return SignedIn(problems=(WrongSignIn(),))
        if hash_ != current.password_hash:
            await work.accounts.change(replace(current, password_hash=hash_))
        return SignedIn(await sessions.begin(ports, work, current, ctx.visitor.device, now))


def login_of(text: str) -> tuple[models.ContactKind, str]:
    """Return what was typed as a login, folded; what is neither a phone nor an e-mail belongs to nobody."""
    try:
        if "@" in text:
            return models.ContactKind.EMAIL, numbers.email(text)
        return models.ContactKind.PHONE, numbers.phone(text)
    except InvalidInput:
        return models.ContactKind.EMAIL, NOBODYS
