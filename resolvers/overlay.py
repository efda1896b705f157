"""What the viewer has done here lately, laid over what the systems say: a customer reads what was written.

Nothing is laid over for employees: they see the systems as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain import masking, models
from domain.effects import NO_EFFECTS, Effects
from domain.errors import SourceError, SourceGarbled
from domain.models import ContactKind
from domain.ports import Missing, Outcome, Rows

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["asked_for", "over_claims", "over_client", "over_instalments", "over_renewals"]

RENEWED: Final = "ALREADY_RENEWED"
"""Why a policy is not renewed that has been, as the policy core says it."""
WAITING: Final = models.PolicyStatus.AWAITING_PAYMENT


async def over_instalments(
    ctx: Context, policies: Sequence[models.Policy], plans: Sequence[Outcome[tuple[models.Instalment, ...]]]
) -> list[Outcome[tuple[models.Instalment, ...]]]:
    """Show as paid what was paid. Shape: one plan per policy, in order."""
    if not any(part.paid_on is None for plan in plans if isinstance(plan, tuple) for part in plan):
        return list(plans)
    done = (await _effects(ctx)).instalments
    if not done:
        return list(plans)
    return [
        tuple(
            replace(part, paid_on=done.get((policy.isn, part.number))) if part.paid_on is None else part
            for part in plan
        )
        if isinstance(plan, tuple)
        else plan
        for policy, plan in zip(policies, plans, strict=True)
    ]


async def over_claims(ctx: Context, held: Sequence[Outcome[Rows[models.Claim]]]) -> list[Outcome[Rows[models.Claim]]]:
    """Show deductibles as paid that were paid."""
    if not any(_owes(claim) for rows in held if isinstance(rows, tuple) for claim in rows):
        return list(held)
    done = (await _effects(ctx)).deductibles
    if not done:
        return list(held)

    def seen(claim: models.Claim | SourceGarbled) -> models.Claim | SourceGarbled:
        if isinstance(claim, SourceGarbled) or claim.referral is None or not _owes(claim):
            return claim
        return replace(claim, referral=replace(claim.referral, deductible_paid_on=done.get(claim.id)))

    return [tuple(map(seen, rows)) if isinstance(rows, tuple) else rows for rows in held]


async def over_renewals(
    ctx: Context, policies: Sequence[models.Policy], offers: Sequence[Outcome[models.Renewal]]
) -> list[Outcome[models.Renewal]]:
    """Offer nothing for what was renewed. Shape: one offer per policy, in order."""
    if not any(isinstance(each, models.Renewal) and each.eligible for each in offers):
        return list(offers)
    done = (await _effects(ctx)).renewed
    return [
        replace(offer, eligible=False, indicative_premium=None, refusal=RENEWED)
        if isinstance(offer, models.Renewal) and offer.eligible and policy.isn in done
        else offer
        for policy, offer in zip(policies, offers, strict=True)
    ]


async def asked_for(ctx: Context, policies: Sequence[models.Policy]) -> list[models.Policy]:
    """Leave out what no money is asked for: policies at a price that nobody signed, or not paid by their first day."""
    if not any(each.status is WAITING for each in policies):
        return list(policies)
    done = await _effects(ctx)
    over = {isn for isn, until in done.payable_until.items() if ctx.today > until}
    return [
        each for each in policies if each.isn not in done.unsigned and not (each.status is WAITING and each.isn in over)
    ]


async def over_client(ctx: Context, found: Sequence[Outcome[models.Client]]) -> list[Outcome[models.Client]]:
    """Show the contacts that were changed."""
    changed = (await _effects(ctx)).contacts
    if not changed:
        return list(found)
    own = None if ctx.viewer is None else ctx.viewer.client_isn
    return [
        each if isinstance(each, SourceError | Missing) or each.isn != own else with_contacts(each, changed)
        for each in found
    ]


def with_contacts(client: models.Client, changed: Mapping[ContactKind, str]) -> models.Client:
    """Return the client with other contacts; whoever changed one has shown to receive what is sent there."""
    fields = {ContactKind.PHONE: "phone", ContactKind.EMAIL: "email"}
    masked = {ContactKind.PHONE: masking.phone, ContactKind.EMAIL: masking.email}
    contacts = {
        fields[kind]: models.Contact(kind, address, masked[kind](address), confirmed=True)
        for kind, address in changed.items()
    }
    return replace(client, **contacts)  # type: ignore[arg-type]


def _owes(claim: models.Claim | SourceGarbled) -> bool:
    if isinstance(claim, SourceGarbled) or claim.referral is None:
        return False
    return claim.referral.deductible_due is not None and claim.referral.deductible_paid_on is None


async def _effects(ctx: Context) -> Effects:
    """Return what the viewer has done; asked once a request."""
    if ctx.effects is None or ctx.viewer is None or ctx.viewer.client_isn is None:
        return NO_EFFECTS
    outcome = await ctx.one(ctx.effects, ctx.viewer.client_isn)
    return NO_EFFECTS if isinstance(outcome, SourceError | Missing) else outcome
