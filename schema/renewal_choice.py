"""What can be chosen when a policy is renewed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from domain import models
from resolvers import policies, renewals
from schema.caching import ASK_AGAIN, PART
from schema.fields import batched, computed
from schema.money import Money
from schema.person import PersonName
from schema.shown import shown

__all__ = ["Renewal", "RenewalChoice", "RenewalChoiceInput"]


@shown(models.CoverageOffer, description="A risk that can be insured in the next period.", keep=PART)
class CoverageOffer:
    """Risk on offer."""

    risk_code: str = strawberry.field(description="Code of the risk, to choose it by.")
    risk: str = strawberry.field(description="Name of the risk, in Russian.")
    sums: list[Money] = strawberry.field(description="Sums it can be insured for, the smallest first.")
    is_fixed: bool = strawberry.field(description="Whether it cannot be left out.")


@shown(models.CoverageChoice, description="A risk that is wanted, for a sum.", keep=PART)
class CoverageChoice:
    """Risk chosen."""

    risk_code: str = strawberry.field(description="Code of the risk.")
    sum_insured: Money = strawberry.field(description="Sum insured.")


@shown(models.RenewalChoice, description="What is wanted of the next period.", keep=PART)
class RenewalChoice:
    """Choice."""

    coverages: list[CoverageChoice] = strawberry.field(description="Risks with their sums.")
    deductible: Money | None = strawberry.field(description="What the customer bears; null for none.")
    instalment_count: int = strawberry.field(description="In how many instalments it is paid.")
    driver_ids = computed(
        renewals.driver_ids,
        list[strawberry.ID] | None,
        description="Who may drive: null for anybody, empty where the product names no drivers.",
    )


@shown(renewals.Driver, description="A person whom the policy names as a driver.", keep=PART)
class RenewalDriver:
    """Driver."""

    id = computed(renewals.driver_id, strawberry.ID, description="Global id, to choose the driver by.")
    name = computed(renewals.driver_name, PersonName | None, description="Name, as the policy has it.")


@shown(renewals.OfferedChoices, description="What can be chosen when a policy is renewed.", keep=ASK_AGAIN)
class RenewalChoices:
    """Choices."""

    coverages: list[CoverageOffer] = strawberry.field(description="Risks on offer.")
    deductibles: list[Money] = strawberry.field(
        description="Deductibles on offer, the smallest first; none can be chosen too. Empty where there are none."
    )
    instalment_counts: list[int] = strawberry.field(description="In how many instalments the premium can be paid.")
    drivers: list[RenewalDriver] = strawberry.field(description="Drivers who can be named.")
    can_lift_driver_limit: bool = strawberry.field(description="Whether it can be chosen that anybody may drive.")
    proposed: RenewalChoice = strawberry.field(description="What the insurer proposes.")


@shown(renewals.PolicyRenewal, description="Whether and until when a policy can be renewed.", keep=ASK_AGAIN)
class Renewal:
    """Renewal."""

    eligible: bool = strawberry.field(description="Whether it can be renewed now.")
    opens_on: date | None = strawberry.field(description="First day to renew.")
    closes_on: date | None = strawberry.field(description="Last day to renew.")
    indicative_premium: Money | None = strawberry.field(description="Price before any choice.")
    refusal: str | None = strawberry.field(description="Code of the reason when it cannot be renewed.")
    refusal_text = computed(policies.refusal_text, str | None, description="The reason in the reader's language.")
    choices = batched(
        renewals.choices, RenewalChoices | None, description="What can be chosen; null when it cannot be renewed."
    )


@strawberry.input(description="A risk that is wanted, for a sum.")
class CoverageChoiceInput:
    """Risk chosen."""

    risk_code: str = strawberry.field(description="Code of a risk on offer.")
    sum_insured: Decimal = strawberry.field(description="One of the sums on offer for it.")


@strawberry.input(description="What is wanted of the next period, out of what can be chosen.")
class RenewalChoiceInput:
    """Choice."""

    coverages: list[CoverageChoiceInput] = strawberry.field(
        description="Risks with their sums, all that are fixed among them."
    )
    deductible: Decimal | None = strawberry.field(default=None, description="One of those on offer; null for none.")
    instalment_count: int = strawberry.field(description="One of the counts on offer.")
    driver_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Some of the drivers on offer; null for anybody, or where none can be named."
    )
