"""Answers of the acquirer's server, read strictly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from domain.acquirer import Means, Order, OrderState
from domain.errors import AcquirerGarbled, AcquirerUnavailable, Refused
from domain.money import Money
from gateway.acquirer.client import meant
from gateway.acquirer.orders import Unreadable, kopecks, order_of

PAID: dict[str, Any] = {
    "order": "o-1",
    "state": "PAID",
    "amount": 500_023_242,
    "paidAt": "2026-01-15T12:00:00.5+03:00",
    "means": {"token": "means-1", "title": "Карта «Синица»", "expires": "2028-12-31"},
}
NEW = PAID | {"state": "NEW", "paidAt": None, "means": None}


def read(**changed: Any) -> Order:
    return order_of(orjson.dumps(PAID | changed), "o-1")


def test_a_paid_order_is_read_in_roubles_and_utc() -> None:
    assert read() == Order(
        "o-1",
        OrderState.PAID,
        Money(Decimal("5000232.42")),
        datetime(2026, 1, 15, 9, 0, 0, 500_000, tzinfo=UTC),
        Means("means-1", "Карта «Синица»", date(2028, 12, 31)),
    )


def test_fields_that_are_new_to_us_are_passed_over() -> None:
    assert read(currency="643", more={"a": []}) == read()


@pytest.mark.parametrize(
    "changed",
    [
        {"order": "o-2"},
        {"order": None},
        {"state": "HELD"},
        {"state": "paid"},
        {"state": "NEW"},
        {"paidAt": None},
        {"paidAt": "2026-01-15T12:00:00"},
        {"paidAt": "9999-12-31T23:59:59-12:00"},
        {"paidAt": 1_768_467_600},
        {"amount": "500023242"},
        {"amount": 1.5},
        {"amount": -1},
        {"amount": 0},
        {"amount": True},
        {"amount": 10**14},
        {"means": {}},
        {"means": PAID["means"] | {"token": ""}},
        {"means": PAID["means"] | {"token": "a b"}},
        {"means": PAID["means"] | {"token": "a\n"}},
        {"means": PAID["means"] | {"title": "x" * 101}},
        {"means": PAID["means"] | {"expires": "12/28"}},
    ],
)
def test_what_breaks_the_contract_is_no_order(changed: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(**changed)
    assert "means-1" not in str(unreadable.value)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 60_000, orjson.dumps(PAID)[:-1], b"\xff"])
def test_what_is_no_json_is_no_order(body: bytes) -> None:
    with pytest.raises(Unreadable):
        order_of(body, "o-1")


@pytest.mark.parametrize(
    "status, body, error",
    [
        (404, b"<html>not here</html>", AcquirerGarbled),
        (404, b'{"code": "OTHER"}', AcquirerGarbled),
        (404, b"[" * 60_000, AcquirerGarbled),
        (302, b"", AcquirerGarbled),
        (204, b"", AcquirerGarbled),
        (400, b"", AcquirerGarbled),
        (422, b'{"code": "WRONG_SIGNATURE"}', AcquirerGarbled),
        (403, b'{"code": "UNKNOWN"}', AcquirerUnavailable),
        (408, b"", AcquirerUnavailable),
        (599, b"", AcquirerUnavailable),
        (422, b'{"code": "UNKNOWN_MEANS"}', Refused),
        (409, b'{"code": "ORDER_DIFFERS"}', Refused),
    ],
)
def test_a_status_means_what_the_acquirer_itself_says(status: int, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        meant("order", "o-1", status, body)


def test_only_the_acquirers_own_404_says_that_nobody_opened_an_order() -> None:
    assert meant("order", "o-1", 404, b'{"code": "UNKNOWN"}') is None


def test_roubles_are_told_in_kopecks() -> None:
    assert kopecks(Money(Decimal("5000232.42"))) == 500_023_242
    assert kopecks(Money(Decimal(1))) == 100


@pytest.mark.parametrize(
    "amount", [Money(Decimal("0.001")), Money(Decimal(0)), Money(Decimal(-1)), Money(Decimal(1), "USD")]
)
def test_what_is_not_whole_roubles_and_kopecks_is_not_told(amount: Money) -> None:
    with pytest.raises(ValueError, match="whole kopecks"):
        kopecks(amount)
