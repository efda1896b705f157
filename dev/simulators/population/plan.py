"""The outline from which a policy and all that hangs on it is filled in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dev.simulators.population.claim_records import ClaimStatus
from dev.simulators.population.life_records import LifeKind
from dev.simulators.population.products import ProductTerms
from dev.simulators.population.records import PolicyStatus


@dataclass(frozen=True, slots=True)
class DuePlan:
    """One payment."""

    due_on: date
    paid: bool


@dataclass(frozen=True, slots=True)
class PolicyPlan:
    """Everything about a policy that other details follow from."""

    terms: ProductTerms
    status: PolicyStatus
    concluded_on: date
    start: date
    end: date
    cancelled_on: date | None
    dues: tuple[DuePlan, ...]
    claims: tuple[ClaimStatus, ...]
    life_kind: LifeKind | None
    sum_insured: Decimal | None = None
