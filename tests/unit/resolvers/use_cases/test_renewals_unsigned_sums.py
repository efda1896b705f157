"""What nobody signed is not paid by another way either: not as an instalment of the policy that the core made."""

from __future__ import annotations

import pytest

from domain import models
from domain.money import Money
from domain.payments.models import PaymentFailure, PaymentState
from domain.payments.problems import Unpayable
from domain.renewals.models import PREMIUM_DIFFERS
from resolvers import ids
from resolvers.use_cases.payments.payables import Instalment
from tests.fakes import objects
from tests.unit.resolvers.use_cases.renewing import Renewer

NEW = ids.encode("Policy", 500)
DEARER = objects.rub("99999.00")
KEYS = ("one payment", "another payment")


async def agreed(premium: Money | None, first: Money | None = None) -> Renewer:
    """Somebody whose signed offer the core agreed to at a premium, with instalments of so much; as signed if None."""
    olga = Renewer()
    offer = await olga.signed()
    (command,) = olga.commands
    olga.renewing.agreements[str(command.id)] = models.Agreement(
        models.Isn(7300), models.Isn(500), "P-500", premium or offer.premium
    )
    await olga.deliver()
    new = objects.policy(500, status=models.PolicyStatus.AWAITING_PAYMENT)
    olga.reads.by_name["policies_of_holder"].rows[olga.owner.client_isn] = (objects.policy(100), new)
    part = first or offer.first_instalment
    olga.reads.by_name["instalments"].rows[new.key] = tuple(objects.instalment(n, amount=part) for n in (1, 2))
    for number in (1, 2):
        olga.core.amounts[models.InstalmentBill(new.key, number)] = part
    return olga


@pytest.mark.parametrize("number", [1, 2])
async def test_of_an_agreement_at_another_price_no_instalment_is_paid(number: int) -> None:
    olga = await agreed(DEARER, DEARER)
    assert olga.offer.failure == PREMIUM_DIFFERS
    assert (await olga.start(Instalment(NEW, number))).problems == (Unpayable(),)
    assert olga.kept.rows.underway.payments == []


async def test_what_was_agreed_as_signed_is_paid_as_an_instalment_too() -> None:
    olga = await agreed(None)
    begun = await olga.start(Instalment(NEW, 1))
    assert begun.payment is not None
    assert begun.payment.amount == olga.offer.first_instalment


async def test_a_first_instalment_of_another_sum_than_was_signed_is_not_paid() -> None:
    olga = await agreed(None, DEARER)
    for key, state in zip(KEYS, (PaymentState.FAILED, PaymentState.STOPPED), strict=True):
        begun = await olga.start(Instalment(NEW, 1), key)
        assert begun.payment is not None
        assert begun.payment.amount == olga.offer.first_instalment
        await olga.work()
        last = olga.kept.rows.underway.payments[-1]
        assert (last.state, last.failure) == (state, PaymentFailure.AMOUNT_CHANGED)


async def test_later_instalments_are_what_the_core_asks() -> None:
    olga = await agreed(None, DEARER)
    begun = await olga.start(Instalment(NEW, 2))
    assert begun.payment is not None
    assert begun.payment.amount == DEARER
