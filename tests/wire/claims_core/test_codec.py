"""Properties of the codec and of what is built on it."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.claims_core import mapping, wire
from adapters.claims_core.client.operations import merged

R = TypeVar("R")

TEXT = st.text(max_size=12)
INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))]))
AMOUNTS = st.from_regex(re.compile(r"-?[0-9]{1,15}\.[0-9]{2}", re.ASCII), fullmatch=True)
CURRENCIES = st.from_regex(re.compile(r"[A-Z]{3}", re.ASCII), fullmatch=True)
KOPECKS = st.integers(1, 10**17)
DAYS = st.dates()
DATES = (date(2026, 1, 1), date(2026, 2, 1))
OPTIONAL_DAYS = st.none() | DAYS


def few(strategy: st.SearchStrategy[R]) -> st.SearchStrategy[tuple[R, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


STATIONS = st.builds(wire.Station, TEXT, TEXT, TEXT, TEXT, TEXT)
FILES = st.builds(wire.File, TEXT, TEXT, TEXT, st.integers(0, 2**40), INSTANTS)
CLAIMS = st.builds(
    wire.Claim,
    id=TEXT,
    number=st.none() | TEXT,
    policyNumber=TEXT,
    state=TEXT,
    event=st.builds(wire.Event, INSTANTS, TEXT, TEXT),
    registeredOn=OPTIONAL_DAYS,
    documentsCompleteOn=OPTIONAL_DAYS,
    inspectionAt=st.none() | INSTANTS,
    timeline=few(st.builds(wire.Step, INSTANTS, TEXT, st.none() | TEXT)),
    documents=few(st.builds(wire.Requirement, TEXT, TEXT, TEXT, TEXT, few(FILES))),
    payouts=few(st.builds(wire.Payout, TEXT, st.builds(wire.Money, AMOUNTS, CURRENCIES), OPTIONAL_DAYS)),
    referral=st.none()
    | st.builds(wire.Referral, TEXT, STATIONS, DAYS, DAYS, st.none() | KOPECKS, OPTIONAL_DAYS, TEXT, TEXT),
)
MESSAGES = st.builds(wire.Message, TEXT, TEXT, TEXT, INSTANTS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.sampled_from(["id", "items"]), inner, max_size=3)
    ),
    max_leaves=10,
)


TOTALS = st.dictionaries(TEXT, st.integers(0, 10**6), max_size=3)


def batch(rows: Any, totals: Any = None) -> bytes:
    return msgspec.json.encode({"items": rows, "failures": [], "totals": totals or {}, "next": None})


def listing(rows: Any, total: Any) -> bytes:
    return msgspec.json.encode({"items": rows, "total": total, "next": None})


@given(few(CLAIMS), TOTALS)
def test_claims_survive_the_wire(claims: tuple[wire.Claim, ...], totals: dict[str, int]) -> None:
    assert wire.decode_claims(batch(claims, totals)) == wire.Page(claims, (), None, totals)


@given(few(MESSAGES), few(STATIONS), st.integers(0, 10**6))
def test_messages_and_stations_survive_the_wire(
    messages: tuple[wire.Message, ...], stations: tuple[wire.Station, ...], total: int
) -> None:
    assert wire.decode_messages(listing(messages, total)) == wire.Page(messages, (), None, total=total)
    assert wire.decode_stations(listing(stations, total)) == wire.Page(stations, (), None, total=total)


@pytest.mark.parametrize("total", [-1, 1.5, "1", None])
def test_a_page_without_a_readable_total_is_garbage(total: object) -> None:
    with pytest.raises(wire.Garbage):
        wire.decode_claims(batch([], {"K1": total}))
    with pytest.raises(wire.Garbage):
        wire.decode_messages(listing([], total))


@given(CLAIMS, JSON)
def test_a_bad_row_never_spoils_a_good_one(claim: wire.Claim, odd: Any) -> None:
    first, second = wire.decode_claims(batch([odd, claim])).items
    assert isinstance(first, wire.Unreadable)
    assert second == claim


@given(st.binary(max_size=60))
def test_any_bytes_are_a_page_or_garbage(body: bytes) -> None:
    with pytest.raises(wire.Garbage):
        wire.decode_claims(body)


@given(st.binary(max_size=30))
def test_any_bytes_in_a_row_are_a_row_or_garbage(row: bytes) -> None:
    try:
        page = wire.decode_claims(b'{"items":[' + row + b'],"failures":[],"totals":{},"next":null}')
    except wire.Garbage:
        return
    assert all(isinstance(each, wire.Unreadable) for each in page.items)


def test_nesting_without_end_is_garbage() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(wire.Garbage):
        wire.decode_claims(b'{"items":' + deep + b',"failures":[],"totals":{},"next":null}')


@given(AMOUNTS, CURRENCIES)
def test_sums_arrive_to_the_kopeck(amount: str, currency: str) -> None:
    payout = mapping.payout(wire.Payout("1", wire.Money(amount, currency), None))
    assert (payout.amount.amount, payout.amount.currency) == (Decimal(amount), currency)
    assert payout.amount.amount.as_tuple().exponent == -2


@given(KOPECKS)
def test_kopecks_arrive_to_the_kopeck(kopecks: int) -> None:
    station = wire.Station("1", "", "", "", "")
    record = wire.Referral("1", station, *DATES, kopecks, None, "WAITING", "NONE")
    due = mapping.referral(record).deductible_due
    assert due is not None
    assert int(due.amount * 100) == kopecks
    assert due.amount.as_tuple().exponent == -2


@given(st.lists(st.integers(0, 30), unique=True, max_size=12), st.integers(1, 4), st.integers(0, 3))
def test_pages_that_drift_lose_and_repeat_nothing(rows: list[int], size: int, drift: int) -> None:
    pages: list[wire.Page[wire.Message]] = []
    start = 0
    while start < len(rows) or not pages:
        begin = max(0, start - min(drift, size - 1)) if pages else 0
        pages.append(wire.Page(tuple(message(row) for row in rows[begin : begin + size]), (), None))
        start = begin + size
    assert merged(pages).items == tuple(message(row) for row in rows)


def test_rows_that_differ_or_come_twice_in_one_page_stay() -> None:
    first, changed, other = message(1), message(1, "changed"), message(2)
    assert merged([wire.Page((first, other), (), None), wire.Page((changed,), (), None)]).items == (
        first,
        other,
        changed,
    )
    assert merged([wire.Page((first, first), (), None)]).items == (first, first)


def test_totals_are_those_of_the_first_page() -> None:
    pages: list[wire.Page[wire.Message]] = [wire.Page((), (), None, {"K1": n}, n) for n in (2, 3)]
    assert merged(pages) == pages[0]


def message(row: int, text: str = "") -> wire.Message:
    return wire.Message(str(row), "insurer", text, datetime(2026, 1, 1, tzinfo=UTC))
