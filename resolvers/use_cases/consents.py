"""The viewer's consents: each text agreed to is one record, kept with its times for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.accounts.models import ConsentRecord
from domain.accounts.problems import ConsentNeeded, InvalidField, Problem, Reason
from domain.models import ConsentPurpose
from resolvers.use_cases.owner import account_of, signed_in

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["Consented", "give", "own", "revoke"]


@dataclass(frozen=True, slots=True)
class Consented:
    """All consents of the viewer after a change, the latest first, or what stands in its way."""

    consents: Sequence[ConsentRecord] = ()
    problems: tuple[Problem, ...] = ()


async def give(ctx: Context, purpose: ConsentPurpose, text_version: str) -> Consented:
    """Agree to the text in force; to agree to the same one again while that is in force changes nothing."""
    account_of(ctx)
    if ctx.account_ports.texts.get(purpose) != text_version:
        return Consented(problems=(InvalidField("textVersion", Reason.CONSENT_MISSING),))
    async with ctx.account_ports.store.work() as work:
        owner = (await signed_in(work, ctx)).id
        await work.consents.add(ConsentRecord(owner, purpose, text_version, ctx.clock.now()))
        return Consented(await work.consents.of_account(owner))


async def revoke(ctx: Context, purpose: ConsentPurpose) -> Consented:
    """Take back what was agreed to for a purpose; an account cannot be kept without that to personal data."""
    account_of(ctx)
    if purpose is ConsentPurpose.PERSONAL_DATA:
        return Consented(problems=(ConsentNeeded(purpose),))
    async with ctx.account_ports.store.work() as work:
        owner = (await signed_in(work, ctx)).id
        await work.consents.revoke(owner, purpose, ctx.clock.now())
        return Consented(await work.consents.of_account(owner))


async def own(ctx: Context) -> list[ConsentRecord]:
    """Return the viewer's consents, the latest first, those that were revoked too."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        return list(await work.consents.of_account(owner))
