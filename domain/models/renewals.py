"""What can be chosen when a policy is renewed, and what a choice costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from domain.models.identifiers import Isn
    from domain.money import Money

__all__ = [
    "Agreement",
    "CoverageChoice",
    "CoverageOffer",
    "RenewalChoice",
    "RenewalChoices",
    "RenewalQuote",
]


@dataclass(frozen=True, slots=True)
class CoverageOffer:
    """A risk that can be insured in the next period. ``sums`` in ascending order; ``is_fixed``: cannot be left out."""

    risk_code: str
    risk: str
    sums: tuple[Money, ...]
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class RenewalChoices:
    """What the policy core lets be chosen, and the choice that it proposes.

    ``deductibles`` in ascending order, empty where the product has none. ``drivers``: persons whom the policy names
    now, empty where drivers are not named.
    """

    coverages: tuple[CoverageOffer, ...]
    deductibles: tuple[Money, ...]
    instalment_counts: tuple[int, ...]
    drivers: tuple[Isn, ...]
    can_lift_driver_limit: bool
    proposed: RenewalChoice


@dataclass(frozen=True, slots=True)
class CoverageChoice:
    """A risk that is wanted, for this sum."""

    risk_code: str
    sum_insured: Money


@dataclass(frozen=True, slots=True)
class RenewalChoice:
    """What the customer wants of the next period.

    ``deductible`` is None for none. ``drivers`` is None for anybody who may drive, and empty where the product knows no
    drivers.
    """

    coverages: tuple[CoverageChoice, ...]
    deductible: Money | None
    instalment_count: int
    drivers: tuple[Isn, ...] | None


@dataclass(frozen=True, slots=True)
class RenewalQuote:
    """A price that the policy core keeps until ``valid_until``, the last day. ``first_instalment`` is paid at once."""

    isn: Isn
    premium: Money
    first_instalment: Money
    valid_until: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a quote became: a policy that waits for payment, under a number of its own."""

    isn: Isn
    policy_isn: Isn
    policy_number: str
    premium: Money
