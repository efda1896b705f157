"""A choice is priced: the policy core is asked while the customer waits, since without a price there is no offer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from domain import models
from domain.errors import GatewayError, Refused
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.renewals import choosing, saving
from domain.renewals.models import OfferId, RenewalOffer
from domain.renewals.problems import POLICY, ChoiceNotOffered, NothingFound, NotRenewable, OfferExpired, RenewedAlready
from resolvers import ids, lookup
from resolvers.outcomes import there
from resolvers.use_cases.limits import taken
from resolvers.use_cases.once import wish
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.renewals.lapsing import released
from resolvers.use_cases.renewals.own import granted_before, own, renewal_ports
from resolvers.use_cases.renewals.quoting import quoted

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.outbox.models import Wish
    from domain.renewals.choosing import Wanted
    from domain.renewals.problems import RenewalProblem
    from resolvers.context import Context

__all__ = ["Priced", "price"]

MUTATION: Final = "priceRenewal"
REFUSALS: Final[Mapping[str, RenewalProblem]] = {
    "CHOICE_NOT_OFFERED": ChoiceNotOffered(),
    "NOT_RENEWABLE": NotRenewable(field=POLICY),
}


@dataclass(frozen=True, slots=True)
class Priced:
    """An offer at a price, or why there is none."""

    offer: RenewalOffer | None = None
    problems: tuple[RenewalProblem, ...] = ()


async def price(ctx: Context, key: str, policy: str, wanted: Wanted) -> Priced:
    """Price a choice for a policy, which is a global id; the same key again is the same offer.

    Raises: ``SourceError``, ``Refused``, ``StoreUnavailable``, ``NotOffered``; then nothing was kept.
    """
    owner = account_of(ctx)
    renewal_ports(ctx)
    meant = wish(str(owner), MUTATION, key, {"policy": policy, "choice": _canonical(wanted)})
    if meant is None:
        return Priced(problems=(KeyUnfit(),))
    granted = await granted_before(ctx, meant)
    if granted is None:
        if (wait := await taken(ctx.account_ports.throttle, {"renewal_account": str(owner)})) is not None:
            return Priced(problems=(wait,))
        offer = await _offer(ctx, meant, policy, wanted)
        if not isinstance(offer, RenewalOffer):
            return Priced(problems=(offer,))
        granted = await _kept(ctx, meant, offer)
    digest, id_ = granted
    if digest != meant.digest:
        return Priced(problems=(KeyReused(),))
    found = await own(ctx, id_)
    # It was the viewer's, and is removed once it has expired.
    return Priced(found) if found is not None else Priced(problems=(OfferExpired(),))


async def _offer(ctx: Context, meant: Wish, policy: str, wanted: Wanted) -> RenewalOffer | RenewalProblem:
    """Find the policy among the viewer's own, hold the choice against what is offered, and have it priced."""
    owner, found = account_of(ctx), await _held(ctx, policy)
    if found is None:
        return NothingFound(POLICY)
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        other = await work.renewal_offers.taken(found.isn)
    if other is not None and not await released(ctx, other):
        return RenewedAlready(other.id if other.account == owner else None, POLICY)
    choices = there(await ctx.one(ctx.reads.renewal_choices, found.key))
    if choices is None:
        return NotRenewable(await _reason(ctx, found), POLICY)
    choice = choosing.chosen(choices, wanted)
    if choice is None:
        return ChoiceNotOffered()
    # Of the wish alone: a request whose answer was lost is asked again under the ids that the core has seen.
    id_ = OfferId(uuid5(NAMESPACE_OID, f"{meant.scope}/{meant.key}/{meant.digest.hex()}"))
    others = saving.alternatives(choices, choice)
    try:
        quote, ways = await quoted(renewal_ports(ctx).quote, id_, found.key, choice, others, ctx.call)
    except Refused as refusal:
        if refusal.code not in REFUSALS:
            raise
        return REFUSALS[refusal.code]
    now, name = ctx.clock.now(), found.product.name
    return RenewalOffer(id_, 0, owner, found.holder_isn, found.isn, found.key, name, choice, quote, ways, now)


async def _held(ctx: Context, policy: str) -> models.Policy | None:
    """Return a policy of which the viewer is the holder: nobody else renews it, employees neither."""
    isn = ids.number(policy, "Policy")
    if isn is None:
        return None
    [found] = await lookup.policies(ctx, [models.Isn(isn)])
    if isinstance(found, GatewayError):
        raise found
    return found if found is not None and found.holder_isn == ctx.signed_in().client_isn else None


async def _reason(ctx: Context, policy: models.Policy) -> str | None:
    """Return why the core does not renew a policy, as far as it says so.

    Asked afresh, as choices are: an offer that was kept before the policy was renewed elsewhere knows no reason.
    """
    [outcome] = await ctx.reads.renewals([policy.key], replace(ctx.call, not_older_than=ctx.clock.now()))
    return outcome.refusal if isinstance(outcome, models.Renewal) else None


async def _kept(ctx: Context, meant: Wish, offer: RenewalOffer) -> tuple[bytes, OfferId]:
    """Keep an offer, and which wish it is of, together. Two at the same time have made the same one."""
    is_new = False
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        digest, id_ = await work.wishes.claim(meant, offer.id, offer.made_at)
        if id_ == offer.id:
            is_new = await work.renewal_offers.add(offer)
    if is_new:
        renewal_ports(ctx).told(offer)
    return digest, OfferId(id_)


def _canonical(wanted: Wanted) -> str:
    """Write what was asked for so that the order of coverages and drivers does not matter."""
    drivers = None if wanted.drivers is None else sorted(wanted.drivers)
    deductible = None if wanted.deductible is None else _plain(wanted.deductible)
    coverages = sorted((code, _plain(each)) for code, each in wanted.coverages)
    return json.dumps([coverages, deductible, wanted.instalment_count, drivers], ensure_ascii=False)


def _plain(amount: Decimal) -> str:
    """Write equal numbers alike; those that nobody can calculate with are left as they came."""
    try:
        return str(amount.normalize())
    except ArithmeticError:
        return str(amount)
