"""How long an order whose page nobody opened is left open, and when a customer has stopped looking; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.accounts.models import AccountId
from domain.models import Isn, PolicyNumber
from domain.payments import judging
from domain.payments.models import PaidInstalment, Payment, PaymentId, PaymentState
from domain.payments.ports import PaymentRules
from tests.fakes import objects
from tests.fakes.clock import NOW

LIFE: Final = timedelta(minutes=25)
UNSHOWN: Final = timedelta(days=3)
AWAY: Final = timedelta(minutes=1)
A_MOMENT: Final = timedelta(seconds=1)
RULES: Final = PaymentRules("https://account.test/?payment=", LIFE, UNSHOWN, timedelta(0), AWAY, LIFE, 5, UNSHOWN)


def payment(**changed: Any) -> Payment:
    """Return one whose order was made now."""
    given: dict[str, Any] = {"state": PaymentState.OPEN, "opened_at": NOW, **changed}
    made = PaidInstalment(Isn(100), PolicyNumber("P100"), 1)
    return Payment(PaymentId(uuid4()), 1, AccountId(uuid4()), Isn(1), made, objects.rub("1.00"), NOW, **given)


@pytest.mark.parametrize("shown_after", [timedelta(0), timedelta(hours=8), UNSHOWN])
def test_shown_it_has_its_time_from_then_on_however_long_before_the_order_was_made(shown_after: timedelta) -> None:
    shown = payment(shown_at=NOW + shown_after)
    assert not judging.has_lived(shown, RULES, NOW + shown_after + LIFE)
    assert judging.has_lived(shown, RULES, NOW + shown_after + LIFE + A_MOMENT)


def test_never_shown_it_has_the_longer_time_from_its_making() -> None:
    assert not judging.has_lived(payment(), RULES, NOW + UNSHOWN)
    assert judging.has_lived(payment(), RULES, NOW + UNSHOWN + A_MOMENT)


def test_opened_anew_it_begins_its_time_with_the_next_order() -> None:
    before = payment(order="order-1", address="https://bank.test/1", shown_at=NOW, checked_at=NOW, means=uuid4())
    after = judging.opened_anew(before)
    assert (after.state, after.means, after.order, after.address) == (PaymentState.WAITING, None, None, None)
    assert (after.opened_at, after.shown_at, after.checked_at) == (None, None, None)


@pytest.mark.parametrize("state", sorted({*PaymentState} - {PaymentState.OPEN}))
def test_what_is_not_open_is_not_for_closing(state: PaymentState) -> None:
    assert not judging.has_lived(payment(state=state, shown_at=NOW), RULES, NOW + 2 * UNSHOWN)


@pytest.mark.parametrize(
    ("changed", "was_awaited"),
    [
        ({"waited_at": NOW - AWAY}, True),
        ({"waited_at": NOW - AWAY + A_MOMENT}, False),
        ({}, False),
        ({"waited_at": NOW - AWAY, "state": PaymentState.WAITING, "opened_at": None}, False),
        ({"waited_at": NOW - AWAY, "state": PaymentState.FAILED}, False),
    ],
)
def test_awaited_is_what_can_be_paid_and_was_told_to_wait_for_long(
    changed: dict[str, Any], *, was_awaited: bool
) -> None:
    assert judging.was_awaited(payment(**changed), AWAY, NOW) is was_awaited
