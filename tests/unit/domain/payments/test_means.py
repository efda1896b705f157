"""A means is known by brand and bank: no digit of a card gets into its title, however the acquirer writes it."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from domain.accounts.models import AccountId
from domain.payments.means import MeansId, SavedMeans, titled
from tests.fakes.clock import NOW


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Карта «Синица»", "Карта «Синица»"),
        ("Mir, Northern Bank", "Mir, Northern Bank"),
        ("VISA •••• 4242", "VISA"),
        ("Visa *4242", "Visa"),
        ("4242 42** **** 4242 Синица", "Синица"),
        ("Mastercard xxxx-4242, Bank", "Mastercard Bank"),
        ("Mir XXXX ４２４２ Bank", "Mir Bank"),
        ("Мир ٤٢٤٢", "Мир"),
        ("Maxx Bank xx1234", "Maxx Bank"),
        ("4242424242424242", "Карта"),
        ("•••• 4242", "Карта"),
    ],
)
def test_digits_and_what_stands_for_them_are_cut(told: str, kept: str) -> None:
    assert titled(told) == kept
    assert not any(each.isdigit() or each.isnumeric() for each in titled(told))


def test_the_token_is_shown_nowhere() -> None:
    means = SavedMeans(MeansId(uuid4()), AccountId(uuid4()), "means-secret", "Карта", date(2028, 12, 31), NOW)
    assert "means-secret" not in repr(means)
