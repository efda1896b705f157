"""Reminders of a client, drawn from every system that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import models, reminders, texts
from domain.errors import Source, SourceError, SourceInMaintenance
from domain.ports import MISSING, Missing, Outcome
from resolvers import holdings
from resolvers.outcomes import Resolved

if TYPE_CHECKING:
    from datetime import datetime

    from domain.money import Money
    from resolvers.context import Context

__all__ = ["ReminderList", "UnavailableSource", "amount", "of_clients", "title"]


@dataclass(frozen=True, slots=True)
class UnavailableSource:
    """A system whose reminders are not in the list. ``until`` is known for announced maintenance."""

    source: Source
    retryable: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ReminderList:
    """What could be derived, and which systems could not be asked."""

    items: tuple[reminders.Reminder, ...]
    unavailable: tuple[UnavailableSource, ...]


async def of_clients(parents: Sequence[models.ClientRef], ctx: Context) -> list[ReminderList]:
    """Reminders of each client; a system that fails takes only its own reminders away."""
    return list(await asyncio.gather(*(_of_client(parent.isn, ctx) for parent in parents)))


async def amount(parents: Sequence[reminders.Reminder], ctx: Context) -> list[Resolved[Money]]:
    """Money asked; the price of a renewal is asked of the policy core only when this field is."""
    unpriced = {each.key: each.action.policy.key for each in parents if isinstance(each.action, reminders.RenewPolicy)}
    offers = dict(zip(unpriced, await ctx.many(ctx.reads.renewals, unpriced.values()), strict=True))
    results: list[Resolved[Money]] = []
    for each in parents:
        offer = offers.get(each.key, MISSING)
        if isinstance(offer, SourceError):
            results.append(offer)
        else:
            results.append(each.amount if isinstance(offer, Missing) else offer.indicative_premium)
    return results


def title(reminder: reminders.Reminder, ctx: Context) -> str:
    """What to do, in the customer's words."""
    return texts.text(f"reminder.{reminder.kind}", ctx.locale)


async def _of_client(isn: models.Isn, ctx: Context) -> ReminderList:
    failures: dict[Source, SourceError] = {}

    def kept(outcome: Outcome[tuple[models.Policy, ...]]) -> tuple[models.Policy, ...]:
        if isinstance(outcome, SourceError):
            failures[outcome.source] = outcome
        return () if isinstance(outcome, SourceError | Missing) else outcome

    async def of_policies() -> tuple[
        tuple[models.Policy, ...], dict[models.PolicyNumber, Sequence[models.Instalment]], tuple[models.Claim, ...]
    ]:
        policies = kept((await holdings.policies_of(ctx, [isn]))[0])
        due, claims = await asyncio.gather(_instalments(policies, ctx, failures), _claims(policies, ctx, failures))
        return policies, due, claims

    client, (policies, due, claims), contracts = await asyncio.gather(
        ctx.one(ctx.reads.clients, isn), of_policies(), holdings.contracts_of(ctx, [isn])
    )
    for outcome in (client, contracts[0]):
        if isinstance(outcome, SourceError):
            failures[outcome.source] = outcome
    held = reminders.Holdings(
        client=None if isinstance(client, SourceError | Missing) else client,
        policies=policies,
        instalments=due,
        claims=claims,
        contracts=() if isinstance(contracts[0], SourceError | Missing) else contracts[0],
    )
    return ReminderList(reminders.reminders(held, ctx.today), tuple(map(unavailable, failures.values())))


async def _instalments(
    policies: Sequence[models.Policy], ctx: Context, failures: dict[Source, SourceError]
) -> dict[models.PolicyNumber, Sequence[models.Instalment]]:
    asked = [each.key for each in policies if each.status in reminders.PAYABLE]
    answers: dict[models.PolicyNumber, Sequence[models.Instalment]] = {}
    for number, outcome in zip(asked, await ctx.many(ctx.reads.instalments, asked), strict=True):
        if isinstance(outcome, SourceError):
            failures[outcome.source] = outcome
        elif not isinstance(outcome, Missing):
            answers[number] = outcome
    return answers


async def _claims(
    policies: Sequence[models.Policy], ctx: Context, failures: dict[Source, SourceError]
) -> tuple[models.Claim, ...]:
    try:
        return await holdings.claims_of(ctx, policies)
    except SourceError as failure:
        failures[failure.source] = failure
        return ()


def unavailable(failure: SourceError) -> UnavailableSource:
    """Show a failure as the absence of a system."""
    until = failure.until if isinstance(failure, SourceInMaintenance) else None
    return UnavailableSource(failure.source, failure.retryable, until)
