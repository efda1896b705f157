"""A quote that nobody could be held to breaks the contract: it is the core's fault, and never ours to keep."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from adapters.policy_core import wire
from adapters.policy_core.mapping import renewals
from tests.fakes.objects import rub

WELL: Final = wire.Quote(
    quote_isn="71000000001.0",
    premium="51 200,00",
    first_instalment="25 600,00",
    currency="643",
    valid_until="29.01.2026",
    start_date="31.01.2026",
    end_date="30.01.2027",
)


def test_a_quote_that_is_whole_is_read() -> None:
    quote = renewals.quote(WELL)
    assert (quote.premium, quote.first_instalment) == (rub("51200.00"), rub("25600.00"))
    assert renewals.quote(msgspec.structs.replace(WELL, first_instalment=WELL.premium)).first_instalment == rub("51200")
    assert renewals.quote(msgspec.structs.replace(WELL, end_date=WELL.start_date)).ends_on == quote.starts_on


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"first_instalment": "51 200,01"}, "FirstInstalment"),
        ({"first_instalment": "0,00"}, "FirstInstalment"),
        ({"first_instalment": "-1,00"}, "FirstInstalment"),
        ({"premium": "0,00", "first_instalment": "0,00"}, "FirstInstalment"),
        ({"end_date": "30.01.2026"}, "EndDate"),
    ],
)
def test_sums_and_dates_that_do_not_fit_each_other_are_none(changed: dict[str, str], named: str) -> None:
    with pytest.raises(wire.Unreadable, match=named):
        renewals.quote(msgspec.structs.replace(WELL, **changed))
