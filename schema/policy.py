"""Policies."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain import models
from resolvers import policies, renewals
from schema.access import SIGNED_IN
from schema.caching import ASK_AGAIN, PART, public
from schema.claim import Claim
from schema.deadline import Deadline
from schema.document import PolicyDocument
from schema.fields import batched, computed
from schema.insured import Coverage, InsuredObject
from schema.life import LifeContract
from schema.money import Money
from schema.node import Node, global_id
from schema.period import Period
from schema.person import Participant
from schema.renewal_choice import Renewal
from schema.shown import shown

__all__ = ["Instalment", "Policy", "Product", "ProductRules"]


@shown(models.Product, description="An insurance product.", keep=PART)
class Product:
    """Product."""

    code: str = strawberry.field(description="Code.")
    name: str = strawberry.field(description="Name, in Russian.")


@shown(models.Instalment, description="One part of the premium.", keep=ASK_AGAIN)
class Instalment:
    """Instalment."""

    number: int = strawberry.field(description="Number in the policy, counted from 1.")
    due_on: date = strawberry.field(description="Last day to pay.")
    amount: Money = strawberry.field(description="How much.")
    paid_on: date | None = strawberry.field(description="Day it was paid; null while it is not.")


@shown(models.ProductRules, description="Rules of insurance of a product.", keep=public(3600))
class ProductRules:
    """Rules of insurance."""

    title: str = strawberry.field(description="Title, in Russian.")
    edition: str = strawberry.field(description="Edition.")
    effective_on: date = strawberry.field(description="First day of the edition.")
    cooling_off_days: int = strawberry.field(description="Cooling-off period in calendar days.")
    instalment_counts: list[int] = strawberry.field(description="In how many instalments a premium can be paid.")


@shown(models.Policy, description="A contract of insurance.", keep=ASK_AGAIN, access=SIGNED_IN)
class Policy(Node):
    """Policy."""

    id = global_id("Policy", "isn")
    number: str = strawberry.field(description="Number, as printed.")
    product: Product = strawberry.field(description="Product.")
    line: models.Line = strawberry.field(description="Line of insurance.")
    status: models.PolicyStatus = strawberry.field(description="State.")
    period: Period = strawberry.field(description="Days of cover.")
    concluded_on: date = strawberry.field(description="Day of conclusion.")
    sum_insured: Money = strawberry.field(description="Sum insured in total.")
    premium: Money = strawberry.field(description="Premium in total.")
    participants: list[Participant] = strawberry.field(description="Persons and their parts.")
    insured_objects: list[InsuredObject] = strawberry.field(description="What and who is insured.")
    coverages: list[Coverage] = strawberry.field(description="Insured risks.")
    deadlines = computed(policies.deadlines, list[Deadline], description="Time limits of the customer.")
    actions = batched(
        policies.actions,
        list[policies.PolicyAction] | None,
        description="What the holder can do now.",
        keep=ASK_AGAIN,
    )
    instalments = batched(
        policies.instalments, list[Instalment] | None, description="Parts of the premium, the earliest first."
    )
    documents = batched(
        policies.documents, list[PolicyDocument] | None, description="Documents to download: policy, rules, receipts."
    )
    renewal = batched(renewals.renewals, Renewal | None, description="Renewal on offer.")
    rules = batched(policies.product_rules, ProductRules | None, description="Rules of insurance of the product.")
    claims = batched(
        policies.claims,
        list[Claim | None] | None,
        description="Claims, the latest event first; one that could not be read is null, with an error, and last.",
    )
    life_contract = batched(
        policies.life_contract, LifeContract | None, description="Life contract behind a policy of the LIFE line."
    )
    holder = computed(
        policies.holder,
        Annotated["Client", strawberry.lazy("schema.client")],  # noqa: F821 - named lazily, there is a cycle
        description="Client who holds it.",
    )
