import json
from dataclasses import dataclass, fields, is_dataclass, make_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import models
from domain.money import Money
from gateway.sources.codec import NAMES, Codec, Uncodable
from tests.unit.gateway.sources.fakes import valuation

CODEC = Codec(models.LifeValuation)

decimals = st.decimals(allow_nan=False, allow_infinity=False)
instants = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
st.register_type_strategy(Money, st.builds(Money, decimals, st.sampled_from(["RUB", "USD", "CNY"])))
st.register_type_strategy(Decimal, decimals)
st.register_type_strategy(datetime, instants)
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))


def values(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any value of a dataclass, its fields filled by their types."""
    hints = get_type_hints(kind, localns=NAMES)
    for hint in hints.values():
        for part in (hint, *getattr(hint, "__args__", ())):
            if is_dataclass(part) and isinstance(part, type) and part is not Money:
                st.register_type_strategy(part, values(part))
    return st.builds(kind, **{each.name: st.from_type(hints[each.name]) for each in fields(kind)})


@given(value=values(models.LifeValuation))
def test_every_valuation_survives_the_round_trip(value: models.LifeValuation) -> None:
    assert CODEC.decode(CODEC.encode(value)) == value


@given(value=values(models.LifeContract))
def test_deeper_values_survive_too(value: models.LifeContract) -> None:
    codec = Codec(models.LifeContract)
    assert codec.decode(codec.encode(value)) == value


@given(number=decimals)
def test_decimals_keep_every_digit_and_the_exponent(number: Decimal) -> None:
    @dataclass(frozen=True)
    class Level:
        value: Decimal

    codec = Codec(Level)
    assert codec.decode(codec.encode(Level(number))).value.as_tuple() == number.as_tuple()


@given(data=st.binary())
def test_arbitrary_bytes_are_refused_not_believed(data: bytes) -> None:
    with pytest.raises(Uncodable):
        CODEC.decode(data)


@pytest.mark.parametrize(
    "field, spoilt",
    [
        ("payout_at_maturity", {"amount": 5000232.42, "currency": "RUB"}),
        ("payout_at_maturity", {"amount": "NaN", "currency": "RUB"}),
        ("payout_at_maturity", {"amount": "five", "currency": "RUB"}),
        ("payout_at_maturity", None),
        ("payout_at_maturity", {"amount": "1"}),
        ("as_of", "yesterday"),
        ("as_of", 0),
        ("stale", "false"),
        ("number", 10033148),
        ("coupons", {}),
        ("coupons", [{"observed_on": "2026-01-15"}]),
    ],
)
def test_a_field_of_another_kind_is_refused(field: str, spoilt: object) -> None:
    tree = json.loads(CODEC.encode(valuation("P1")))
    assert field in tree
    with pytest.raises(Uncodable):
        CODEC.decode(json.dumps(tree | {field: spoilt}).encode())


def test_a_field_too_many_or_too_few_is_refused() -> None:
    tree = json.loads(CODEC.encode(valuation("P1")))
    with pytest.raises(Uncodable):
        CODEC.decode(json.dumps(tree | {"new_field": 1}).encode())
    del tree["stale"]
    with pytest.raises(Uncodable):
        CODEC.decode(json.dumps(tree).encode())


def record(**annotations: Any) -> type[Any]:
    """A dataclass with these fields."""
    return make_dataclass("Record", annotations.items())


def test_the_fingerprint_follows_names_and_types_at_any_depth() -> None:
    def fingerprint(**annotations: Any) -> str:
        inner: Any = record(**annotations)
        return Codec(record(inner=tuple[inner, ...])).fingerprint

    assert fingerprint(amount=int) == fingerprint(amount=int)
    assert len({fingerprint(amount=int), fingerprint(amount=Decimal), fingerprint(sum=int)}) == 3


@pytest.mark.parametrize("unknown", [float, bytes, int | str, int | str | None, tuple[int, str], list[int], object])
def test_a_type_the_codec_does_not_know_is_refused_when_it_is_built(unknown: Any) -> None:
    with pytest.raises(TypeError, match="does not know"):
        Codec(record(value=unknown))


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, "\ud800", {1, 2}])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    kind = record(value=type(value) if isinstance(value, int | str) else int)
    with pytest.raises(Uncodable):
        Codec(kind).encode(kind(value))
