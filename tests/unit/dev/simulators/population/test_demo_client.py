"""The pictures of the account that the demo client is there for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev.simulators.population import Population
from dev.simulators.population.claim_records import ClaimStatus, DocumentState, RepairProgress
from dev.simulators.population.keys import CLIENT_ISN
from dev.simulators.population.life_arithmetic import valuation
from dev.simulators.population.life_records import LifeKind
from dev.simulators.population.records import ConsentPurpose, Line, PolicyStatus
from tests.unit.dev.simulators.population.conftest import TODAY

DEMO = 2_596_516_901
SECOND = 2_596_516_902


def test_isns_are_the_announced_ones() -> None:
    assert (CLIENT_ISN, CLIENT_ISN + 1, CLIENT_ISN + 98) == (DEMO, SECOND, 2_596_516_999)


@given(st.integers(0, 10_000), st.dates(date(2024, 1, 1), date(2040, 12, 31)))
def test_the_contract_has_142_days_left_and_pays_the_same_on_any_day(seed: int, today: date) -> None:
    population = Population(seed, today)
    contract = population.life_contract("P10033148")
    assert contract is not None
    assert contract.holder_isn == DEMO
    assert (contract.end - today).days == 142
    terms = (contract.kind, contract.premium, contract.guarantee_percent, contract.participation_percent)
    assert terms == (LifeKind.INVESTMENT, Decimal("4200000.00"), Decimal(100), Decimal(71))
    worth = valuation(contract, today, population.markets)
    assert contract.start_levels == (Decimal("1845.62"),)
    assert worth.current_level == Decimal("2340.90")
    assert worth.payout_at_maturity == Decimal("5000232.42")
    assert worth.investment_income == Decimal("800232.42")
    assert worth.available_income == Decimal("661754.74")


def test_on_the_day_of_the_worked_example_it_ends_in_june() -> None:
    contract = Population(1, TODAY).life_contract("P10033148")
    assert contract is not None
    assert contract.end == date(2026, 6, 6)


@pytest.fixture(params=[date(2026, 1, 15), date(2026, 11, 22), date(2024, 2, 29)])
def day(request: pytest.FixtureRequest) -> date:
    assert isinstance(request.param, date)
    return request.param


def test_has_a_policy_of_every_line(day: date) -> None:
    policies = Population(1, day).policies_of(DEMO)
    assert {policy.line for policy in policies} == set(Line)
    assert {policy.status for policy in policies} == {PolicyStatus.ACTIVE, PolicyStatus.EXPIRED}


def test_one_instalment_is_overdue_and_one_due_soon(day: date) -> None:
    population = Population(1, day)
    open_dues = sorted(
        part.due_on
        for policy in population.policies_of(DEMO)
        for part in population.instalments(policy)
        if part.paid_on is None and part.due_on <= day + timedelta(days=30)
    )
    assert open_dues == [day - timedelta(days=12), day + timedelta(days=8)]


def test_one_policy_is_to_be_renewed(day: date) -> None:
    policies = [policy for policy in Population(1, day).policies_of(DEMO) if policy.status is PolicyStatus.ACTIVE]
    ending = [policy.line for policy in policies if (policy.end - day).days == 20]
    assert ending == [Line.OSAGO]


def test_one_policy_is_in_cooling_off(day: date) -> None:
    policies = [policy for policy in Population(1, day).policies_of(DEMO) if policy.status is PolicyStatus.ACTIVE]
    assert [policy.line for policy in policies if (day - policy.concluded_on).days <= 14] == [Line.TRAVEL]


def test_a_consent_ends_soon(day: date) -> None:
    client = Population(1, day).client(DEMO)
    assert client is not None
    ending = [consent.purpose for consent in client.consents if consent.expires_on == day + timedelta(days=15)]
    assert ending == [ConsentPurpose.MARKETING]


def test_a_referral_runs_out_with_its_deductible_unpaid(day: date) -> None:
    population = Population(1, day)
    claims = [claim for policy in population.policies_of(DEMO) for claim in population.claims_of(policy.number)]
    (claim,) = [claim for claim in claims if claim.status is ClaimStatus.REPAIR_REFERRED]
    referral = claim.referral
    assert referral is not None
    assert referral.valid_until == day + timedelta(days=9)
    assert (referral.deductible_due, referral.deductible_paid_on) == (Decimal("15000.00"), None)
    assert referral.progress is RepairProgress.NOT_STARTED


def test_documents_are_awaited_and_an_inspection_is_ahead(day: date) -> None:
    population = Population(1, day)
    claims = [claim for policy in population.policies_of(DEMO) for claim in population.claims_of(policy.number)]
    (waiting,) = [claim for claim in claims if claim.status is ClaimStatus.DOCUMENTS_REQUIRED]
    assert {DocumentState.AWAITED, DocumentState.REJECTED} & {document.state for document in waiting.documents}
    (inspected,) = [claim for claim in claims if claim.status is ClaimStatus.INSPECTION]
    assert inspected.inspection_at is not None
    assert inspected.inspection_at.date() == day + timedelta(days=3)


def test_coupons_are_observed_soon(day: date) -> None:
    contracts = Population(1, day).life_contracts_of(DEMO)
    assert [contract.kind for contract in contracts] == [LifeKind.INVESTMENT, LifeKind.ENDOWMENT, LifeKind.INVESTMENT]
    terms = contracts[2].coupon_terms
    assert terms is not None
    assert min(observed for observed in terms.observation_dates if observed >= day) == day + timedelta(days=12)


def test_the_second_client_has_two_policies_one_unit_linked(day: date) -> None:
    population = Population(1, day)
    assert [policy.line for policy in population.policies_of(SECOND)] == [Line.KASKO, Line.LIFE]
    assert [contract.kind for contract in population.life_contracts_of(SECOND)] == [LifeKind.UNIT_LINKED]


def test_no_one_else_holds_what_the_demo_client_holds() -> None:
    population = Population(1, TODAY)
    theirs = {policy.isn for policy in population.policies_of(DEMO)}
    others = {policy.isn for n in range(1, 300) for policy in population.policies_of(DEMO + n)}
    assert not theirs & others
