"""Offers of the viewer, and what stands in the way of going on with one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.errors import NotOffered
from domain.renewals import problems
from domain.renewals.models import OfferId, OfferState
from domain.renewals.problems import NotRenewable, OfferExpired, PriceChanged, RenewedAlready
from resolvers import ids
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.renewals import lapsing

if TYPE_CHECKING:
    from domain.accounts.models import AccountId
    from domain.outbox.models import Wish
    from domain.renewals.models import RenewalOffer
    from domain.renewals.ports import RenewalPorts
    from domain.renewals.problems import RenewalProblem
    from resolvers.context import Context

__all__ = ["OFFER", "all_own", "granted_before", "in_the_way", "offer_id", "own", "renewal_ports", "renewed_by"]

OFFER = "RenewalOffer"
"""Type in the global id of an offer."""


def renewal_ports(ctx: Context) -> RenewalPorts:
    """Return what renewals stand on. Raises: ``NotOffered``."""
    ports = ctx.account_ports.renewals
    if ports is None:
        raise NotOffered
    return ports


def offer_id(global_id: str) -> OfferId | None:
    """Read a global id, None for what is none of an offer."""
    decoded = ids.decode(global_id)
    if decoded is None or decoded.type_name != OFFER:
        return None
    try:
        return OfferId(UUID(decoded.internal))
    except ValueError:
        return None


async def own(ctx: Context, id_: OfferId | None) -> RenewalOffer | None:
    """Return an offer of the viewer as it is today; None for somebody else's, as for none."""
    owner = account_of(ctx)
    if id_ is None:
        return None
    async with ctx.account_ports.store.work() as work:
        found = await work.renewal_offers.shown(id_)
    if found is None or found.account != owner:
        return None
    [today] = await lapsing.as_they_are(ctx, [found])
    return today


async def all_own(ctx: Context) -> list[RenewalOffer]:
    """Return the viewer's offers as they are today, the latest first."""
    owner = account_of(ctx)
    async with ctx.account_ports.store.work() as work:
        found = await work.renewal_offers.of_account(owner)
    return await lapsing.as_they_are(ctx, found)


async def granted_before(ctx: Context, meant: Wish) -> tuple[bytes, OfferId] | None:
    """Return digest and offer of a wish that was granted. Raises: ``SignInRequired``."""
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        found = await work.wishes.granted(meant.scope, meant.key)
    return None if found is None else (found[0], OfferId(found[1]))


def in_the_way(offer: RenewalOffer) -> RenewalProblem | None:
    """Return why an offer, as it is today, cannot be signed any more; None while it can."""
    match offer.state:
        case OfferState.PRICED | OfferState.ACCEPTED:
            return None
        case OfferState.SIGNED | OfferState.AGREED:
            return RenewedAlready(offer.id)
        case OfferState.REPRICED:
            assert offer.replaced_by is not None
            return PriceChanged(offer.replaced_by)
        case OfferState.EXPIRED:
            return OfferExpired()
        case OfferState.REFUSED:
            return NotRenewable(offer.failure)


def renewed_by(other: RenewalOffer | None, owner: AccountId, field: str = problems.OFFER) -> RenewedAlready | None:
    """Return that a policy is renewed by another offer; which one is told to its owner alone."""
    if other is None:
        return None
    return RenewedAlready(other.id if other.account == owner else None, field)
