"""What the acquirer's server answers about an order: bytes to domain, strictly. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from domain.acquirer import Means, Order, OrderState
from domain.money import Money

__all__ = ["Unreadable", "code_of", "is_order", "kopecks", "order_of"]

ORDER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
MOST_KOPECKS: Final = 10**14
PLACES: Final = 2


class Unreadable(ValueError):
    """The answer breaks the contract; the text says how, and quotes nothing of it."""


class _Means(msgspec.Struct, frozen=True):
    token: Annotated[str, Meta(pattern=r"^[!-~]{1,200}\Z")]
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    expires: date


class _Order(msgspec.Struct, frozen=True, rename="camel"):
    order: str
    state: OrderState
    amount: Annotated[int, Meta(ge=0, lt=MOST_KOPECKS)]
    paid_at: Annotated[datetime, Meta(tz=True)] | None
    means: _Means | None = None


class _Refusal(msgspec.Struct, frozen=True):
    code: str


ORDERS: Final = msgspec.json.Decoder(_Order, strict=True)
REFUSALS: Final = msgspec.json.Decoder(_Refusal, strict=True)


def is_order(text: str) -> bool:
    """Whether an order may be called so: it goes into addresses and logs as it is."""
    return ORDER.fullmatch(text) is not None


def order_of(body: bytes, asked: str) -> Order:
    """Read the answer about the order that was asked for. Raises: ``Unreadable``."""
    try:
        said = ORDERS.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable("not an order") from None
    if said.order != asked:
        raise Unreadable("another order")
    if (said.state is OrderState.PAID) != (said.paid_at is not None):
        raise Unreadable("paid without an instant, or an instant without payment")
    if not said.amount and said.state is not OrderState.CANCELLED:
        raise Unreadable("no amount")
    try:
        paid_at = None if said.paid_at is None else said.paid_at.astimezone(UTC)
    except OverflowError:
        raise Unreadable("an instant out of all time") from None
    means = None if said.means is None else Means(said.means.token, said.means.title, said.means.expires)
    return Order(said.order, said.state, Money(Decimal(said.amount).scaleb(-PLACES)), paid_at, means)


def code_of(body: bytes) -> str | None:
    """Return the code of a refusal, None for what is none: a balancer's page says nothing about an order."""
    try:
        return REFUSALS.decode(body).code
    except (msgspec.DecodeError, RecursionError):
        return None


def kopecks(amount: Money) -> int:
    """Return an amount as the acquirer wants it. Raises: ``ValueError`` for one that is not whole, positive roubles."""
    scaled = amount.amount.scaleb(PLACES)
    if amount.currency != "RUB" or scaled != scaled.to_integral_value() or not 0 < scaled < MOST_KOPECKS:
        raise ValueError("an amount in whole kopecks is wanted")
    return int(scaled)
