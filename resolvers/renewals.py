"""Where renewals enter the graph, and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import models, texts
from resolvers import ids, lookup, overlay, privacy
from resolvers.outcomes import Resolved, mapped
from resolvers.use_cases.renewals import accepting, pricing, signing
from resolvers.use_cases.renewals import own as offers

if TYPE_CHECKING:
    from datetime import date

    from domain.money import Money
    from domain.renewals.choosing import Wanted
    from domain.renewals.models import OfferId, RenewalOffer
    from domain.renewals.problems import PriceChanged, RenewedAlready
    from resolvers.context import Context

__all__ = [
    "Driver",
    "OfferedChoices",
    "PolicyRenewal",
    "accept_renewal",
    "choices",
    "driver_id",
    "driver_ids",
    "driver_name",
    "drivers_wanted",
    "failure_text",
    "global_id",
    "new_policies",
    "offer",
    "own",
    "policies",
    "price_renewal",
    "renewals",
    "sign_renewal",
    "successor_id",
    "told_id",
]

DRIVER = "Driver"
"""Type in the global id of a person whom a policy names as a driver."""


@dataclass(frozen=True, slots=True)
class PolicyRenewal:
    """Whether a policy can be renewed; the policy is kept beside it, to ask for choices."""

    policy: models.Policy
    renewal: models.Renewal

    @property
    def eligible(self) -> bool:
        """Whether it can be renewed now."""
        return self.renewal.eligible

    @property
    def opens_on(self) -> date | None:
        """First day to renew."""
        return self.renewal.opens_on

    @property
    def closes_on(self) -> date | None:
        """Last day to renew."""
        return self.renewal.closes_on

    @property
    def indicative_premium(self) -> Money | None:
        """Price before any choice."""
        return self.renewal.indicative_premium

    @property
    def refusal(self) -> str | None:
        """Code of the reason when it cannot be renewed."""
        return self.renewal.refusal


@dataclass(frozen=True, slots=True)
class Driver:
    """A person who can be named as a driver, as the policy names them; None where it does not any more."""

    isn: models.Isn
    participant: models.Participant | None


@dataclass(frozen=True, slots=True)
class OfferedChoices:
    """What can be chosen for a policy."""

    policy: models.Policy
    choices: models.RenewalChoices

    @property
    def coverages(self) -> tuple[models.CoverageOffer, ...]:
        """Risks that can be insured."""
        return self.choices.coverages

    @property
    def deductibles(self) -> tuple[Money, ...]:
        """Deductibles, in ascending order."""
        return self.choices.deductibles

    @property
    def instalment_counts(self) -> tuple[int, ...]:
        """In how many instalments it can be paid."""
        return self.choices.instalment_counts

    @property
    def can_lift_driver_limit(self) -> bool:
        """Whether anybody may drive, if wanted."""
        return self.choices.can_lift_driver_limit

    @property
    def proposed(self) -> models.RenewalChoice:
        """What the core proposes."""
        return self.choices.proposed

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """Whom the policy names as drivers now."""
        named = {each.isn: each for each in self.policy.participants if each.role is models.ParticipantRole.DRIVER}
        return tuple(Driver(isn, named.get(isn)) for isn in self.choices.drivers)


async def renewals(parents: Sequence[models.Policy], ctx: Context) -> list[Resolved[PolicyRenewal]]:
    """Renewal on offer for each policy."""
    read = await ctx.many(ctx.reads.renewals, [each.key for each in parents])
    outcomes = await overlay.over_renewals(ctx, parents, read)
    return [
        mapped(outcome, lambda found, policy=policy: PolicyRenewal(policy, found))  # type: ignore[misc]
        for policy, outcome in zip(parents, outcomes, strict=True)
    ]


async def choices(parents: Sequence[PolicyRenewal], ctx: Context) -> list[Resolved[OfferedChoices]]:
    """What can be chosen for each policy; None, without asking, for one that cannot be renewed."""
    asked = [each.policy.key for each in parents if each.eligible]
    found = dict(zip(asked, await ctx.many(ctx.reads.renewal_choices, asked), strict=True))
    return [
        mapped(found[each.policy.key], lambda choices, policy=each.policy: OfferedChoices(policy, choices))  # type: ignore[misc]
        if each.eligible
        else None
        for each in parents
    ]


async def price_renewal(ctx: Context, key: str, policy: str, wanted: Wanted) -> pricing.Priced:
    """Price a choice."""
    return await pricing.price(ctx, key, policy, wanted)


async def accept_renewal(ctx: Context, key: str, offer: str) -> accepting.Accepted:
    """Have a code sent to sign an offer with."""
    return await accepting.accept(ctx, key, offer)


async def sign_renewal(ctx: Context, key: str, offer: str, code: str) -> signing.Signed:
    """Sign an offer."""
    return await signing.sign(ctx, key, offer, code)


async def offer(ctx: Context, id_: str) -> RenewalOffer | None:
    """Offer of the viewer by global id."""
    return await offers.own(ctx, offers.offer_id(id_))


async def own(ctx: Context) -> list[RenewalOffer]:
    """Offers of the viewer, the latest first."""
    return await offers.all_own(ctx)


async def policies(parents: Sequence[RenewalOffer], ctx: Context) -> list[Resolved[models.Policy]]:
    """Policy that each offer renews."""
    return await lookup.policies(ctx, [each.policy for each in parents])


async def new_policies(parents: Sequence[RenewalOffer], ctx: Context) -> list[Resolved[models.Policy]]:
    """Policy that each offer became; None for one that became none."""
    agreed = [each.new_policy for each in parents if each.new_policy is not None]
    found = dict(zip(agreed, await lookup.policies(ctx, agreed), strict=True))
    return [None if each.new_policy is None else found[each.new_policy] for each in parents]


def global_id(offer: RenewalOffer, _ctx: Context) -> str:
    """Global id of an offer."""
    return _encoded(offer.id)


def successor_id(offer: RenewalOffer, _ctx: Context) -> str | None:
    """Global id of the offer at the new price."""
    return None if offer.replaced_by is None else _encoded(offer.replaced_by)


def told_id(problem: PriceChanged | RenewedAlready, _ctx: Context) -> str | None:
    """Global id of the offer that a problem tells of."""
    return None if problem.offer is None else _encoded(problem.offer)


def failure_text(offer: RenewalOffer, ctx: Context) -> str | None:
    """Why there is no agreement, in the customer's words."""
    return offer.failure and texts.text(f"refusal.{offer.failure}", ctx.locale)


def driver_id(driver: Driver, _ctx: Context) -> str:
    """Global id of a driver."""
    return ids.encode(DRIVER, driver.isn)


def driver_name(driver: Driver, ctx: Context) -> models.PersonName | None:
    """Name of a driver, masked as every participant's."""
    return None if driver.participant is None else privacy.name(driver.participant, ctx)


def driver_ids(choice: models.RenewalChoice, _ctx: Context) -> list[str] | None:
    """Global ids of those who may drive; None for anybody."""
    return None if choice.drivers is None else [ids.encode(DRIVER, each) for each in choice.drivers]


def drivers_wanted(given: Sequence[str] | None) -> tuple[models.Isn, ...] | None:
    """Read global ids of drivers; what is none is an ISN that nobody has."""
    if given is None:
        return None
    return tuple(models.Isn(ids.number(each, DRIVER) or 0) for each in given)


def _encoded(id_: OfferId) -> str:
    return ids.encode(offers.OFFER, id_)
