"""The viewer's consents: each text agreed to is one record, kept with its times for good."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.accounts.models import ConsentRecord
from domain.accounts.problems import ConsentNeeded, InvalidField, OwnerProblem, Reason
from domain.models import ConsentPurpose
from domain.outbox.problems import KeyReused, KeyUnfit
from resolvers.use_cases.once import granted, wish
from resolvers.use_cases.owner import account_of, signed_in

if TYPE_CHECKING:
    from domain.accounts.models import AccountId
    from domain.accounts.ports import UnitOfWork
    from domain.outbox.models import Wish
    from resolvers.context import Context

__all__ = ["Consented", "give", "own", "revoke"]

GIVE: Final = "giveConsent"
REVOKE: Final = "revokeConsent"


@dataclass(frozen=True, slots=True)
class Consented:
    """All consents of the viewer after a change, the latest first, or what stands in its way."""

    consents: Sequence[ConsentRecord] = ()
    problems: tuple[OwnerProblem, ...] = ()


async def give(ctx: Context, key: str, purpose: ConsentPurpose, text_version: str) -> Consented:
    """Agree to the text in force; to agree to the same one again while that is in force changes nothing.

    The same key again gives nothing that was taken back since.
    """
    now = ctx.clock.now()
    meant = wish(str(account_of(ctx)), GIVE, key, {"purpose": purpose.value, "textVersion": text_version})

    async def add(work: UnitOfWork, owner: AccountId) -> OwnerProblem | None:
        if ctx.account_ports.texts.get(purpose) != text_version:
            return InvalidField("textVersion", Reason.CONSENT_MISSING)
        await work.consents.add(ConsentRecord(owner, purpose, text_version, now))
        return None

    return await _once(ctx, meant, add)


async def revoke(ctx: Context, key: str, purpose: ConsentPurpose) -> Consented:
    """Take back what was agreed to for a purpose; an account cannot be kept without that to personal data.

    The same key again takes nothing back that was given since.
    """
    now = ctx.clock.now()
    meant = wish(str(account_of(ctx)), REVOKE, key, {"purpose": purpose.value})

    async def take_back(work: UnitOfWork, owner: AccountId) -> OwnerProblem | None:
        if purpose is ConsentPurpose.PERSONAL_DATA:
            return ConsentNeeded(purpose)
        await work.consents.revoke(owner, purpose, now)
        return None

    return await _once(ctx, meant, take_back)


async def own(ctx: Context) -> list[ConsentRecord]:
    """Return the viewer's consents, the latest first, those that were revoked too."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.consents.of_account(owner))


async def _once(
    ctx: Context, meant: Wish | None, change: Callable[[UnitOfWork, AccountId], Awaitable[OwnerProblem | None]]
) -> Consented:
    """Change something, unless it was done for this wish before; the object of the wish is the account."""
    if meant is None:
        return Consented(problems=(KeyUnfit(),))
    async with ctx.account_ports.store.work() as work:
        owner = (await signed_in(work, ctx)).id
        before = await granted(work, meant)
        if isinstance(before, KeyReused):
            return Consented(problems=(before,))
        if before is None:
            if (problem := await change(work, owner)) is not None:
                return Consented(problems=(problem,))
            await work.wishes.claim(meant, owner, ctx.clock.now())
        return Consented(await work.consents.of_account(owner))
