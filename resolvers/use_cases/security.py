"""What the owner of an account does for its safety: another password, a second step. Both ask for the password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.accounts import passwords
from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import InvalidField, Problem, Reason, TryLater
from resolvers.outcomes import there
from resolvers.use_cases.limits import taken
from resolvers.use_cases.owner import account_of, session_of, signed_in
from resolvers.use_cases.telling import tell
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from resolvers.context import Context

__all__ = ["Changed", "change_password", "set_two_step", "weakness_of"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to: done, also where it was so before, or what stands in its way."""

    problems: tuple[Problem, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether all is now as it was wanted."""
        return not self.problems


async def set_two_step(ctx: Context, password: str, *, is_on: bool) -> Changed:
    """Switch the second step of the viewer's sign-ins on or off."""
    account = await _confirmed(ctx, password)
    if not account:
        return Changed((InvalidField("password", Reason.NOT_THE_PASSWORD),))
    if isinstance(account, TryLater):
        return Changed((account,))
    async with ctx.account_ports.store.work() as work:
        current = await signed_in(work, ctx)
        if current.password_hash != account.password_hash:
            return Changed((InvalidField("password", Reason.NOT_THE_PASSWORD),))
        await work.accounts.change(replace(current, two_step=is_on))
    return Changed()


async def change_password(ctx: Context, old: str, new: str) -> Changed:
    """Choose another password; other devices are signed out, and the owner is told.

    The old one is asked for first: what is wrong with the new one tells something of the person.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    account = await _confirmed(ctx, old)
    if not account:
        return Changed((InvalidField("oldPassword", Reason.NOT_THE_PASSWORD),))
    if isinstance(account, TryLater):
        return Changed((account,))
    chosen = passwords.normalised(new)
    weakness = await weakness_of(ctx, account, chosen)
    if weakness is not None:
        return Changed((InvalidField("newPassword", weakness),))
    hash_ = await ports.passwords.hashed(chosen)
    async with ports.store.work() as work:
        current = await signed_in(work, ctx)
        if current.password_hash != account.password_hash:
            return Changed((InvalidField("oldPassword", Reason.NOT_THE_PASSWORD),))
        await work.accounts.change(replace(current, password_hash=hash_))
        await void_underway(work, current.id)
        await work.sessions.end_all(current.id, EndReason.PASSWORD_CHANGED, now, but=session_of(ctx.signed_in()))
        await tell(work, current, Template.PASSWORD_CHANGED)
    return Changed()


async def weakness_of(ctx: Context, account: Account, password: str) -> Reason | None:
    """Return why a password is not taken of an account's owner."""
    person = there(await ctx.one(ctx.reads.clients, account.client_isn))
    weakness = passwords.weakness(
        password, name=None if person is None else person.name, phone=account.phone, email=account.email
    )
    return None if weakness is None else Reason(weakness.value)


async def _confirmed(ctx: Context, password: str) -> Account | TryLater | None:
    """Return the viewer's account if that is its password; tries count, as those to sign in do.

    Raises: ``SignInRequired``.
    """
    account_of(ctx)
    ports = ctx.account_ports
    # Before the try is counted: who is signed out uses up none of the owner's.
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
    if (wait := await taken(ports.throttle, {"sign_in_account": str(account.id)})) is not None:
        return wait
    matches = await ports.passwords.matches(passwords.normalised(password), account.password_hash)
    return account if matches else None
