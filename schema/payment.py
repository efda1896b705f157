"""Payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from domain.payments import means as remembered
from domain.payments import models as payments
from resolvers import payments as resolve
from resolvers.use_cases.payments import remembered as known
from resolvers.use_cases.payments.payables import Deductible, Instalment, Renewal, Wanted
from resolvers.use_cases.payments.starting import Started
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.access import SIGNED_IN
from schema.caching import ASK_AGAIN, PART
from schema.claim import Claim
from schema.fields import batched, computed, entry
from schema.key_problem import KEY
from schema.money import Money
from schema.node import Node, global_id, part_id
from schema.payment_failure import failure_text
from schema.payment_problem import PaymentProblem
from schema.policy import Policy
from schema.shown import shown

__all__ = ["Paying", "Payment", "PaymentMeans"]


@shown(payments.PaidInstalment, description="An instalment that is paid.", keep=PART)
class PaidInstalment:
    """Instalment."""

    number: int = strawberry.field(description="Its number in the policy.")
    policy = batched(resolve.policies, Policy | None, description="Policy that it is of.")


@shown(payments.PaidDeductible, description="A deductible that is paid.", keep=PART)
class PaidDeductible:
    """Deductible."""

    claim = batched(resolve.claims, Claim | None, description="Claim that it is of.")


@shown(payments.PaidRenewal, description="A renewal that is paid.", keep=PART)
class PaidRenewal:
    """Renewal."""

    policy_number: str = strawberry.field(description="Number of the new policy.")
    policy = batched(
        resolve.policies, Policy | None, description="The new policy; null while the policy core does not show it."
    )


Payable = Annotated[
    PaidInstalment | PaidDeductible | PaidRenewal, strawberry.union("Payable", description="What is paid.")
]


@shown(payments.Payment, description="A payment of the viewer.", keep=ASK_AGAIN, access=SIGNED_IN)
class Payment(Node):
    """Payment."""

    id = global_id("Payment", "id")
    number: int = strawberry.field(description="What people call it by.")
    payable: Payable = strawberry.field(description="What is paid.")
    amount: Money = strawberry.field(description="How much.")
    state: payments.PaymentState = strawberry.field(description="How far it has come.")
    address = batched(
        resolve.addresses,
        str | None,
        description="Page on which to pay; there while it is open and not being charged to a means. "
        "Its time begins when it is first read.",
        keep=ASK_AGAIN,
    )
    begun_at: datetime = strawberry.field(description="When it was begun.")
    paid_at: datetime | None = strawberry.field(description="When the money was taken.")
    failure: payments.PaymentFailure | None = strawberry.field(description="Why it failed or was stopped.")
    failure_text = computed(
        failure_text,
        str | None,
        description="The failure as a text for the customer, in the language of the request.",
    )


@shown(
    remembered.SavedMeans,
    description="A card that the viewer let the bank remember: a name for it, no number.",
    keep=ASK_AGAIN,
    access=SIGNED_IN,
)
class PaymentMeans:
    """Means."""

    id = part_id(known.KIND, lambda means: str(means.id))
    title: str = strawberry.field(description="What to know it by; without any digit of the card.")
    expires: date = strawberry.field(description="The last day that it is good for, as the bank told it.")


@shown(Started, description="What the beginning of a payment came to.")
class StartPaymentPayload:
    """Payload."""

    payment: Payment | None = strawberry.field(
        description="The payment; one that was under way for the same thing already is given again."
    )
    problems: list[PaymentProblem] = strawberry.field(
        description="Why there is none; empty when there is.", name="errors"
    )


@shown(known.Forgotten, description="What the forgetting of a means of payment came to.")
class ForgetPaymentMeansPayload:
    """Payload."""

    means: list[PaymentMeans] | None = strawberry.field(
        description="Those of the viewer that are left, the latest first; null where none was forgotten."
    )
    problems: list[PaymentProblem] = strawberry.field(
        description="Why none was forgotten; empty when it was.", name="errors"
    )


@strawberry.input(description="An instalment.")
class InstalmentInput:
    """Instalment."""

    policy_id: strawberry.ID = strawberry.field(description="Global id of the policy.")
    number: int = strawberry.field(description="Number of the instalment in the policy.")


@strawberry.input(one_of=True, description="What is to be paid: exactly one of these.")
class PayableInput:
    """What is to be paid."""

    instalment: InstalmentInput | None = strawberry.field(default=strawberry.UNSET, description="An instalment.")
    deductible_of: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The deductible of the claim with this global id."
    )
    renewal_of: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The first instalment of the renewal offer with this global id, once that is AGREED.",
    )


def wanted(given: dict[str, Any]) -> dict[str, Any]:
    """Take what is to be paid apart."""
    payable: PayableInput = given["payable"]
    chosen: Wanted
    if instalment := payable.instalment:
        chosen = Instalment(instalment.policy_id, instalment.number)
    elif payable.renewal_of:
        chosen = Renewal(payable.renewal_of)
    else:
        chosen = Deductible(payable.deductible_of or "")
    return {"key": given["key"], "wanted": chosen, "means": given.get("means")}


@strawberry.type(description="How customers pay.")
class Paying:
    """Entry points."""

    start_payment = entry(
        resolve.start_payment,
        StartPaymentPayload,
        description="Begin to pay: the policy core makes out a bill, and the payment has an address where to pay it. "
        "With means it is charged to them; if they do not pay, it has an address all the same.",
        arguments={
            "key": KEY,
            "payable": Annotated[PayableInput, strawberry.argument(description="What is to be paid.")],
            "means": Annotated[
                strawberry.ID | None,
                strawberry.argument(
                    description="Means of the viewer to charge it to, by id, instead of going to a page."
                ),
            ],
        },
        arrange=wanted,
        access=SIGNED_IN,
    )
    forget_payment_means = entry(
        resolve.forget_means,
        ForgetPaymentMeansPayload,
        description="Forget a means of payment of the viewer.",
        arguments={
            "key": KEY,
            "means": Annotated[strawberry.ID, strawberry.argument(description="Means of the viewer, by id.")],
        },
        access=SIGNED_IN,
    )
