"""Renewal at the policy core: what can be chosen, what it costs, and the agreement that it becomes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain import models
from domain.errors import InvalidInput, NotFound, Refused
from domain.journal import EventKind
from domain.models import AgreementBill, BillStatus, ClientLookup, CoverageChoice, Isn, PolicyNumber, PolicyStatus
from domain.money import Money
from domain.numbers import policy_number
from domain.ports import MISSING
from tests.contracts.policy_core_bench import DEMO, Bench, bench
from tests.fakes.clock import TODAY

MOTOR = PolicyNumber("K01393741")
OSAGO = PolicyNumber("AAK0159403740")
HOUSE = PolicyNumber("H67413247")
TOO_EARLY = PolicyNumber("K23815851")
NOBODYS = PolicyNumber("K00000000")
PAID_AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
async def core() -> AsyncIterator[Bench]:
    async with bench() as opened:
        yield opened


async def choices(core: Bench, number: PolicyNumber = MOTOR) -> models.RenewalChoices:
    (found,) = await core.adapter.renewal_choices([number], core.call())
    assert isinstance(found, models.RenewalChoices)
    return found


async def renewal(core: Bench, number: PolicyNumber = MOTOR) -> models.Renewal:
    (found,) = await core.adapter.renewals([number], core.call())
    assert isinstance(found, models.Renewal)
    return found


async def policy(core: Bench, number: PolicyNumber = MOTOR) -> models.Policy:
    (found,) = await core.adapter.policies_by_number([number], core.call())
    assert isinstance(found, models.Policy)
    return found


async def quoted(
    core: Bench, choice: models.RenewalChoice, request_id: str = "quote-0001", number: PolicyNumber = MOTOR
) -> models.RenewalQuote:
    return await core.adapter.quote_renewal(number, choice, request_id, core.call())


async def priced(core: Bench, *wanted: models.RenewalChoice) -> list[Decimal]:
    """What choices cost."""
    found = [await quoted(core, each, str(uuid4())) for each in wanted]
    return [each.premium.amount for each in found]


async def agreed(core: Bench, quote: models.RenewalQuote, request_id: str = "agree-0001") -> models.Agreement:
    return await core.adapter.create_agreement(quote.isn, request_id, core.call())


async def test_a_policy_that_can_be_renewed_has_choices_and_the_others_have_none(core: Bench) -> None:
    found = await core.adapter.renewal_choices([MOTOR, TOO_EARLY, NOBODYS, OSAGO], core.call())

    assert found[1:3] == [MISSING, MISSING]
    motor, osago = found[0], found[3]
    assert isinstance(motor, models.RenewalChoices)
    assert isinstance(osago, models.RenewalChoices)
    damage, glass = motor.coverages
    assert (damage.risk_code, damage.is_fixed, glass.risk_code, glass.is_fixed) == ("DAMAGE", True, "GLASS", False)
    assert (len(damage.sums), len(glass.sums)) == (3, 2)
    assert (len(motor.drivers), motor.can_lift_driver_limit, motor.instalment_counts) == (3, True, (1, 2))
    assert len(motor.deductibles) >= 3
    assert motor.proposed.drivers == motor.drivers
    assert [each.is_fixed for each in osago.coverages] == [True, True]
    assert osago.deductibles == ()
    for each in (motor, osago):
        sums = [offer.sums for offer in each.coverages] + [each.deductibles]
        assert all(list(row) == sorted(row, key=lambda money: money.amount) for row in sums)


async def test_what_is_proposed_costs_what_was_indicated(core: Bench) -> None:
    for number in (MOTOR, OSAGO, HOUSE):
        proposed = (await choices(core, number)).proposed
        quote = await quoted(core, proposed, f"quote-{number}", number)
        held = await policy(core, number)

        assert quote.premium == (await renewal(core, number)).indicative_premium
        assert quote.first_instalment == quote.premium
        assert (quote.starts_on, quote.ends_on) == (
            held.period.end + timedelta(days=1),
            held.period.end + timedelta(days=365),
        )
        assert quote.valid_until == TODAY + timedelta(days=14)


async def test_a_choice_costs_what_it_is_worth(core: Bench) -> None:
    found = await choices(core)
    proposed = replace(found.proposed, deductible=None)
    main, glass = proposed.coverages
    driver = found.drivers[0]
    by_deductible = [proposed, *(replace(proposed, deductible=each) for each in found.deductibles)]
    by_sum = [
        replace(proposed, coverages=(CoverageChoice(main.risk_code, each), glass)) for each in found.coverages[0].sums
    ]
    by_drivers = [replace(proposed, drivers=each) for each in ((driver,), found.drivers, None)]

    for dearest_last in (
        by_deductible[::-1],
        by_sum,
        by_drivers,
        [replace(proposed, coverages=(main,)), proposed],
    ):
        prices = await priced(core, *dearest_last)
        assert prices == sorted(set(prices))


async def test_paying_at_once_is_cheaper_and_parts_add_up(core: Bench) -> None:
    proposed = (await choices(core)).proposed
    at_once, in_parts = [
        await quoted(core, replace(proposed, instalment_count=count), f"quote-{count:04}") for count in (1, 2)
    ]

    saved = 1 - at_once.premium.amount / in_parts.premium.amount
    assert Decimal("0.03") <= saved <= Decimal("0.05")
    agreement = await agreed(core, in_parts)
    (parts,) = await core.adapter.instalments([policy_number(agreement.policy_number)], core.call())
    assert isinstance(parts, tuple)
    assert [part.paid_on for part in parts] == [None, None]
    assert parts[0].amount == in_parts.first_instalment
    assert parts[0].amount + parts[1].amount == in_parts.premium


async def test_what_is_not_on_offer_is_refused(core: Bench) -> None:
    found = await choices(core)
    good = found.proposed
    main, glass = good.coverages
    for bad in (
        replace(good, coverages=(glass,)),
        replace(good, coverages=(main, glass, glass)),
        replace(good, coverages=(main, CoverageChoice("THEFT", main.sum_insured))),
        replace(good, coverages=(CoverageChoice("DAMAGE", Money(Decimal(1))), glass)),
        replace(good, deductible=Money(Decimal(1))),
        replace(good, instalment_count=3),
        replace(good, drivers=(DEMO,)),
        replace(good, drivers=(found.drivers[0], found.drivers[0])),
        replace(good, drivers=()),
    ):
        with pytest.raises(Refused, match="CHOICE_NOT_OFFERED"):
            await quoted(core, bad)
    house = (await choices(core, HOUSE)).proposed
    for drivers in (None, (DEMO,)):
        with pytest.raises(Refused, match="CHOICE_NOT_OFFERED"):
            await quoted(core, replace(house, drivers=drivers), number=HOUSE)
    with pytest.raises(Refused, match="NOT_RENEWABLE"):
        await quoted(core, good, number=TOO_EARLY)
    for nobodys in (NOBODYS, PolicyNumber("")):
        with pytest.raises(NotFound):
            await quoted(core, good, number=nobodys)
    assert await core.effects() == {}


async def test_a_choice_that_cannot_be_spelled_is_never_sent(core: Bench) -> None:
    good = (await choices(core)).proposed
    main, glass = good.coverages
    for bad in (
        replace(good, coverages=()),
        replace(good, coverages=(CoverageChoice("\x00", main.sum_insured), glass)),
        replace(good, coverages=(CoverageChoice("DAMAGE", Money(Decimal(1), "USD")), glass)),
        replace(good, deductible=Money(Decimal("0.001"))),
        replace(good, instalment_count=0),
        replace(good, drivers=(Isn(10**15),)),
    ):
        with pytest.raises(InvalidInput):
            await quoted(core, bad)
    assert core.handle.calls.of("QuoteRenewal").calls == 0


async def test_an_agreement_is_a_policy_of_the_same_holder_that_waits_for_payment(core: Bench) -> None:
    old, found = await policy(core), await choices(core)
    chosen = replace(found.proposed, coverages=found.proposed.coverages[:1], drivers=found.drivers[:1])
    quote, before = await quoted(core, chosen), await core.newest()

    agreement = await agreed(core, quote)

    number = policy_number(agreement.policy_number)
    made = await policy(core, number)
    call = core.call()
    assert (made.isn, made.premium, made.status) == (agreement.policy_isn, quote.premium, PolicyStatus.AWAITING_PAYMENT)
    assert (made.holder_isn, made.insured_objects) == (old.holder_isn, old.insured_objects)
    assert [each.risk_code for each in made.coverages] == ["DAMAGE"]
    assert [each.isn for each in made.participants if each.role is models.ParticipantRole.DRIVER] == [found.drivers[0]]
    assert made in (await core.adapter.policies_of_holder([old.holder_isn], call))[0]  # type: ignore[operator]
    assert await core.adapter.policies([made.isn], call) == [made]
    assert await core.adapter.client_lookups([ClientLookup(policy=number)], call) == [old.holder_isn]
    assert await core.events_after(before) == [(EventKind.POLICY_CHANGED, number)]
    assert await core.effects() == {"quotes": 1, "agreements": 1}


async def test_an_agreement_that_is_paid_is_in_force_from_its_first_day(core: Bench) -> None:
    quote = await quoted(core, (await choices(core)).proposed)
    agreement = await agreed(core, quote)
    number, call = policy_number(agreement.policy_number), core.call()
    bill = await core.adapter.create_bill(AgreementBill(agreement.isn), "bill-0001", call)
    same = await core.adapter.create_bill(models.InstalmentBill(number, 1), "bill-0002", call)
    online = await core.adapter.open_online_bill(bill.isn, "https://account.example/", "order-0001", call)
    payment = models.OnlinePayment(online.order, bill.amount, PAID_AT)

    paid = await core.adapter.confirm_payment(bill.isn, payment, "paid-0001", call)

    assert same == bill
    assert (bill.amount, paid.status) == (quote.first_instalment, BillStatus.PAID)
    assert (await policy(core, number)).status is PolicyStatus.FUTURE
    (documents,) = await core.adapter.documents([number], call)
    assert isinstance(documents, tuple)
    assert {each.kind for each in documents} == {
        models.DocumentKind.POLICY,
        models.DocumentKind.RULES,
        models.DocumentKind.RECEIPT,
    }
    with pytest.raises(Refused, match="ALREADY_PAID"):
        await core.adapter.create_bill(AgreementBill(agreement.isn), "bill-0003", call)
    await core.admin("PUT", "/clock", {"today": quote.starts_on.isoformat()})
    assert (await policy(core, number)).status is PolicyStatus.ACTIVE


async def test_a_policy_is_renewed_once(core: Bench) -> None:
    proposed = (await choices(core)).proposed
    first, second = await quoted(core, proposed), await quoted(core, proposed, "quote-0002")
    agreement = await agreed(core, first)

    assert await agreed(core, first) == agreement
    for quote in (first, second):
        with pytest.raises(Refused, match="ALREADY_RENEWED"):
            await agreed(core, quote, "agree-0002")
    with pytest.raises(Refused, match="NOT_RENEWABLE"):
        await quoted(core, proposed, "quote-0003")
    assert (await renewal(core)).refusal == "ALREADY_RENEWED"
    assert await core.adapter.renewal_choices([MOTOR], core.call()) == [MISSING]
    assert (await core.effects())["agreements"] == 1


async def test_a_price_holds_until_the_tariff_changes_or_its_last_day_has_passed(core: Bench) -> None:
    proposed = (await choices(core)).proposed
    quote, indicated = await quoted(core, proposed), (await renewal(core)).indicative_premium
    assert indicated is not None
    await core.admin("POST", "/tariff", {"rate_bp": 10_500})

    with pytest.raises(Refused, match="PRICE_CHANGED"):
        await agreed(core, quote)
    dearer = await quoted(core, proposed, "quote-0002")
    assert dearer.premium == (await renewal(core)).indicative_premium
    assert dearer.premium.amount > indicated.amount
    await core.admin("PUT", "/clock", {"today": (quote.valid_until + timedelta(days=1)).isoformat()})
    with pytest.raises(Refused, match="QUOTE_EXPIRED"):
        await agreed(core, dearer)
    for nobodys in (Isn(7), Isn(10**15)):
        with pytest.raises(NotFound):
            await core.adapter.create_agreement(nobodys, "agree-0001", core.call())
    assert await core.effects() == {"quotes": 2}


async def test_the_tariff_is_a_whole_number_of_basis_points(core: Bench) -> None:
    wrong: Any
    for wrong in ({}, {"rate_bp": 0}, {"rate_bp": "10500"}, {"rate_bp": True}, []):
        with pytest.raises(Exception, match="400"):
            await core.admin("POST", "/tariff", wrong)
    assert core.state.agreements.rate_bp == 10_000
