"""A choice in values that JSON knows: as it is kept, and as it is signed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.models import CoverageChoice, Isn, RenewalChoice
from domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["choice_of", "money_of", "written", "written_money"]


def written(choice: RenewalChoice) -> dict[str, Any]:
    """Write a choice."""
    return {
        "coverages": [{"risk": each.risk_code, "sum": written_money(each.sum_insured)} for each in choice.coverages],
        "deductible": None if choice.deductible is None else written_money(choice.deductible),
        "instalments": choice.instalment_count,
        "drivers": None if choice.drivers is None else list(choice.drivers),
    }


def choice_of(found: Mapping[str, Any]) -> RenewalChoice:
    """Read a choice again."""
    drivers = found["drivers"]
    return RenewalChoice(
        coverages=tuple(CoverageChoice(each["risk"], money_of(each["sum"])) for each in found["coverages"]),
        deductible=None if found["deductible"] is None else money_of(found["deductible"]),
        instalment_count=found["instalments"],
        drivers=None if drivers is None else tuple(Isn(each) for each in drivers),
    )


def written_money(money: Money) -> str:
    """Write a sum: ``51200.00 RUB``."""
    return f"{money.rounded.amount} {money.currency}"


def money_of(text: str) -> Money:
    """Read a sum again."""
    amount, _, currency = text.partition(" ")
    return Money(Decimal(amount), currency)
