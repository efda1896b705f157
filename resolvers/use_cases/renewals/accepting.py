"""An offer is accepted: what is signed is fixed, and a code to sign it with is sent to the account's phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain import masking
from domain.accounts.models import CodePurpose
from domain.models import ContactKind
from domain.outbox.problems import KeyReused, KeyUnfit
from domain.renewals import judging
from domain.renewals.models import OfferId, OfferState
from domain.renewals.problems import NothingFound, OfferExpired
from resolvers.use_cases import codes
from resolvers.use_cases.limits import taken
from resolvers.use_cases.once import wish
from resolvers.use_cases.owner import account_of, signed_in
from resolvers.use_cases.renewals.own import granted_before, in_the_way, offer_id, own, renewal_ports, renewed_by

if TYPE_CHECKING:
    from domain.money import Locale
    from domain.outbox.models import Wish
    from domain.renewals.models import RenewalOffer
    from domain.renewals.problems import RenewalProblem
    from resolvers.context import Context

__all__ = ["MOST_OF_A_NAME", "Accepted", "accept"]

MUTATION: Final = "acceptRenewal"
PURPOSE: Final = CodePurpose.SIGNATURE
MOST_OF_A_NAME: Final = 28
"""Characters of a product's name that an SMS of two segments has room for."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An offer that waits for its code, or why it does not. ``sent_to``: where the code went, masked."""

    offer: RenewalOffer | None = None
    sent_to: str | None = None
    problems: tuple[RenewalProblem, ...] = ()


async def accept(ctx: Context, key: str, offer: str) -> Accepted:
    """Send a code for an offer, which is a global id; under a new key another code is sent, and the first is void.

    Raises: ``StoreUnavailable``, ``NotOffered``.
    """
    owner = account_of(ctx)
    renewal_ports(ctx)
    meant = wish(str(owner), MUTATION, key, {"offer": offer})
    if meant is None:
        return Accepted(problems=(KeyUnfit(),))
    if (granted := await granted_before(ctx, meant)) is not None:
        return await _again(ctx, meant, granted)
    found = await own(ctx, offer_id(offer))
    if found is None:
        return Accepted(problems=(NothingFound(),))
    if (problem := in_the_way(found)) is not None:
        return Accepted(problems=(problem,))
    async with ctx.account_ports.store.work() as work:
        account = await signed_in(work, ctx)
    limits = {"code_address": ctx.visitor.address, "code_contact": account.phone}
    if (wait := await taken(ctx.account_ports.throttle, limits)) is not None:
        return Accepted(problems=(wait,))
    return await _accepted(ctx, meant, found.id, account.phone)


async def _accepted(ctx: Context, meant: Wish, id_: OfferId, phone: str) -> Accepted:
    """Fix what is signed and leave the code to be sent, together. The account is locked first, as everywhere."""
    ports, now = ctx.account_ports, ctx.clock.now()
    async with ports.store.work() as work:
        account = await signed_in(work, ctx)
        offer = await work.renewal_offers.by_id(id_)
        if account.phone != phone or offer is None or offer.account != account.id:
            return Accepted(problems=(NothingFound(),))
        other = renewed_by(await work.renewal_offers.taken(offer.policy), account.id)
        if (problem := in_the_way(judging.as_of(offer, ctx.today)) or other) is not None:
            return Accepted(problems=(problem,))
        # Whoever came first with this key has let go of the account by now.
        granted = await work.wishes.granted(meant.scope, meant.key)
        after = judging.accepted(offer, now)
        if granted is None:
            await work.wishes.claim(meant, id_, now)
            await work.renewal_offers.change(after)
            contact = (ContactKind.PHONE, phone)
            await codes.send(ports, work, PURPOSE, id_, contact, ctx.locale, now, about=_about(after, ctx.locale))
    if granted is not None:
        return await _again(ctx, meant, (granted[0], OfferId(granted[1])))
    if offer.state is OfferState.PRICED:
        renewal_ports(ctx).told(after)
    return Accepted(after, masking.phone(phone))


async def _again(ctx: Context, meant: Wish, granted: tuple[bytes, OfferId]) -> Accepted:
    """Show what became of the offer that a wish was granted with, and where its code went; no other is sent."""
    digest, id_ = granted
    if digest != meant.digest:
        return Accepted(problems=(KeyReused(),))
    found = await own(ctx, id_)
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        code = await work.codes.newest(PURPOSE, id_, ContactKind.PHONE)
    if found is None:
        return Accepted(problems=(OfferExpired(),))  # It was the viewer's, and is removed once it has expired.
    return Accepted(found, None if code is None else masking.phone(code.address))


def _about(offer: RenewalOffer, locale: Locale) -> dict[str, str]:
    """Return what the message says is signed: product, term and price."""
    first, last = (f"{each:%d.%m.%Y}" for each in (offer.starts_on, offer.ends_on))
    name = offer.product
    return {
        "product": name if len(name) <= MOST_OF_A_NAME else f"{name[: MOST_OF_A_NAME - 1].rstrip()}…",
        "term": f"{first}–{last}",
        "price": offer.premium.formatted(locale),
    }
