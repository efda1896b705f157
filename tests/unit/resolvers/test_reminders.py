"""Reminders of a client: of every system that answers, with word of those that do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain import models, reminders
from domain.errors import (
    Refused,
    Source,
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceTimeout,
    SourceUnavailable,
)
from domain.models import ClientRef, Isn
from domain.money import Locale
from domain.reminders import Reminder, ReminderKind
from resolvers import holdings
from resolvers import reminders as reminding
from resolvers.reminders import ReminderList, UnavailableSource
from tests.fakes import objects
from tests.fakes.holdings import rows
from tests.fakes.objects import in_days, number, rub
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, GARBLED, STRANGER

OF_SOURCE = {
    Source.POLICY_CORE: [ReminderKind.INSTALMENT_DUE, ReminderKind.RENEWAL_DUE, ReminderKind.CONSENT_EXPIRING],
    Source.CLAIMS_CORE: [ReminderKind.REFERRAL_EXPIRING],
    Source.LIFE_VALUATION: [ReminderKind.MATURITY_SOON],
}


def world() -> FakeReads:
    """A client with something to do in every system, and one with nothing."""
    consents = (objects.consent(expires_on=in_days(20)),)
    return FakeReads(
        **rows(
            clients=(objects.client(CLIENT, consents=consents), objects.client(STRANGER)),
            policies=(
                objects.policy(100, period=models.Period(in_days(-350), in_days(15))),
                objects.policy(101, status=models.PolicyStatus.EXPIRED),
            ),
            claims=(objects.claim(referral=objects.referral(deductible_due=None)),),
            contracts=(objects.contract(200),),
        ),
        instalments={number(100): (objects.instalment(days=12),)},
        renewals={number(100): models.Renewal(True, None, in_days(15), rub("51000.00"), refusal=None)},
    )


async def listed(reads: FakeReads, isn: Isn = CLIENT) -> ReminderList:
    [found] = await reminding.of_clients([ClientRef(isn)], request(reads, client(isn)))
    assert isinstance(found, ReminderList)
    return found


async def test_every_system_adds_its_own() -> None:
    found = await listed(world())

    assert {each.kind for each in found.items} == {kind for kinds in OF_SOURCE.values() for kind in kinds}
    assert found.unavailable == ()


async def test_a_client_with_nothing_to_do_has_a_whole_and_empty_list() -> None:
    assert await listed(world(), STRANGER) == ReminderList((), ())


async def test_an_unknown_client_has_a_whole_and_empty_list() -> None:
    assert await listed(world(), Isn(9)) == ReminderList((), ())


async def test_each_read_is_asked_once_however_many_clients() -> None:
    reads = world()

    await reminding.of_clients([ClientRef(CLIENT), ClientRef(STRANGER)] * 50, request(reads, EMPLOYEE))

    assert reads.calls == {
        "clients": 1,
        "policies_of_holder": 1,
        "life_contracts_of_holder": 1,
        "instalments": 1,
        "claims_of_policy": 1,
        "renewals": 1,
    }
    assert reads.keys["instalments"] == [number(100)]  # an expired policy is not asked
    assert reads.keys["renewals"] == [number(100)]  # nor one that does not end soon


async def test_nobody_is_told_to_renew_what_the_core_will_not_renew() -> None:
    reads = world()
    refused = models.Renewal(False, None, None, None, "PRODUCT_NOT_RENEWABLE")
    reads.by_name["renewals"].rows[number(100)] = refused

    found = await listed(reads)

    kinds = {each.kind for each in found.items}
    assert ReminderKind.RENEWAL_DUE not in kinds
    assert ReminderKind.INSTALMENT_DUE in kinds


async def test_a_policy_about_to_end_is_told_even_when_the_core_cannot_say_whether_it_renews() -> None:
    reads = world()
    reads.fail("renewals", SourceTimeout(Source.POLICY_CORE, "GetRenewalOptions", "no whole answer in time"))

    found = await listed(reads)

    assert ReminderKind.RENEWAL_DUE in {each.kind for each in found.items}
    assert [each.source for each in found.unavailable] == [Source.POLICY_CORE]


@pytest.mark.parametrize("source", [Source.CLAIMS_CORE, Source.LIFE_VALUATION])
async def test_a_system_that_fails_takes_only_its_own_reminders_away(source: Source) -> None:
    whole, reads = await listed(world()), world()
    reads.fail_source(SourceTimeout(source, "anything", "no whole answer in time"))

    found = await listed(reads)

    assert found.items == tuple(each for each in whole.items if each.kind not in OF_SOURCE[source])
    assert found.unavailable == (UnavailableSource(source, retryable=True, until=None),)


async def test_instalments_left_out_of_an_answer_are_not_taken_for_paid() -> None:
    reads = world()
    reads.by_name["instalments"].rows.clear()

    found = await listed(reads)

    assert ReminderKind.INSTALMENT_DUE not in {each.kind for each in found.items}
    assert found.unavailable == (UnavailableSource(Source.POLICY_CORE, retryable=False, until=None),)


async def test_without_the_policy_core_no_claim_can_be_found_either() -> None:
    reads = world()
    reads.fail_source(SourceTimeout(Source.POLICY_CORE, "anything", "no whole answer in time"))

    found = await listed(reads)

    assert [each.kind for each in found.items] == OF_SOURCE[Source.LIFE_VALUATION]
    assert found.unavailable == (UnavailableSource(Source.POLICY_CORE, retryable=True, until=None),)
    assert "claims_of_policy" not in reads.calls


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("clients", [ReminderKind.INSTALMENT_DUE, ReminderKind.RENEWAL_DUE]),
        ("instalments", [ReminderKind.RENEWAL_DUE, ReminderKind.CONSENT_EXPIRING]),
    ],
)
async def test_one_read_that_fails_takes_only_what_hangs_on_it(read: str, kept: list[ReminderKind]) -> None:
    reads = world()
    reads.fail(read, SourceGarbled(Source.POLICY_CORE, "anything", "unknown code"))

    found = await listed(reads)

    others = OF_SOURCE[Source.CLAIMS_CORE] + OF_SOURCE[Source.LIFE_VALUATION]
    assert {each.kind for each in found.items} == {*kept, *others}
    assert found.unavailable == (UnavailableSource(Source.POLICY_CORE, retryable=False, until=None),)


async def test_systems_that_fail_are_named_once_each_in_one_order_with_the_end_of_maintenance() -> None:
    until = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    reads = world()
    reads.fail_source(SourceUnavailable(Source.POLICY_CORE, "anything", "fault", retryable=False))
    reads.fail_source(SourceInMaintenance(Source.LIFE_VALUATION, "anything", until))

    assert await listed(reads) == ReminderList(
        (),
        (
            UnavailableSource(Source.LIFE_VALUATION, retryable=True, until=until),
            UnavailableSource(Source.POLICY_CORE, retryable=False, until=None),
        ),
    )


@pytest.mark.parametrize(
    ("read", "key", "source"),
    [
        ("policies_of_holder", CLIENT, Source.POLICY_CORE),
        ("claims_of_policy", number(100), Source.CLAIMS_CORE),
        ("life_contracts_of_holder", CLIENT, Source.LIFE_VALUATION),
    ],
)
async def test_a_row_that_could_not_be_read_names_its_system_and_costs_no_other_reminder(
    read: str, key: Any, source: Source
) -> None:
    whole, reads = await listed(world()), world()
    reads.garble(read, key, GARBLED[source])

    found = await listed(reads)

    assert found == ReminderList(whole.items, (UnavailableSource(source, retryable=False, until=None),))


async def test_too_many_policies_refuse_that_clients_list_alone() -> None:
    reads = world()
    reads.by_name["policies_of_holder"].rows[CLIENT] = tuple(objects.policy(n) for n in range(holdings.CAP + 1))

    refused, other = await reminding.of_clients([ClientRef(CLIENT), ClientRef(STRANGER)], request(reads, EMPLOYEE))

    assert isinstance(refused, Refused)
    assert other == ReminderList((), ())


# Money, asked for when it is shown.


async def amounts(reads: FakeReads) -> dict[ReminderKind, Any]:
    context = request(reads, client(CLIENT))
    [found] = await reminding.of_clients([ClientRef(CLIENT)], context)
    assert isinstance(found, ReminderList)
    answers = await reminding.amount(found.items, context)
    return {each.kind: answer for each, answer in zip(found.items, answers, strict=True)}


async def test_the_price_of_a_renewal_is_asked_with_its_amount() -> None:
    reads = world()

    found = await amounts(reads)

    assert found[ReminderKind.RENEWAL_DUE] == rub("51000.00")
    assert found[ReminderKind.INSTALMENT_DUE] == rub("12000.00")
    assert found[ReminderKind.MATURITY_SOON] is None
    assert reads.keys["renewals"] == [number(100)]


async def test_amounts_of_other_kinds_ask_nothing() -> None:
    reads = FakeReads()
    instalment = objects.instalment()
    action = reminders.PayInstalment(objects.policy(), instalment)
    reminder = Reminder(ReminderKind.INSTALMENT_DUE, "policy/100", instalment.due_on, instalment.amount, action)

    assert await reminding.amount([reminder], request(reads, client(CLIENT))) == [rub("12000.00")]
    assert reads.calls == {}


async def test_a_price_that_cannot_be_had_is_a_failure_of_that_amount_alone() -> None:
    reads = world()
    failure = SourceTimeout(Source.POLICY_CORE, "GetRenewalOptions", "no whole answer in time")
    reads.fail("renewals", failure)

    found = await amounts(reads)

    assert found[ReminderKind.RENEWAL_DUE] is failure
    assert not any(isinstance(each, SourceError) for kind, each in found.items() if kind != ReminderKind.RENEWAL_DUE)


async def test_no_offer_has_no_price() -> None:
    reads = world()
    reads.by_name["renewals"].rows.clear()

    assert (await amounts(reads))[ReminderKind.RENEWAL_DUE] is None


async def test_a_hundred_renewals_are_one_call() -> None:
    policies = [objects.policy(n) for n in range(100)]
    due = [
        Reminder(ReminderKind.RENEWAL_DUE, f"policy/{each.isn}", in_days(1), None, reminders.RenewPolicy(each))
        for each in policies
    ]
    offers = {each.key: models.Renewal(True, None, None, rub(f"{each.isn}.00"), None) for each in policies}
    reads = FakeReads(renewals=offers)

    answers = await reminding.amount(due, request(reads, EMPLOYEE))

    assert answers == [rub(f"{n}.00") for n in range(100)]
    assert reads.calls == {"renewals": 1}


@pytest.mark.parametrize("kind", ReminderKind)
def test_each_kind_has_its_title_in_the_readers_language(kind: ReminderKind) -> None:
    reminder = Reminder(kind, "policy/1", None, None, reminders.RenewPolicy(objects.policy()))

    russian, english = (
        reminding.title(reminder, request(FakeReads(), EMPLOYEE, locale=locale)) for locale in (Locale.RU, Locale.EN)
    )

    assert russian != english
