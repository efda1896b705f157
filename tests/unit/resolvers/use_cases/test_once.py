"""What makes two requests the same: who asks by which mutation, the key, and the input whatever its order."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from domain.outbox.models import Wish
from resolvers.use_cases.once import wish
from tests.unit.resolvers.use_cases.paying import KEY, Payer

Given = Mapping[str, str | int | None]

GIVEN: Given = {"policy": "P100", "number": 1}


def made(given: Given = GIVEN, who: str = "anna", mutation: str = "startPayment") -> Wish:
    found = wish(who, mutation, KEY, given)
    assert found is not None
    return found


def test_the_same_input_in_another_order_is_the_same_wish() -> None:
    assert made({"number": 1, "policy": "P100"}) == made()


@pytest.mark.parametrize(
    "given", [{"policy": "P100", "number": 2}, {"policy": "P100"}, {"policy": "P100", "number": "1"}]
)
def test_another_input_is_another_wish_of_the_same_key(given: Given) -> None:
    other = made(given)
    assert (other.scope, other.key) == (made().scope, made().key)
    assert other.digest != made().digest


def test_a_key_belongs_to_who_made_it_and_to_one_mutation() -> None:
    scopes = {
        made(GIVEN, who, mutation).scope for who in ("anna", "olga") for mutation in ("startPayment", "acceptRenewal")
    }
    assert len(scopes) == 4


async def test_a_key_that_another_mutation_was_asked_with_begins_a_payment_all_the_same() -> None:
    olga = Payer()
    other = wish(str(olga.owner.id), "acceptRenewal", KEY, GIVEN)
    assert other is not None
    async with olga.kept.work() as work:
        await work.wishes.claim(other, olga.owner.id, olga.clock.now())
    begun = await olga.start()
    assert begun.payment == olga.payment
    assert len(olga.kept.rows.underway.wishes) == 2
