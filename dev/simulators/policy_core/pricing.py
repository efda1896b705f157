"""What a choice costs: the price of the proposed one, times how much more or less the choice is worth."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from dev.simulators.policy_core.choices import Choice, Choices

_ROUBLE = Decimal(1)
_MAIN_WEIGHT = Decimal("0.7")
_PER_DEDUCTIBLE = 6
_CHEAPEST = Decimal("0.5")
_AT_ONCE, _IN_PARTS, _IN_MANY_PARTS = Decimal("0.96"), Decimal(1), Decimal("1.01")
_ANYBODY, _PER_DRIVER = Decimal("1.6"), Decimal("0.05")


def price(base: Decimal, choices: Choices, choice: Choice) -> Decimal:
    """The premium of a choice, when that of the proposed one is `base`; in whole roubles."""
    return (base * _worth(choices, choice) / _worth(choices, choices.proposed)).quantize(_ROUBLE, ROUND_HALF_UP)


def _worth(choices: Choices, choice: Choice) -> Decimal:
    return (
        _covered(choices, choice) * _borne(choices, choice) * _paid(choice.instalment_count) * _driven(choice.drivers)
    )


def _covered(choices: Choices, choice: Choice) -> Decimal:
    """Each risk by its sum; the first weighs as much as it does, the others share the rest."""
    others = len(choices.offers) - 1
    chosen = dict(choice.coverages)
    weights = [_MAIN_WEIGHT, *((1 - _MAIN_WEIGHT) / others for _ in range(others))]
    return _total(
        weight * chosen[offer.risk.code] / offer.sums[0]
        for weight, offer in zip(weights, choices.offers, strict=True)
        if offer.risk.code in chosen
    )


def _borne(choices: Choices, choice: Choice) -> Decimal:
    """The more the customer bears, the less it costs."""
    if choice.deductible is None:
        return Decimal(1)
    return max(_CHEAPEST, 1 - _PER_DEDUCTIBLE * choice.deductible / choices.offers[0].sums[0])


def _paid(parts: int) -> Decimal:
    return {1: _AT_ONCE, 2: _IN_PARTS}.get(parts, _IN_MANY_PARTS)


def _driven(drivers: tuple[int, ...] | None) -> Decimal:
    """Each further driver costs, and anybody the most."""
    return _ANYBODY if drivers is None else 1 + _PER_DRIVER * max(0, len(drivers) - 1)


def _total(shares: Iterable[Decimal]) -> Decimal:
    return sum(shares, Decimal(0))
