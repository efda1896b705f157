from datetime import datetime, time

from dev.simulators.population import Population
from dev.simulators.population.claim_records import (
    Claim,
    ClaimStatus,
    DocumentState,
    QuoteState,
    RepairProgress,
)
from dev.simulators.population.claims import MOSCOW
from dev.simulators.population.clients import DEMO_CLIENT
from dev.simulators.population.events import REQUIRED
from dev.simulators.population.keys import CLIENT_ISN
from dev.simulators.population.records import Line, Policy
from tests.unit.dev.simulators.population.conftest import TODAY

MIDNIGHT = datetime.combine(TODAY, time(), MOSCOW)
IN_REPAIR = {ClaimStatus.REPAIR_REFERRED, ClaimStatus.IN_REPAIR}
DECIDED = {ClaimStatus.APPROVED, ClaimStatus.PAID, ClaimStatus.CLOSED}


def test_every_status_occurs(claims: list[Claim]) -> None:
    assert {claim.status for claim in claims} == set(ClaimStatus)


def test_every_line_but_life_has_claims_none_to_three(population: Population, policies: list[Policy]) -> None:
    counts = {(policy.line, len(population.claims_of(policy.number))) for policy in policies}
    assert {line for line, count in counts if count} == set(Line) - {Line.LIFE}
    assert {count for _, count in counts} == {0, 1, 2, 3}


def test_claims_are_found_by_id_and_number(population: Population, claims: list[Claim]) -> None:
    for claim in claims:
        assert population.claim(claim.id) is claim
        assert population.claim(claim.id.upper()) is None
        assert claim.number is None or population.claim_by_number(claim.number) is claim
    assert len({claim.id for claim in claims}) == len(claims)


def test_a_draft_has_no_number(claims: list[Claim]) -> None:
    for claim in claims:
        assert (claim.number is None) == (claim.registered_at is None) == (claim.status is ClaimStatus.DRAFT)


def test_everything_happened_in_order_before_today(population: Population, claims: list[Claim]) -> None:
    for claim in claims:
        policy = population.policy_by_number(claim.policy_number)
        assert policy is not None
        assert policy.start <= claim.event_at.date() <= policy.end
        steps = [claim.event_at, *(entry.at for entry in claim.timeline)]
        assert steps == sorted(steps)
        assert steps[-1] < MIDNIGHT
        assert claim.timeline[-1].status is claim.status
        assert claim.updated_at >= claim.timeline[-1].at


def test_documents_agree_with_the_status(population: Population, claims: list[Claim]) -> None:
    for claim in claims:
        policy = population.policy_by_number(claim.policy_number)
        assert policy is not None
        assert [document.kind for document in claim.documents] == [kind for kind, _ in REQUIRED[policy.line]]
        states = {document.state for document in claim.documents}
        wanted = states & {DocumentState.AWAITED, DocumentState.REJECTED}
        if claim.status is ClaimStatus.DOCUMENTS_REQUIRED:
            assert wanted
        if claim.documents_complete_at is not None:
            assert states == {DocumentState.ACCEPTED}
        for document in claim.documents:
            assert bool(document.files) == (document.state is not DocumentState.AWAITED)
        files = [file.id for document in claim.documents for file in document.files]
        assert len(files) == len(set(files))


def test_documents_of_every_state(claims: list[Claim]) -> None:
    assert {document.state for claim in claims for document in claim.documents} == set(DocumentState)


def test_the_time_to_decide_starts_with_the_review(claims: list[Claim]) -> None:
    for claim in claims:
        reviews = [entry.at for entry in claim.timeline if entry.status is ClaimStatus.UNDER_REVIEW]
        assert claim.documents_complete_at == (reviews[0] if reviews else None)


def test_payouts_are_ordered_on_approval_and_paid_at_the_end(claims: list[Claim]) -> None:
    for claim in claims:
        assert bool(claim.payouts) == (claim.status in DECIDED)
        for payout in claim.payouts:
            assert payout.amount > 0
            assert (payout.paid_on is None) == (claim.status is ClaimStatus.APPROVED)
    assert {len(claim.payouts) for claim in claims} == {0, 1, 2}


def test_referrals_stand_with_repairs_alone(population: Population, claims: list[Claim]) -> None:
    referrals = []
    for claim in claims:
        assert (claim.referral is not None) == (claim.status in IN_REPAIR)
        if claim.referral is not None:
            referrals.append(claim.referral)
            assert claim.referral.station in population.stations
            assert claim.referral.issued_on < claim.referral.valid_until
            started = claim.referral.progress is not RepairProgress.NOT_STARTED
            assert started == (claim.status is ClaimStatus.IN_REPAIR)
            unpaid = claim.referral.deductible_due is not None and claim.referral.deductible_paid_on is None
            assert not (started and unpaid)
    assert {referral.progress for referral in referrals} == set(RepairProgress)
    assert {referral.quote for referral in referrals} == set(QuoteState)
    assert {referral.deductible_due is None for referral in referrals} == {True, False}


def test_inspections_are_ahead(claims: list[Claim]) -> None:
    for claim in claims:
        if claim.status is ClaimStatus.INSPECTION:
            assert claim.inspection_at is not None
            assert claim.inspection_at >= MIDNIGHT


def test_messages_stand_in_order(claims: list[Claim]) -> None:
    for claim in claims:
        sent = [message.sent_at for message in claim.messages]
        assert sent == sorted(sent)
        assert len({message.id for message in claim.messages}) == len(sent)
    assert any(claim.messages for claim in claims)


def test_stations_stand_in_several_cities(population: Population) -> None:
    assert 25 <= len(population.stations) <= 40
    assert len({station.id for station in population.stations}) == len(population.stations)
    assert len({station.city for station in population.stations}) >= 5


def test_the_demo_client_has_all_kinds_of_cases(population: Population) -> None:
    policies = population.policies_of(CLIENT_ISN + DEMO_CLIENT)
    found = {claim.status for policy in policies for claim in population.claims_of(policy.number)}
    assert found >= {
        ClaimStatus.REPAIR_REFERRED,
        ClaimStatus.DOCUMENTS_REQUIRED,
        ClaimStatus.INSPECTION,
        ClaimStatus.DRAFT,
    }
