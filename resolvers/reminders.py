"""Reminders of a client, drawn from every system that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from domain import models, reminders, texts
from domain.errors import Refused, Source, SourceError, SourceInMaintenance
from domain.ports import MISSING, Missing, Outcome, Rows
from resolvers import holdings, overlay
from resolvers.outcomes import Resolved, due, garbled, readable

if TYPE_CHECKING:
    from datetime import datetime

    from domain.money import Money
    from resolvers.context import Context

__all__ = ["ReminderList", "UnavailableSource", "amount", "of_clients", "title"]

V = TypeVar("V")

Instalments: TypeAlias = dict[models.PolicyNumber, Sequence[models.Instalment]]
Renewals: TypeAlias = dict[models.PolicyNumber, models.Renewal]


@dataclass(frozen=True, slots=True)
class UnavailableSource:
    """A system whose reminders are not in the list. ``until`` is known for announced maintenance."""

    source: Source
    retryable: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ReminderList:
    """What could be derived, and which systems could not be asked or gave what could not be read."""

    items: tuple[reminders.Reminder, ...]
    unavailable: tuple[UnavailableSource, ...]


async def of_clients(parents: Sequence[models.ClientRef], ctx: Context) -> list[Resolved[ReminderList]]:
    """Reminders of each client; a system that fails takes only its own reminders away."""
    return list(await asyncio.gather(*(_of_client(parent.isn, ctx) for parent in parents)))


async def amount(parents: Sequence[reminders.Reminder], ctx: Context) -> list[Resolved[Money]]:
    """Money asked; that of a renewal is the price on offer."""
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


async def _of_client(isn: models.Isn, ctx: Context) -> Resolved[ReminderList]:
    told = _Told()
    try:
        held = await _holdings(isn, ctx, told)
    except Refused as refusal:
        return refusal
    absent = sorted(told.failures.values(), key=lambda failure: failure.source)
    return ReminderList(reminders.reminders(held, ctx.today), tuple(map(unavailable, absent)))


@dataclass(slots=True)
class _Told:
    """Sorts what was found from the failures of systems; the last failure of each is kept."""

    failures: dict[Source, SourceError] = field(default_factory=dict)

    def value(self, outcome: Outcome[V] | Refused) -> V | None:
        """Return what was found, if anything. Raises: ``Refused``."""
        if isinstance(outcome, Refused):
            raise outcome
        if isinstance(outcome, SourceError):
            self.failures[outcome.source] = outcome
        return None if isinstance(outcome, SourceError | Missing) else outcome

    def rows(self, outcome: Outcome[Rows[V]] | Refused) -> tuple[V, ...]:
        """Return the rows that were found and could be read. Raises: ``Refused``."""
        found = self.value(outcome) or ()
        for breach in garbled(found):
            self.failures.setdefault(breach.source, breach)
        return readable(found)


async def _holdings(isn: models.Isn, ctx: Context, told: _Told) -> reminders.Holdings:
    async def of_policies() -> tuple[tuple[models.Policy, ...], Instalments, tuple[models.Claim, ...], Renewals]:
        policies = told.rows((await holdings.policies_of(ctx, [isn]))[0])
        found = _instalments(policies, ctx, told), _claims(policies, ctx, told), _renewals(policies, ctx, told)
        return policies, *await asyncio.gather(*found)

    client, (policies, instalments, claims, renewals), [contracts] = await asyncio.gather(
        ctx.one(ctx.reads.clients, isn), of_policies(), holdings.contracts_of(ctx, [isn])
    )
    return reminders.Holdings(told.value(client), policies, instalments, claims, told.rows(contracts), renewals)


async def _instalments(policies: Sequence[models.Policy], ctx: Context, told: _Told) -> Instalments:
    payable = await overlay.asked_for(ctx, [each for each in policies if each.status in reminders.PAYABLE])
    read = await ctx.many(ctx.reads.instalments, [each.key for each in payable])
    outcomes = await overlay.over_instalments(ctx, payable, read)
    rows = (told.value(due(outcome, Source.POLICY_CORE, "instalments")) or () for outcome in outcomes)
    return dict(zip((each.key for each in payable), rows, strict=True))


async def _renewals(policies: Sequence[models.Policy], ctx: Context, told: _Told) -> Renewals:
    """Ask what the core says of policies that end soon; one it cannot speak of is still worth a reminder."""
    asked = [each for each in policies if reminders.ends_soon(each, ctx.today)]
    read = await ctx.many(ctx.reads.renewals, [each.key for each in asked])
    offers = zip(asked, map(told.value, await overlay.over_renewals(ctx, asked, read)), strict=True)
    return {policy.key: offer for policy, offer in offers if offer is not None}


async def _claims(policies: tuple[models.Policy, ...], ctx: Context, told: _Told) -> tuple[models.Claim, ...]:
    try:
        return told.rows(await holdings.claims_of(ctx, policies))
    except SourceError as failure:
        return told.rows(failure)


def unavailable(failure: SourceError) -> UnavailableSource:
    """Show a failure as the absence of a system."""
    until = failure.until if isinstance(failure, SourceInMaintenance) else None
    return UnavailableSource(failure.source, failure.retryable, until)
