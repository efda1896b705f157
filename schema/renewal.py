"""Renewals: offers, their prices, and what is done with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from domain.renewals import models as domain
from domain.renewals.choosing import Wanted
from domain.renewals.models import Saving
from resolvers import renewals as resolve
from resolvers.use_cases.renewals import accepting, pricing, signing
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.access import SIGNED_IN
from schema.caching import ASK_AGAIN, PART
from schema.fields import batched, computed, entry
from schema.key_problem import KEY
from schema.money import Money
from schema.policy import Policy
from schema.problem import worded
from schema.renewal_choice import RenewalChoice, RenewalChoiceInput
from schema.renewal_problem import RenewalProblem
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["RenewalOffer", "Renewing"]

SAVINGS: Final[dict[Saving, tuple[str, str]]] = {
    Saving.HIGHER_DEDUCTIBLE: ("Франшиза {amount}", "A deductible of {amount}"),
    Saving.ONE_PAYMENT: ("Оплата одним платежом", "One payment instead of several"),
    Saving.WITHOUT_COVERAGE: ("Без риска «{risk}»", "Without the risk {risk}"),
    Saving.SMALLER_SUM: ("Сумма {amount} по риску «{risk}»", "A sum of {amount} for the risk {risk}"),
    Saving.NAMED_DRIVERS: ("Только водители из полиса вместо любых", "Named drivers instead of anybody"),
}
"""In what an alternative differs, in Russian and English."""


def description(way: domain.WayToSave, ctx: Context) -> str:
    """Say in what an alternative differs."""
    told = way.alternative
    amount = "" if told.amount is None else told.amount.formatted(ctx.locale)
    return worded(SAVINGS[told.kind], ctx).format(amount=amount, risk=told.risk or "")


def kind(way: domain.WayToSave, _ctx: Context) -> Saving:
    """In what an alternative differs."""
    return way.alternative.kind


@shown(domain.WayToSave, description="A choice that differs in one thing and costs less.", keep=PART)
class WayToSave:
    """Way to save."""

    kind = computed(kind, Saving, description="In what it differs.")
    description = computed(description, str, description="The same for the customer, in the language of the request.")
    choice: RenewalChoice = strawberry.field(
        description="The choice; to take it, have it priced, with amounts for sums."
    )
    premium: Money = strawberry.field(description="What it costs.")
    saving: Money = strawberry.field(description="By how much less.")


@shown(domain.RenewalOffer, description="An offer to renew a policy.", keep=ASK_AGAIN, access=SIGNED_IN)
class RenewalOffer:
    """Offer."""

    id = computed(resolve.global_id, strawberry.ID, description="Global id.")
    number: int = strawberry.field(description="What people call it by.")
    policy = batched(resolve.policies, Policy | None, description="Policy that it renews.")
    choice: RenewalChoice = strawberry.field(description="What was chosen.")
    premium: Money = strawberry.field(description="What the next period costs.")
    first_instalment: Money = strawberry.field(description="What is paid at once.")
    valid_until: date = strawberry.field(description="Last day on which it can be signed at this price.")
    starts_on: date = strawberry.field(description="First day of cover.")
    ends_on: date = strawberry.field(description="Last day of cover.")
    payable_until: date = strawberry.field(
        description="Last day on which the first instalment can be paid once it is AGREED."
    )
    ways: list[WayToSave] = strawberry.field(description="Ways to save, the biggest saving first.", name="waysToSave")
    state: domain.OfferState = strawberry.field(description="How far it has come.")
    made_at: datetime = strawberry.field(description="When it was priced.")
    accepted_at: datetime | None = strawberry.field(description="When it was accepted first.")
    signed_at: datetime | None = strawberry.field(description="When it was signed.")
    new_policy_number: str | None = strawberry.field(description="Number of the new policy, once there is one.")
    new_policy = batched(resolve.new_policies, Policy | None, description="The new policy, once there is one.")
    failure: str | None = strawberry.field(description="Code of the reason why there is no agreement.")
    failure_text = computed(resolve.failure_text, str | None, description="The reason in the reader's language.")
    replaced_by = computed(
        resolve.successor_id, strawberry.ID | None, description="Offer at the new price, where that has changed."
    )


@shown(pricing.Priced, description="What the pricing of a renewal came to.")
class PriceRenewalPayload:
    """Payload."""

    offer: RenewalOffer | None = strawberry.field(description="The offer.")
    problems: list[RenewalProblem] = strawberry.field(
        description="Why there is none; empty when there is.", name="errors"
    )


@shown(accepting.Accepted, description="What the acceptance of an offer came to.")
class AcceptRenewalPayload:
    """Payload."""

    offer: RenewalOffer | None = strawberry.field(description="The offer.")
    sent_to: str | None = strawberry.field(description="Where the code went, masked; null once it is forgotten.")
    problems: list[RenewalProblem] = strawberry.field(
        description="Why it was not accepted; empty when it was.", name="errors"
    )


@shown(signing.Signed, description="What the signature of an offer came to.")
class SignRenewalPayload:
    """Payload."""

    offer: RenewalOffer | None = strawberry.field(description="The offer.")
    problems: list[RenewalProblem] = strawberry.field(
        description="Why it was not signed; empty when it was.", name="errors"
    )


def wanted(given: dict[str, Any]) -> dict[str, Any]:
    """Take a choice apart."""
    choice: RenewalChoiceInput = given["choice"]
    return {
        "key": given["key"],
        "policy": given["policy_id"],
        "wanted": Wanted(
            tuple((each.risk_code, each.sum_insured) for each in choice.coverages),
            choice.deductible,
            choice.instalment_count,
            resolve.drivers_wanted(choice.driver_ids),
        ),
    }


def renamed(given: dict[str, Any]) -> dict[str, Any]:
    """Call an offer's global id what the use cases call it."""
    return {"offer" if name == "offer_id" else name: each for name, each in given.items()}


OFFER_ID: Final[Any] = Annotated[strawberry.ID, strawberry.argument(description="Global id of the offer.")]


@strawberry.type(description="How customers renew their policies.")
class Renewing:
    """Entry points."""

    price_renewal = entry(
        resolve.price_renewal,
        PriceRenewalPayload,
        description="Have a choice priced, and ways to save beside it. Binds nobody.",
        arguments={
            "key": KEY,
            "policy_id": Annotated[strawberry.ID, strawberry.argument(description="Global id of the policy.")],
            "choice": Annotated[RenewalChoiceInput, strawberry.argument(description="What is wanted.")],
        },
        arrange=wanted,
        access=SIGNED_IN,
    )
    accept_renewal = entry(
        resolve.accept_renewal,
        AcceptRenewalPayload,
        description=(
            "Accept an offer: a code to sign it with goes to the phone of the account. Under a new key another code is "
            "sent, and the one before is void."
        ),
        arguments={"key": KEY, "offer_id": OFFER_ID},
        arrange=renamed,
        access=SIGNED_IN,
    )
    sign_renewal = entry(
        resolve.sign_renewal,
        SignRenewalPayload,
        description=(
            "Sign an offer with the code that was sent: a simple electronic signature. The policy core is asked to "
            "agree as soon as it can be reached; once the offer is AGREED, the first instalment can be paid."
        ),
        arguments={
            "key": KEY,
            "offer_id": OFFER_ID,
            "code": Annotated[str, strawberry.argument(description="The code.")],
        },
        arrange=renamed,
        access=SIGNED_IN,
    )
