"""What the policy core is asked once an offer was signed, and what its answer makes of the offer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid5

from domain.accounts.messages import Template
from domain.clock import MOSCOW
from domain.errors import Refused
from domain.renewals import judging
from domain.renewals.models import OfferId, OfferState, RenewalOffer
from resolvers.use_cases.delivering import Settled
from resolvers.use_cases.renewals import declining
from resolvers.use_cases.renewals.quoting import quoted
from resolvers.use_cases.telling import tell_client

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from domain.accounts.ports import Store, UnitOfWork
    from domain.commands import CreateAgreement, QuoteRenewal
    from domain.models import Agreement, RenewalQuote
    from domain.ports import Call
    from domain.renewals.models import WayToSave

__all__ = ["AgreementStep"]

CHANGED: Final = "PRICE_CHANGED"


class AnotherPrice(Refused):
    """The core does not agree at the price that was signed, and says what it wants now."""

    def __init__(self, quote: RenewalQuote, ways: tuple[WayToSave, ...]) -> None:
        super().__init__(CHANGED)
        self.quote = quote
        self.ways = ways


@dataclass(frozen=True, slots=True)
class AgreementStep:
    """``resolvers.use_cases.delivering.Step`` for agreements. ``told`` hears of every state that an offer comes to."""

    agree: CreateAgreement
    quote: QuoteRenewal
    told: Callable[[RenewalOffer], None]

    async def send(self, store: Store, owner: UUID, request_id: str, call: Call) -> Agreement:
        """Have the core agree; where the price has changed, ask what it is now: nobody is held to that one."""
        async with store.work() as work:
            offer = await work.renewal_offers.shown(OfferId(owner))
        assert offer is not None
        try:
            return await self.agree(offer.quote.isn, request_id, call)
        except Refused as refusal:
            if refusal.code != CHANGED:
                raise
        others = [each.alternative for each in offer.ways]
        raise AnotherPrice(*await quoted(self.quote, successor(offer), offer.policy_number, offer.choice, others, call))

    async def settle(self, work: UnitOfWork, owner: UUID, answer: Any, at: datetime) -> Settled:
        """Take note of the agreement, of another price, or that there is none; of each is told afterwards.

        Whichever it is, what is kept of the policy does not know of it. The journal tells of the new policy alone.
        """
        if isinstance(answer, Refused) and not isinstance(answer, AnotherPrice):
            after = await declining.not_agreed(work, owner, answer, at)
            return Settled(partial(self.told, after), (after.policy_number,))
        offer = await work.renewal_offers.by_id(OfferId(owner))
        assert offer is not None
        if not isinstance(answer, AnotherPrice):
            after = judging.agreed(offer, answer, at)
            await work.renewal_offers.change(after)
            # Nobody is asked for money who could not pay it any more.
            if after.state is OfferState.AGREED and not judging.is_late(after, at.astimezone(MOSCOW).date()):
                await tell_client(work, after.client, Template.RENEWAL_AGREED, after.number)
            return Settled(partial(self.told, after), (offer.policy_number,))
        after = judging.repriced(offer, successor(offer), at)
        anew = offered_anew(offer, answer, at)
        await work.renewal_offers.add(anew)
        await work.renewal_offers.change(after)
        await tell_client(work, after.client, Template.RENEWAL_REPRICED, after.number)
        return Settled(partial(self._both_told, anew, after), (offer.policy_number,))

    def _both_told(self, anew: RenewalOffer, before: RenewalOffer) -> None:
        self.told(anew)
        self.told(before)


def successor(offer: RenewalOffer) -> OfferId:
    """Return the id of the offer that takes another's place: the same whenever it is asked for."""
    return OfferId(uuid5(offer.id, CHANGED))


def offered_anew(offer: RenewalOffer, price: AnotherPrice, at: datetime) -> RenewalOffer:
    """Return the same choice at the new price; it is accepted and signed like any other."""
    return replace(
        offer,
        id=successor(offer),
        number=0,
        quote=price.quote,
        ways=price.ways,
        made_at=at,
        state=OfferState.PRICED,
        accepted_at=None,
        digest=None,
        signed_at=None,
    )
