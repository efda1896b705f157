"""A customer reads what was written here, though the systems do not show it yet; nobody else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from domain import models
from domain.effects import NO_EFFECTS, Effects
from domain.models import ClaimId, ContactKind, Isn
from domain.ports import Call, Outcome
from domain.reminders import ReminderKind
from domain.viewer import Viewer
from resolvers import clients, lookup, policies, reminders, renewals
from resolvers.context import Context
from resolvers.overlay import over_client
from tests.fakes import objects
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, STRANGER, graph

PAID_ON = date(2026, 1, 15)
PHONE = "+79050001122"


@dataclass(eq=False)
class Lately:
    """What clients have done. ``asked`` counts."""

    of: dict[Isn, Effects] = field(default_factory=dict)
    asked: int = 0

    async def __call__(self, keys: Sequence[Isn], call: Call, /) -> Sequence[Outcome[Effects]]:
        self.asked += 1
        return [self.of.get(key, NO_EFFECTS) for key in keys]


DONE = Lately({CLIENT: Effects({(Isn(100), 1): PAID_ON}, {ClaimId("c1"): PAID_ON}, {ContactKind.PHONE: PHONE})})


def asking(lately: Lately, viewer: Viewer | None = None) -> Context:
    reads = graph()
    owed = objects.referral(deductible_due=objects.rub("5000.00"), deductible_paid_on=None)
    claim = objects.claim("c1", referral=owed)
    reads.by_name["claims_of_policy"].rows[objects.number(100)] = (claim,)
    for isn in (100, 101, 200, 300):
        reads.by_name["instalments"].rows[objects.number(isn)] = (objects.instalment(1), objects.instalment(2))
    return replace(request(reads, viewer or client(CLIENT)), effects=lately)


async def paid(ctx: Context, isn: int) -> list[date | None]:
    (found,) = await policies.instalments([objects.policy(isn)], ctx)
    assert isinstance(found, tuple)
    return [each.paid_on for each in found]


async def test_an_instalment_that_was_paid_is_shown_as_paid_and_no_other() -> None:
    ctx = asking(DONE)
    assert await paid(ctx, 100) == [PAID_ON, None]
    assert await paid(ctx, 101) == [None, None]


async def test_its_reminder_is_gone() -> None:
    ctx = asking(DONE)
    (found,) = await reminders.of_clients([models.ClientRef(CLIENT)], ctx)
    assert isinstance(found, reminders.ReminderList)
    due = [each.source for each in found.items if each.kind is ReminderKind.INSTALMENT_DUE]
    assert "policy/100/instalment/1" not in due
    assert "policy/100/instalment/2" in due
    assert ReminderKind.DEDUCTIBLE_DUE not in {each.kind for each in found.items}


@pytest.mark.parametrize("unsigned", [frozenset({Isn(100)}), frozenset()])
async def test_nobody_is_reminded_to_pay_for_what_the_core_made_at_a_price_that_nobody_signed(
    unsigned: frozenset[Isn],
) -> None:
    made = objects.policy(100, status=models.PolicyStatus.AWAITING_PAYMENT)
    reads = graph()
    reads.by_name["policies_of_holder"].rows[CLIENT] = (made, objects.policy(101))
    for each in (100, 101):
        reads.by_name["instalments"].rows[objects.number(each)] = (objects.instalment(1),)
    ctx = replace(request(reads, client(CLIENT)), effects=Lately({CLIENT: Effects(unsigned=unsigned)}))
    (found,) = await reminders.of_clients([models.ClientRef(CLIENT)], ctx)
    assert isinstance(found, reminders.ReminderList)
    due = {each.source for each in found.items if each.kind is ReminderKind.INSTALMENT_DUE}
    assert due == {"policy/101/instalment/1"} | (set() if unsigned else {"policy/100/instalment/1"})


@pytest.mark.parametrize("status", [models.PolicyStatus.AWAITING_PAYMENT, models.PolicyStatus.ACTIVE])
@pytest.mark.parametrize("days", [0, -1])
async def test_nobody_is_reminded_to_pay_for_a_renewal_whose_day_has_passed(
    days: int, status: models.PolicyStatus
) -> None:
    made = objects.policy(100, status=status)
    waits = objects.policy(101, status=models.PolicyStatus.AWAITING_PAYMENT)
    reads = graph()
    reads.by_name["policies_of_holder"].rows[CLIENT] = (made, waits)
    for each in (100, 101):
        reads.by_name["instalments"].rows[objects.number(each)] = (objects.instalment(1),)
    agreed = Effects(payable_until={Isn(100): objects.in_days(days)})
    ctx = replace(request(reads, client(CLIENT)), effects=Lately({CLIENT: agreed}))
    (found,) = await reminders.of_clients([models.ClientRef(CLIENT)], ctx)
    assert isinstance(found, reminders.ReminderList)
    due = {each.source for each in found.items if each.kind is ReminderKind.INSTALMENT_DUE}
    is_over = days < 0 and status is models.PolicyStatus.AWAITING_PAYMENT
    assert due == {"policy/101/instalment/1"} | (set() if is_over else {"policy/100/instalment/1"})


@pytest.mark.parametrize("renewed", [frozenset({Isn(100)}), frozenset()])
async def test_what_was_renewed_is_offered_for_renewal_nowhere(renewed: frozenset[Isn]) -> None:
    ending = objects.policy(100, period=models.Period(objects.in_days(-350), objects.in_days(15)))
    reads = graph()
    reads.by_name["policies_of_holder"].rows[CLIENT] = (ending,)
    offer = models.Renewal(True, None, None, objects.rub("51000.00"), None)
    reads.by_name["renewals"].rows[ending.key] = offer
    ctx = replace(request(reads, client(CLIENT)), effects=Lately({CLIENT: Effects(renewed=renewed)}))
    (shown,) = await renewals.renewals([ending], ctx)
    (actions,) = await policies.actions([ending], ctx)
    (found,) = await reminders.of_clients([models.ClientRef(CLIENT)], ctx)
    assert isinstance(shown, renewals.PolicyRenewal)
    assert isinstance(actions, tuple)
    assert isinstance(found, reminders.ReminderList)
    assert (shown.eligible, shown.refusal) == ((False, "ALREADY_RENEWED") if renewed else (True, None))
    assert (policies.PolicyAction.RENEW in actions) is not bool(renewed)
    assert (ReminderKind.RENEWAL_DUE in {each.kind for each in found.items}) is not bool(renewed)


async def test_a_deductible_that_was_paid_is_shown_as_paid_on_every_way() -> None:
    for way in (
        policies.claims([objects.policy(100)], asking(DONE)),
        lookup.claims(asking(DONE), [ClaimId("c1")]),
    ):
        (found,) = await way
        claim = found[0] if isinstance(found, tuple) else found
        assert isinstance(claim, models.Claim)
        assert claim.referral is not None
        assert claim.referral.deductible_paid_on == PAID_ON


async def test_a_changed_contact_is_shown_with_its_mask() -> None:
    (found,) = await clients.profile([models.ClientRef(CLIENT)], asking(DONE))
    assert isinstance(found, models.Client)
    assert found.phone == models.Contact(ContactKind.PHONE, PHONE, "+7 *** ***-11-22", confirmed=True)
    assert found.email == objects.client().email


async def test_what_a_system_says_itself_counts_more() -> None:
    ctx = asking(DONE)
    earlier = [objects.instalment(number, paid_on=objects.in_days(-number)) for number in (1, 2)]
    reads = graph()
    reads.by_name["instalments"].rows[objects.number(100)] = (*earlier, objects.instalment(3))
    ctx = replace(request(reads, client(CLIENT)), effects=DONE)
    assert await paid(ctx, 100) == [objects.in_days(-1), objects.in_days(-2), None]


@pytest.mark.parametrize("viewer", [EMPLOYEE, client(STRANGER)])
async def test_it_is_laid_over_for_who_has_done_it_alone(viewer: Viewer) -> None:
    ctx = asking(DONE, viewer)
    assert await paid(ctx, 100) == [None, None]
    (found,) = await clients.profile([models.ClientRef(CLIENT)], ctx)
    assert isinstance(found, models.Client)
    assert found.phone == objects.client().phone


async def test_a_changed_contact_is_laid_over_nobody_elses() -> None:
    others = objects.client(STRANGER)
    own, theirs = await over_client(asking(DONE), [objects.client(CLIENT), others])
    assert isinstance(own, models.Client)
    assert own.phone is not None
    assert (own.phone.value, theirs) == (PHONE, others)


async def test_it_is_asked_for_once_a_request_and_only_where_something_is_owed() -> None:
    lately = Lately()
    ctx = asking(lately)
    await reminders.of_clients([models.ClientRef(CLIENT)], ctx)
    await paid(ctx, 100)
    assert lately.asked == 1
    nothing_owed = Lately()
    reads = graph()
    reads.by_name["instalments"].rows[objects.number(100)] = (objects.instalment(1, paid_on=PAID_ON),)
    ctx = replace(request(reads, client(CLIENT)), effects=nothing_owed)
    await paid(ctx, 100)
    await policies.claims([objects.policy(100)], ctx)
    assert nothing_owed.asked == 0


async def test_where_it_cannot_be_read_what_the_systems_say_is_shown() -> None:
    async def away(keys: Sequence[Isn], call: Call, /) -> Sequence[Outcome[Effects]]:
        return [DOWN[next(iter(DOWN))]] * len(keys)

    ctx = replace(asking(DONE), effects=away)
    assert await paid(ctx, 100) == [None, None]


async def test_a_system_that_is_down_stays_down() -> None:
    ctx = asking(DONE)
    failure = DOWN[next(iter(DOWN))]
    reads = graph()
    reads.by_name["instalments"].failure = failure
    ctx = replace(request(reads, client(CLIENT)), effects=DONE)
    assert await policies.instalments([objects.policy(100)], ctx) == [failure]
