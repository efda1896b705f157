"""Nothing about a card has a place here: no name in the schema, no column, nothing that is read of the acquirer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import graphql
import msgspec
import pytest

from gateway.acquirer import orders
from gateway.store.columns import metadata

ROOT: Final = Path(__file__).parents[2]
WORDS: Final = frozenset({"pan", "cvc", "cvv", "csc", "cvc2", "cvv2", "cardnumber", "cardholder"})
OF_A_CARD: Final = frozenset({"number", "holder", "code", "expiry", "expires", "digits", "pin"})
"""What no name may say of a card."""


def tells_of_a_card(name: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    return not WORDS.isdisjoint(words) or ("card" in words and not OF_A_CARD.isdisjoint(words))


def in_the_schema() -> Iterator[str]:
    """Every name of a type, a field, an argument, a value."""
    schema = graphql.build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"), assume_valid=True)
    for name, kind in schema.type_map.items():
        yield name
        if isinstance(kind, graphql.GraphQLEnumType):
            yield from kind.values
        elif isinstance(kind, graphql.GraphQLInputObjectType):
            yield from kind.fields
        elif isinstance(kind, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType):
            for field, what in kind.fields.items():
                yield from (field, *what.args)


def in_the_store() -> Iterator[str]:
    """Every name of a table and a column."""
    for table in metadata.tables.values():
        yield from (table.name, *table.columns.keys())


def in_the_acquirers_answers() -> Iterator[str]:
    """Every field that is read of what the acquirer answers."""
    for kind in vars(orders).values():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield from kind.__struct_encode_fields__


@pytest.mark.parametrize("name", ["cardNumber", "CARD_HOLDER", "pan", "newCvc", "card_expires", "cardholderName"])
def test_such_names_are_known(name: str) -> None:
    assert tells_of_a_card(name)


@pytest.mark.parametrize("name", ["cardId", "company", "number", "holder", "panel"])
def test_others_are_let_be(name: str) -> None:
    assert not tells_of_a_card(name)


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (list(in_the_schema()), "startPayment"),
        (list(in_the_store()), "bill_number"),
        (list(in_the_acquirers_answers()), "paidAt"),
    ],
    ids=["schema", "store", "acquirer"],
)
def test_nothing_is_named_after_what_is_on_a_card(names: list[str], known: str) -> None:
    assert known in names
    assert [each for each in names if tells_of_a_card(each)] == []
