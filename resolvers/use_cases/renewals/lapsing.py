"""What was agreed and not paid in time is over, and so is what the policy core cancelled.

The offer is shown so from the day after. It holds its policy until somebody asks for another price: then it is written,
and whether the policy can be renewed again is for the core to say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from domain import models, numbers
from domain.payments.models import PaidRenewal, PaymentState
from domain.renewals import judging
from domain.renewals.models import OfferState
from resolvers.use_cases.owner import account_of, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ports import Outcome
    from domain.renewals.models import RenewalOffer
    from resolvers.context import Context

__all__ = ["FIRST", "as_they_are", "is_unpaid", "payable", "released"]

FIRST: Final = 1
"""Number of the instalment that an agreement waits for."""


MOST: Final = 100
"""Payments that are looked through for one of what is late."""


def payable(offer: RenewalOffer) -> PaidRenewal:
    """Return what is paid of an offer that became a policy."""
    assert offer.agreement is not None
    assert offer.new_policy is not None
    assert offer.new_policy_number is not None
    return PaidRenewal(offer.agreement, offer.new_policy, numbers.policy_number(offer.new_policy_number))


def is_unpaid(plan: Outcome[tuple[models.Instalment, ...]]) -> bool:
    """Return whether the core says that the first instalment is owed; where it says nothing, nobody knows."""
    return isinstance(plan, tuple) and any(each.number == FIRST and each.paid_on is None for each in plan)


async def as_they_are(ctx: Context, offers: Sequence[RenewalOffer]) -> list[RenewalOffer]:
    """Return offers of the viewer's as they are today: who cannot be told of by the core stays agreed.

    Nothing is asked but of those whose day has passed and for which no payment was begun here.
    """
    found = [judging.as_of(each, ctx.today) for each in offers]
    late = {each.id: payable(each) for each in found if judging.is_late(each, ctx.today)}
    if not late:
        return found
    async with ctx.account_ports.store.work() as work:
        payments = await work.payments.of_account(account_of(ctx), MOST)
    begun = {each.subject for each in payments if each.state is not PaymentState.FAILED}
    doubtful = {id_: each for id_, each in late.items() if each.subject not in begun}
    plans = await ctx.many(ctx.reads.instalments, [each.policy_number for each in doubtful.values()])
    over = {id_ for id_, plan in zip(doubtful, plans, strict=True) if is_unpaid(plan)}
    return [judging.lapsed(each) if each.id in over else each for each in found]


async def released(ctx: Context, taken: RenewalOffer) -> bool:
    """Let go of the policy that an offer renews, where that offer is over; return whether it was.

    Asked afresh: what is kept of the new policy may be of before it was paid or cancelled.

    Raises: ``StoreUnavailable``.
    """
    if taken.state is not OfferState.AGREED:
        return False
    allowed = await _ends_beside(ctx, taken)
    if allowed is None:
        return False
    async with ctx.account_ports.store.work() as work:
        await signed_in(work, ctx)
        offer = await work.renewal_offers.by_id(taken.id)
        if offer is None or offer.state is not OfferState.AGREED:
            return True
        payment = await work.payments.underway(payable(offer).subject)
        if payment is not None and payment.state not in allowed:
            return False
        await work.renewal_offers.change(judging.lapsed(offer))
    return True


async def _ends_beside(ctx: Context, offer: RenewalOffer) -> frozenset[PaymentState] | None:
    """Return beside which payments an offer is over; None while it is not.

    One whose new policy the core cancelled is over though it was paid, one that nobody paid in time is not.
    """
    now = replace(ctx.call, not_older_than=ctx.clock.now())
    number = payable(offer).policy_number
    [policy] = await ctx.reads.policies_by_number([number], now)
    if isinstance(policy, models.Policy) and policy.status is models.PolicyStatus.CANCELLED:
        return frozenset({PaymentState.PAID})
    if not judging.is_late(offer, ctx.today):
        return None
    [plan] = await ctx.reads.instalments([number], now)
    return frozenset() if is_unpaid(plan) else None
