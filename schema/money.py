"""Sums of money."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import strawberry

from domain import money
from resolvers.context import Context
from schema import enums  # noqa: F401 - Locale must be registered before it is named here
from schema.caching import PART
from schema.fields import computed
from schema.shown import shown

__all__ = ["Money"]

LOCALE = Annotated[
    money.Locale | None, strawberry.argument(description="Language of the reader; that of Accept-Language unless told.")
]


def formatted(root: money.Money, ctx: Context, locale: money.Locale | None = None) -> str:
    """Write the sum as people do."""
    return root.formatted(locale or ctx.locale)


@shown(money.Money, description="An exact sum of money in one currency.", keep=PART)
class Money:
    """Sum of money."""

    amount: Decimal = computed(
        lambda root, _ctx: root.rounded.amount,
        Decimal,
        description="Exact decimal with two places, as a string: never a binary float.",
    )
    currency: str = strawberry.field(description="ISO 4217 code, for example RUB.")
    formatted: str = computed(
        formatted,
        str,
        description="As people write it, with no-break spaces: `5 000 232,42 ₽`.",
        arguments={"locale": LOCALE},
    )
