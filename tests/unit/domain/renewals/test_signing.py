"""What is signed is one text, and another whenever anything that matters is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import models
from domain.accounts.models import AccountId
from domain.renewals import judging
from domain.renewals.models import PREMIUM_DIFFERS, OfferId, OfferState, RenewalOffer
from domain.renewals.signing import digest, document
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.objects import in_days, rub

QUOTE = models.RenewalQuote(models.Isn(7100), rub("51200.00"), rub("25600.00"), in_days(14), in_days(16), in_days(380))
OFFER = RenewalOffer(
    OfferId(UUID(int=1)),
    4,
    AccountId(UUID(int=2)),
    models.Isn(1),
    models.Isn(100),
    objects.number(100),
    "Автозащита",
    objects.renewal_choices().proposed,
    QUOTE,
    (),
    NOW,
)


def test_it_is_canonical_json_with_all_that_is_agreed_to() -> None:
    text = document(OFFER)
    told = json.loads(text)
    assert text == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert {name: each for name, each in told.items() if name != "choice"} == {
        "form": "renewal/1",
        "offer": 4,
        "policy": "P100",
        "product": "Автозащита",
        "premium": "51200.00 RUB",
        "first_instalment": "25600.00 RUB",
        "starts_on": "2026-01-31",
        "ends_on": "2027-01-30",
    }
    assert digest(text) == hashlib.sha256(text.encode()).digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 5},
        {"policy_number": objects.number(101)},
        {"product": "Другой продукт"},
        {"choice": replace(OFFER.choice, instalment_count=1)},
        {"choice": replace(OFFER.choice, drivers=None)},
        {"choice": replace(OFFER.choice, drivers=())},
        {"choice": replace(OFFER.choice, coverages=OFFER.choice.coverages[:-1])},
        {"choice": replace(OFFER.choice, coverages=(replace(OFFER.choice.coverages[0], sum_insured=rub("1.00")),))},
        {"choice": replace(OFFER.choice, deductible=rub("15000.00"))},
        {"quote": replace(QUOTE, premium=rub("51200.01"))},
        {"quote": replace(QUOTE, first_instalment=rub("25600.01"))},
        {"quote": replace(QUOTE, starts_on=in_days(17))},
        {"quote": replace(QUOTE, ends_on=in_days(381))},
    ],
)
def test_anything_else_is_another_document(changes: dict[str, Any]) -> None:
    assert digest(document(replace(OFFER, **changes))) != digest(document(OFFER))


def test_how_far_it_has_come_is_no_part_of_it() -> None:
    accepted = judging.accepted(OFFER, NOW)
    assert accepted.digest == digest(document(judging.signed(accepted, NOW)))


def test_accepted_again_it_was_accepted_the_first_time() -> None:
    again = judging.accepted(judging.accepted(OFFER, NOW), NOW + timedelta(hours=1))
    assert again == judging.accepted(OFFER, NOW)


@pytest.mark.parametrize("premium", ["51200.01", "51199.99"])
def test_an_agreement_at_another_price_is_none_dearer_or_cheaper(premium: str) -> None:
    made = models.Agreement(models.Isn(7300), models.Isn(500), "P-500", rub(premium))
    after = judging.agreed(judging.signed(judging.accepted(OFFER, NOW), NOW), made, NOW)
    assert (after.state, after.failure) == (OfferState.REFUSED, PREMIUM_DIFFERS)
    assert (after.new_policy, after.ended_at) == (500, NOW)


def test_an_unsigned_offer_is_good_on_its_last_day_and_not_after() -> None:
    assert judging.as_of(OFFER, OFFER.valid_until) == OFFER
    assert judging.as_of(OFFER, in_days(15)).state is OfferState.EXPIRED
    signed = judging.signed(judging.accepted(OFFER, NOW), NOW)
    assert judging.as_of(signed, in_days(15)) == signed


def test_it_ends_with_the_first_day_of_cover_however_long_the_price_is_kept() -> None:
    late = replace(OFFER, quote=replace(QUOTE, starts_on=in_days(3)))
    assert late.valid_until == in_days(3)
    assert judging.as_of(late, in_days(3)) == late
    assert judging.as_of(late, in_days(4)).state is OfferState.EXPIRED
