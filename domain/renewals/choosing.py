"""What a customer wants of the next period, held against what is offered; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.models import CoverageChoice, RenewalChoice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from domain.models import Isn, RenewalChoices
    from domain.money import Money

__all__ = ["Wanted", "chosen", "is_offered"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A choice as it was typed: sums without a currency, in any order. ``drivers`` is None for anybody."""

    coverages: tuple[tuple[str, Decimal], ...]
    deductible: Decimal | None
    instalment_count: int
    drivers: tuple[Isn, ...] | None


def chosen(choices: RenewalChoices, wanted: Wanted) -> RenewalChoice | None:
    """Return the choice that is meant, in the order of the offer; None for what is not offered.

    Of nobody named, where nobody can be, is spoken as of anybody.
    """
    sums = dict(wanted.coverages)
    if len(sums) != len(wanted.coverages) or len(set(wanted.drivers or ())) != len(wanted.drivers or ()):
        return None
    coverages = tuple(
        CoverageChoice(each.risk_code, found)
        for each in choices.coverages
        if each.risk_code in sums and (found := _of(each.sums, sums[each.risk_code])) is not None
    )
    deductible = None if wanted.deductible is None else _of(choices.deductibles, wanted.deductible)
    names_drivers = bool(choices.drivers) or choices.can_lift_driver_limit
    drivers = wanted.drivers
    if drivers is not None:
        drivers = tuple(each for each in choices.drivers if each in drivers)
    elif not names_drivers:
        drivers = ()
    choice = RenewalChoice(coverages, deductible, wanted.instalment_count, drivers)
    is_whole = (
        len(coverages) == len(sums)
        and (deductible is None) is (wanted.deductible is None)
        and len(drivers or ()) == len(wanted.drivers or ())
    )
    return choice if is_whole and is_offered(choices, choice) else None


def is_offered(choices: RenewalChoices, choice: RenewalChoice) -> bool:
    """Return whether a choice is made of what is offered, with all that cannot be left out."""
    sums = {each.risk_code: each.sums for each in choices.coverages}
    codes = [each.risk_code for each in choice.coverages]
    return (
        bool(codes)
        and len(set(codes)) == len(codes)
        and {each.risk_code for each in choices.coverages if each.is_fixed} <= set(codes)
        and all(each.sum_insured in sums.get(each.risk_code, ()) for each in choice.coverages)
        and choice.deductible in {None, *choices.deductibles}
        and choice.instalment_count in choices.instalment_counts
        and _may_drive(choices, choice.drivers)
    )


def _may_drive(choices: RenewalChoices, drivers: tuple[Isn, ...] | None) -> bool:
    if drivers is None:
        return choices.can_lift_driver_limit
    names_drivers = bool(choices.drivers) or choices.can_lift_driver_limit
    return len(set(drivers)) == len(drivers) and set(drivers) <= set(choices.drivers) and bool(drivers) is names_drivers


def _of(sums: Iterable[Money], amount: Decimal) -> Money | None:
    return next((each for each in sums if amount.is_finite() and each.amount == amount), None)
