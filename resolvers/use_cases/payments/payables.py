"""What a customer wants to pay, found among their own things, and the sum that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from domain import models, reminders
from domain.errors import GatewayError, Source
from domain.payments.models import PaidDeductible, PaidInstalment, Payable
from domain.payments.problems import NothingSuch, PaidAlready, TooLate, Unpayable
from domain.renewals.models import OfferState
from resolvers import ids, lookup
from resolvers.outcomes import due, there
from resolvers.use_cases.owner import account_of
from resolvers.use_cases.renewals import own as renewals
from resolvers.use_cases.renewals.lapsing import FIRST, is_unpaid
from resolvers.use_cases.renewals.lapsing import payable as of_offer

if TYPE_CHECKING:
    from datetime import date

    from domain.money import Money
    from domain.renewals.models import RenewalOffer
    from resolvers.context import Context

__all__ = ["Deductible", "Instalment", "Priced", "Renewal", "Wanted", "priced"]

V = TypeVar("V")

AGREED: Final = frozenset({OfferState.AGREED, OfferState.EXPIRED})
"""States of an offer whose policy the core made at what was signed, if it made one."""

EARLY: Final = frozenset({OfferState.PRICED, OfferState.ACCEPTED, OfferState.SIGNED})
"""States of an offer that may yet be agreed."""

ROUBLES: Final = "RUB"


@dataclass(frozen=True, slots=True)
class Instalment:
    """An instalment of a policy. ``policy`` is a global id."""

    policy: str
    number: int

    @property
    def given(self) -> Mapping[str, str | int]:
        """The input as it came."""
        return {"policy": self.policy, "number": self.number}


@dataclass(frozen=True, slots=True)
class Deductible:
    """The deductible of a claim. ``claim`` is a global id."""

    claim: str

    @property
    def given(self) -> Mapping[str, str | int]:
        """The input as it came."""
        return {"claim": self.claim}


@dataclass(frozen=True, slots=True)
class Renewal:
    """The first instalment of a renewal. ``offer`` is the global id of the offer that was agreed."""

    offer: str

    @property
    def given(self) -> Mapping[str, str | int]:
        """The input as it came."""
        return {"offer": self.offer}


Wanted: TypeAlias = Instalment | Deductible | Renewal


Unpriced: TypeAlias = NothingSuch | PaidAlready | TooLate | Unpayable


@dataclass(frozen=True, slots=True)
class Priced:
    """What is to be paid, and the sum; ``until``: the last day, in Moscow, on which a payment for it can be begun."""

    payable: Payable
    amount: Money
    until: date | None = None


async def priced(ctx: Context, wanted: Wanted) -> Priced | Unpriced:
    """Return what is to be paid. Raises: ``SourceError``, ``Refused``."""
    if isinstance(wanted, Instalment):
        return await _instalment(ctx, wanted)
    if isinstance(wanted, Renewal):
        return await _renewal(ctx, wanted)
    return await _deductible(ctx, wanted)


async def _instalment(ctx: Context, wanted: Instalment) -> Priced | Unpriced:
    isn = ids.number(wanted.policy, "Policy")
    policy = None if isn is None else _found((await lookup.policies(ctx, [models.Isn(isn)]))[0])
    if policy is None:
        return NothingSuch()
    plan = there(due(await ctx.one(ctx.reads.instalments, policy.key), Source.POLICY_CORE, "instalments")) or ()
    meant = next((each for each in plan if each.number == wanted.number), None)
    if meant is None:
        return NothingSuch()
    payable = PaidInstalment(policy.isn, policy.key, meant.number)
    if meant.paid_on is not None:
        return await _paid(ctx, payable)
    if policy.status not in reminders.PAYABLE:
        return Unpayable()
    async with ctx.account_ports.store.work() as work:
        offer = await work.renewal_offers.made(policy.isn, account_of(ctx))
    if offer is None:
        return _owed(payable, meant.amount)
    if is_unpaid(plan) and ctx.today > offer.payable_until and offer.state in AGREED:
        return await _late(ctx, offer, payable)
    if offer.state is not OfferState.AGREED:
        return Unpayable()  # The core made the policy at a price that nobody signed, or it was cancelled.
    until = offer.payable_until if is_unpaid(plan) else None
    return _owed(payable, offer.first_instalment if meant.number == FIRST else meant.amount, until)


async def _deductible(ctx: Context, wanted: Deductible) -> Priced | Unpriced:
    decoded = ids.decode(wanted.claim)
    if decoded is None or decoded.type_name != "Claim":
        return NothingSuch()
    claim = _found((await lookup.claims(ctx, [models.ClaimId(decoded.internal)]))[0])
    if claim is None:
        return NothingSuch()
    referral = claim.referral
    if referral is None or referral.deductible_due is None or claim.number is None:
        return Unpayable()
    payable = PaidDeductible(claim.id, claim.number, claim.policy_number)
    if referral.deductible_paid_on is not None:
        return await _paid(ctx, payable)
    return _owed(payable, referral.deductible_due)


async def _renewal(ctx: Context, wanted: Renewal) -> Priced | Unpriced:
    """The offer is ours: its agreement is payable at the price that was signed, until the core says it is paid."""
    offer = await renewals.own(ctx, renewals.offer_id(wanted.offer))
    if offer is None:
        return NothingSuch()
    if offer.state not in AGREED or offer.agreement is None:
        return Unpayable(is_early=offer.state in EARLY)
    payable = of_offer(offer)
    plan = there(await ctx.one(ctx.reads.instalments, payable.policy_number)) or ()
    if any(each.number == FIRST and each.paid_on is not None for each in plan):
        return await _paid(ctx, payable)
    if ctx.today > offer.payable_until:
        return await _late(ctx, offer, payable)
    return (
        _owed(payable, offer.first_instalment, offer.payable_until) if offer.state is OfferState.AGREED else Unpayable()
    )


async def _late(ctx: Context, offer: RenewalOffer, payable: Payable) -> PaidAlready | TooLate:
    """Say that it is too late, but to who has paid: the core may not have taken note of it yet."""
    paid = await _paid(ctx, payable)
    return TooLate(offer.payable_until) if paid.payment is None else paid


async def _paid(ctx: Context, payable: Payable) -> PaidAlready:
    """Say that it is paid, and by which payment of the viewer's, if by one."""
    async with ctx.account_ports.store.work() as work:
        return PaidAlready(await work.payments.paid_by(payable.subject, account_of(ctx)))


def _owed(payable: Payable, amount: Money, until: date | None = None) -> Priced | Unpayable:
    """Acquirer and policy core know roubles alone, and nobody can pay nothing."""
    is_payable = amount.currency == ROUBLES and amount.rounded.amount > 0
    return Priced(payable, amount, until) if is_payable else Unpayable()


def _found(resolved: V | GatewayError | None) -> V | None:
    """Return what was found. Raises: the failure that it is."""
    if isinstance(resolved, GatewayError):
        raise resolved
    return resolved
