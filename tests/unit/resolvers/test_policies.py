"""What hangs on a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain import models
from domain.deadlines import DeadlineRule, due
from domain.errors import Source
from domain.money import Locale
from domain.viewer import Viewer
from resolvers import policies
from resolvers.policies import PolicyAction
from tests.fakes import objects
from tests.fakes.objects import in_days, number
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, client, request
from tests.unit.resolvers.graph import CLIENT, DOWN, STRANGER, contract_of, graph

LIFE = objects.policy(200, line=models.Line.LIFE)


async def test_instalments_come_by_due_date() -> None:
    parts = (objects.instalment(3, days=5), objects.instalment(1, days=-5), objects.instalment(2, days=5))
    context = request(FakeReads(instalments={number(100): parts}), client(CLIENT))

    assert await policies.instalments([objects.policy()], context) == [(parts[1], parts[2], parts[0])]


async def test_documents_come_by_kind_and_id() -> None:
    receipt = objects.document(document_id="1", kind=models.DocumentKind.RECEIPT)
    held = (receipt, objects.document(document_id="3"), objects.document(document_id="2"))
    context = request(FakeReads(documents={number(100): held}), client(CLIENT))

    assert await policies.documents([objects.policy()], context) == [(held[2], held[1], receipt)]


async def test_claims_of_a_policy_come_the_latest_event_first_and_in_one_order_always() -> None:
    def claim(claim_id: str, day: int) -> models.Claim:
        event = objects.claim().event
        return objects.claim(claim_id, event=replace(event, occurred_at=event.occurred_at.replace(day=day)))

    held = (claim("a", 1), claim("c", 2), claim("b", 2))
    for order in (held, held[::-1]):
        context = request(FakeReads(claims_of_policy={number(100): order}), client(CLIENT))
        assert await policies.claims([objects.policy()], context) == [(held[1], held[2], held[0])]


async def test_life_policies_have_no_claims_and_others_no_life_contract_without_asking() -> None:
    reads = graph()
    context = request(reads, client(CLIENT))

    assert await policies.claims([LIFE], context) == [()]
    assert await policies.life_contract([objects.policy(100)], context) == [None]
    assert reads.calls == {}


async def test_life_contracts_are_asked_for_life_policies_alone() -> None:
    reads = graph()

    found = await policies.life_contract([objects.policy(100), LIFE], request(reads, client(CLIENT)))

    assert found == [None, objects.contract(200)]
    assert reads.keys == {"life_contracts": [number(200)]}


async def test_a_contract_that_names_another_holder_is_not_shown() -> None:
    reads = FakeReads(life_contracts={number(200): contract_of(STRANGER, 200)})

    assert await policies.life_contract([LIFE], request(reads, client(CLIENT))) == [None]


async def test_a_clients_claim_finds_its_policy_among_its_own_alone() -> None:
    context = request(graph(), client(CLIENT))
    mixed_up = objects.claim("c1", 300)

    assert await policies.of_claims([objects.claim("c1"), mixed_up], context) == [objects.policy(100), None]


async def test_settlement_limits_follow_the_line_of_the_policy() -> None:
    start = date(2025, 9, 1)
    kasko, osago, none = (
        objects.claim("c1", 100, documents_complete_on=start),
        objects.claim("c2", 101, documents_complete_on=start),
        objects.claim("c3", 999, documents_complete_on=start),
    )

    found = await policies.claim_deadlines([kasko, osago, none], request(graph(), client(CLIENT)))

    assert found == [(due(DeadlineRule.KASKO_SETTLEMENT, start),), (due(DeadlineRule.OSAGO_DECISION, start),), ()]


@pytest.mark.parametrize("viewer", [client(CLIENT), EMPLOYEE])
async def test_claims_whose_limits_have_not_started_ask_nothing_and_cannot_fail(viewer: Viewer) -> None:
    reads = graph()
    context = request(reads, viewer)

    assert await policies.claim_deadlines([objects.claim()], context) == [()]
    assert reads.calls == {}

    reads.fail_source(DOWN[Source.POLICY_CORE])
    started = objects.claim("c2", documents_complete_on=date(2025, 9, 1))
    assert await policies.claim_deadlines([objects.claim(), started], context) == [(), DOWN[Source.POLICY_CORE]]


def test_a_policy_leads_to_its_holder() -> None:
    context = request(graph(), client(CLIENT))

    assert policies.holder(objects.policy(300, holder_isn=STRANGER), context) == models.ClientRef(STRANGER)


ALWAYS = [PolicyAction.DOWNLOAD_DOCUMENTS]
ENDING = models.Period(in_days(-320), in_days(45))


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (objects.policy(), [PolicyAction.REPORT_CLAIM, *ALWAYS]),
        (objects.policy(period=ENDING), [PolicyAction.REPORT_CLAIM, PolicyAction.RENEW, *ALWAYS]),
        (objects.policy(period=models.Period(in_days(-319), in_days(46))), [PolicyAction.REPORT_CLAIM, *ALWAYS]),
        (objects.policy(period=models.Period(in_days(-365), in_days(-1))), [PolicyAction.REPORT_CLAIM, *ALWAYS]),
        (LIFE, [PolicyAction.OPEN_LIFE_CONTRACT, *ALWAYS]),
        (replace(LIFE, period=ENDING), [PolicyAction.OPEN_LIFE_CONTRACT, *ALWAYS]),
        (objects.policy(status=models.PolicyStatus.FUTURE), ALWAYS),
        (objects.policy(status=models.PolicyStatus.EXPIRED, period=ENDING), ALWAYS),
        (objects.policy(status=models.PolicyStatus.CANCELLED), ALWAYS),
        (objects.policy(status=models.PolicyStatus.AWAITING_PAYMENT), []),
    ],
)
async def test_what_the_holder_can_do_now(policy: models.Policy, actions: list[PolicyAction]) -> None:
    offer = models.Renewal(eligible=True, opens_on=None, closes_on=None, indicative_premium=None, refusal=None)
    reads = FakeReads(renewals={policy.key: offer})

    assert await policies.actions([policy], request(reads, client(CLIENT))) == [tuple(actions)]


async def test_a_policy_that_the_core_will_not_renew_is_not_offered_for_renewal() -> None:
    refused = models.Renewal(False, None, None, None, "PRODUCT_NOT_RENEWABLE")
    ending = objects.policy(period=ENDING)
    reads = FakeReads(renewals={ending.key: refused})

    assert await policies.actions([ending], request(reads, client(CLIENT))) == [(PolicyAction.REPORT_CLAIM, *ALWAYS)]


async def test_only_policies_that_end_soon_are_asked_about_and_all_at_once() -> None:
    many = [objects.policy(n, period=ENDING) for n in range(50)] + [objects.policy(n) for n in range(50, 100)]
    reads = FakeReads()

    await policies.actions(many, request(reads, client(CLIENT)))

    assert (reads.calls, len(reads.keys["renewals"])) == ({"renewals": 1}, 50)


@pytest.mark.parametrize(
    ("refusal", "russian", "english"),
    [
        (None, None, None),
        ("TOO_EARLY", "Пока рано: возможность откроется позже", "Too early: this opens later"),
        ("NEVER_SEEN", "Сейчас недоступно", "Not available now"),
    ],
)
def test_a_refusal_is_told_in_the_readers_language(
    refusal: str | None, russian: str | None, english: str | None
) -> None:
    offers = (
        models.Renewal(refusal is None, None, None, None, refusal),
        models.LifeOperation(models.LifeOperationKind.SURRENDER, refusal is None, refusal),
    )
    for offer in offers:
        for locale, text in ((Locale.RU, russian), (Locale.EN, english)):
            assert policies.refusal_text(offer, request(graph(), EMPLOYEE, locale=locale)) == text
