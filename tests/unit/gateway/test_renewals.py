"""Offers are counted by what they come to; what a person has to look at is written down by number."""

from __future__ import annotations

from dataclasses import replace

import structlog

from domain.renewals.models import PREMIUM_DIFFERS, OfferState
from gateway.observability.metrics import Metrics
from gateway.renewals import RenewalTally, ports
from tests.fakes.renewals import FakeRenewing
from tests.unit.domain.renewals.test_signing import OFFER


def test_every_state_is_counted_and_nobody_is_bothered() -> None:
    metrics = Metrics()
    with structlog.testing.capture_logs() as written:
        for state in (OfferState.PRICED, OfferState.PRICED, OfferState.AGREED):
            RenewalTally(metrics)(replace(OFFER, state=state))
    counted = metrics.renewal_offers.labels("PRICED")._value.get()
    assert (counted, written) == (2, [])


def test_an_agreement_at_another_price_wants_a_person() -> None:
    with structlog.testing.capture_logs() as written:
        RenewalTally(Metrics())(replace(OFFER, state=OfferState.REFUSED, failure=PREMIUM_DIFFERS))
    assert written == [{"event": "renewal agreed at another price", "offer": 4, "log_level": "error"}]


def test_where_nobody_gives_prices_nothing_is_renewed() -> None:
    assert ports(None, Metrics()) is None
    assert ports(FakeRenewing().quote_renewal, Metrics()) is not None
