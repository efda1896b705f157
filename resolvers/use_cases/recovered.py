"""The end of a recovery: another password, and signed in with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.accounts import passwords
from domain.accounts.models import EndReason
from domain.accounts.ports import Template
from domain.accounts.problems import CannotContinue, InvalidField, StepOver
from domain.accounts.questioning import StepOutOfTurn
from domain.accounts.registration import Step
from resolvers.use_cases import security, sessions
from resolvers.use_cases.limits import taken
from resolvers.use_cases.progress import RECOVERIES, Taken
from resolvers.use_cases.telling import tell, tell_phone
from resolvers.use_cases.voiding import void_underway

if TYPE_CHECKING:
    from domain.accounts.models import Account
    from domain.accounts.ports import UnitOfWork
    from domain.accounts.recovery import Recovery
    from resolvers.context import Context
    from resolvers.use_cases.progress import Result

__all__ = ["finish"]


async def finish(ctx: Context, token: str, password: str) -> Taken:
    """Choose another password: all sessions end, the owner is told, and signed in.

    A locked account stays locked. That is told at the end alone, as a registration tells that there is an account.
    """
    ports, now = ctx.account_ports, ctx.clock.now()
    recovery = await RECOVERIES.known(ctx, token)
    if recovery is None or recovery.account is None or recovery.step not in {Step.PASSWORD, Step.DONE}:
        return Taken(problems=(StepOver(),))
    if (wait := await taken(ports.throttle, {"finish_recovery": str(recovery.id)})) is not None:
        return Taken(problems=(wait,))
    async with ports.store.work() as work:
        account = await work.accounts.by_id(recovery.account)
    if account is None:
        return Taken(problems=(StepOver(),))
    chosen = passwords.normalised(password)
    if recovery.is_done:
        return await _again(ctx, token, account, chosen)
    weakness = await security.weakness_of(ctx, account, chosen)
    if weakness is not None:
        return Taken(problems=(InvalidField("password", weakness),))
    hash_ = await ports.passwords.hashed(chosen)

    async def advance(work: UnitOfWork, current: Recovery, _repeated: bool) -> Result[Recovery]:
        done = current.done()
        held = await work.accounts.by_id(account.id)
        if held is None or held.locked_at is not None:
            return current.refusing(), (CannotContinue(),), None
        changed = replace(held, password_hash=hash_, locale=ctx.locale)
        await work.accounts.change(changed)
        await void_underway(work, held.id, but=current.id)
        await work.sessions.end_all(held.id, EndReason.RECOVERED, now)
        await tell(work, held, Template.PASSWORD_CHANGED)
        if current.phone_lost:
            await tell_phone(work, held, Template.PASSWORD_CHANGED)
        return done, (), await sessions.begin(ports, work, changed, ctx.visitor.device, now)

    return await RECOVERIES.step(ctx, token, advance)


async def _again(ctx: Context, token: str, account: Account, password: str) -> Taken:
    """Sign in once more whose first answer was lost, if the password is the one that was chosen."""
    ports, now = ctx.account_ports, ctx.clock.now()
    # Before the transaction, as any hash.
    matches = await ports.passwords.matches(password, account.password_hash)

    async def advance(work: UnitOfWork, current: Recovery, repeated: bool) -> Result[Recovery]:
        held = await work.accounts.by_id(account.id)
        if held is None or held.locked_at is not None or held.password_hash != account.password_hash:
            raise StepOutOfTurn
        if not (matches and repeated):
            raise StepOutOfTurn
        return current, (), await sessions.begin(ports, work, held, ctx.visitor.device, now)

    return await RECOVERIES.step(ctx, token, advance)
