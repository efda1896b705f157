"""What a customer wants to pay, found among their own things, and the sum that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from domain import models, numbers, reminders
from domain.errors import GatewayError, Source
from domain.payments.models import PaidDeductible, PaidInstalment, PaidRenewal, Payable
from domain.payments.problems import NothingSuch, PaidAlready, Unpayable
from domain.renewals.models import OfferState
from resolvers import ids, lookup
from resolvers.outcomes import due, there
from resolvers.use_cases.owner import account_of
from resolvers.use_cases.renewals import own as renewals

if TYPE_CHECKING:
    from domain.money import Money
    from resolvers.context import Context

__all__ = ["Deductible", "Instalment", "Priced", "Renewal", "Wanted", "priced"]

V = TypeVar("V")

FIRST: Final = 1
"""Number of the instalment that an agreement waits for."""

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


@dataclass(frozen=True, slots=True)
class Priced:
    """What is to be paid, and the sum."""

    payable: Payable
    amount: Money


async def priced(ctx: Context, wanted: Wanted) -> Priced | NothingSuch | PaidAlready | Unpayable:
    """Return what is to be paid. Raises: ``SourceError``, ``Refused``."""
    if isinstance(wanted, Instalment):
        return await _instalment(ctx, wanted)
    if isinstance(wanted, Renewal):
        return await _renewal(ctx, wanted)
    return await _deductible(ctx, wanted)


async def _instalment(ctx: Context, wanted: Instalment) -> Priced | NothingSuch | PaidAlready | Unpayable:
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
    signed = await _as_signed(ctx, policy, meant)
    return Unpayable() if signed is None else _owed(payable, signed)


async def _as_signed(ctx: Context, policy: models.Policy, part: models.Instalment) -> Money | None:
    """Return what is asked for an instalment: of a policy that an offer became, the first is what was signed.

    None where the core made the policy at a price that nobody signed.
    """
    async with ctx.account_ports.store.work() as work:
        offer = await work.renewal_offers.made(policy.isn, account_of(ctx))
    if offer is None:
        return part.amount
    if offer.state is not OfferState.AGREED:
        return None
    return offer.first_instalment if part.number == FIRST else part.amount


async def _deductible(ctx: Context, wanted: Deductible) -> Priced | NothingSuch | PaidAlready | Unpayable:
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


async def _renewal(ctx: Context, wanted: Renewal) -> Priced | NothingSuch | PaidAlready | Unpayable:
    """The offer is ours: its agreement is payable at the price that was signed, until the core says it is paid."""
    offer = await renewals.own(ctx, renewals.offer_id(wanted.offer))
    if offer is None:
        return NothingSuch()
    if offer.state is not OfferState.AGREED:
        return Unpayable(is_early=offer.state in EARLY)
    assert offer.agreement is not None
    assert offer.new_policy is not None
    assert offer.new_policy_number is not None
    number = numbers.policy_number(offer.new_policy_number)
    payable = PaidRenewal(offer.agreement, offer.new_policy, number)
    plan = there(await ctx.one(ctx.reads.instalments, number)) or ()
    if any(each.number == FIRST and each.paid_on is not None for each in plan):
        return await _paid(ctx, payable)
    return _owed(payable, offer.first_instalment)


async def _paid(ctx: Context, payable: Payable) -> PaidAlready:
    """Say that it is paid, and by which payment of the viewer's, if by one."""
    async with ctx.account_ports.store.work() as work:
        return PaidAlready(await work.payments.paid_by(payable.subject, account_of(ctx)))


def _owed(payable: Payable, amount: Money) -> Priced | Unpayable:
    """Acquirer and policy core know roubles alone, and nobody can pay nothing."""
    return Priced(payable, amount) if amount.currency == ROUBLES and amount.rounded.amount > 0 else Unpayable()


def _found(resolved: V | GatewayError | None) -> V | None:
    """Return what was found. Raises: the failure that it is."""
    if isinstance(resolved, GatewayError):
        raise resolved
    return resolved
