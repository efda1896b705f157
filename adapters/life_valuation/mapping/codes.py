"""The engine's code tables: contract/PROTOCOL.md, section 4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeVar

from adapters.life_valuation.wire import Unreadable
from domain.clock import MOSCOW
from domain.models import LifeKind, LifeOperationKind, LifeOrderState, PayoffFeature
from domain.money import Money

__all__ = [
    "FEATURES",
    "KINDS",
    "OPERATIONS",
    "ORDER_STATES",
    "PLAIN_PAYOFF",
    "REASONS",
    "decoded",
    "instant",
    "money",
    "optional_money",
    "percent",
]

C = TypeVar("C")
V = TypeVar("V")

KINDS: Final = {"НСЖ": LifeKind.ENDOWMENT, "ИСЖ": LifeKind.INVESTMENT, "ДСЖ": LifeKind.UNIT_LINKED}

PLAIN_PAYOFF: Final = "STD"
FEATURES: Final = {
    "CAP": PayoffFeature.CAPPED,
    "AVG": PayoffFeature.AVERAGED,
    "WORST": PayoffFeature.WORST_OF,
    "CPN": PayoffFeature.COUPONS,
    "FX": PayoffFeature.FOREIGN_CURRENCY,
}

OPERATIONS: Final = {
    11: LifeOperationKind.CHANGE_UNDERLYING,
    12: LifeOperationKind.FIX_INCOME,
    21: LifeOperationKind.ADDITIONAL_PREMIUM,
    22: LifeOperationKind.WITHDRAW_INCOME,
    31: LifeOperationKind.CHANGE_INSTALMENT_FREQUENCY,
    32: LifeOperationKind.PAID_UP,
    33: LifeOperationKind.PREMIUM_HOLIDAY,
    41: LifeOperationKind.CHANGE_BENEFICIARY,
    51: LifeOperationKind.SURRENDER,
    61: LifeOperationKind.DUPLICATE_DOCUMENT,
    62: LifeOperationKind.TAX_CERTIFICATE,
}

REASONS: Final = {
    "E01": "NOT_FOR_THIS_KIND",
    "E02": "TOO_EARLY",
    "E03": "TOO_LATE",
    "E04": "NO_INCOME",
    "E05": "PREMIUM_OVERDUE",
    "E06": "SINGLE_PREMIUM",
    "E07": "NOT_IN_FORCE",
}

ORDER_STATES: Final = {
    "Новая": LifeOrderState.SUBMITTED,
    "В работе": LifeOrderState.IN_PROGRESS,
    "Исполнена": LifeOrderState.DONE,
    "Отклонена": LifeOrderState.REJECTED,
}

CURRENCIES: Final = {"RUR": "RUB", "USD": "USD", "EUR": "EUR", "CNY": "CNY"}

HUNDRED: Final = Decimal(100)


def decoded(table: Mapping[C, V], code: C, what: str) -> V:
    """Look a code up. Raises: ``Unreadable`` for one that is not in the contract."""
    try:
        return table[code]
    except KeyError as unknown:
        raise Unreadable(f"{what}: unknown code") from unknown


def money(amount: Decimal, currency: str) -> Money:
    """An amount in the engine's currency code. Raises: ``Unreadable``."""
    return Money(amount, decoded(CURRENCIES, currency, "currency"))


def optional_money(amount: Decimal | None, currency: str) -> Money | None:
    """An amount that may be absent. Raises: ``Unreadable``."""
    return None if amount is None else money(amount, currency)


def percent(fraction: Decimal) -> Decimal:
    """A fraction in percent: 0.71 is 71."""
    return fraction * HUNDRED


def instant(local: datetime) -> datetime:
    """A naive Moscow time as an instant in UTC."""
    return local.replace(tzinfo=MOSCOW).astimezone(UTC)
