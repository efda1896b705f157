"""Exact sums of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from babel.numbers import format_currency

__all__ = ["Locale", "Money", "total"]

CENT = Decimal("0.01")


class Locale(StrEnum):
    """Languages that customers read; the value is the CLDR locale."""

    RU = "ru"
    EN = "en"


# CLDR's English glues the code of a foreign currency to the digits; readers abroad know codes better than signs.
PATTERNS: Final = {Locale.EN: "¤¤\u00a0#,##0.00"}


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency.

    ``amount`` may carry more than two places while it is computed with; ``rounded`` is called once, at the end.
    ``currency`` is an ISO 4217 code.
    """

    amount: Decimal
    currency: str = "RUB"

    def __post_init__(self) -> None:
        # A float here has already lost kopecks: refuse it where it enters rather than where it is shown.
        if type(self.amount) is not Decimal or not self.amount.is_finite():
            msg = f"money needs a finite Decimal, not {type(self.amount).__name__}"
            raise TypeError(msg)

    @property
    def rounded(self) -> Money:
        """To 0.01, halves away from zero, as insurers' contracts say."""
        return Money(self.amount.quantize(CENT, ROUND_HALF_UP), self.currency)

    def formatted(self, locale: Locale) -> str:
        """As people write it: ``5 000 232,42 ₽`` in Russian, ``RUB 5,000,232.42`` in English.

        Spaces are no-break spaces (U+00A0), as CLDR has them, so a sum never breaks across lines.
        """
        pattern = PATTERNS.get(locale)
        return format_currency(self.rounded.amount, self.currency, pattern, locale=locale.value)

    def __add__(self, other: Money) -> Money:
        """Sum of two amounts of one currency; another currency is a programming error."""
        if other.currency != self.currency:
            msg = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.amount + other.amount, self.currency)


def total(sums: list[Money]) -> Money | None:
    """Sum of a list in one currency, or None for an empty list."""
    if not sums:
        return None
    head, *rest = sums
    for each in rest:
        head += each
    return head
