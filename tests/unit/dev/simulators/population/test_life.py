from dev.simulators.population import Population
from dev.simulators.population.life_records import Frequency, LifeContract, LifeKind, LifeOperation, OrderState, Refusal
from dev.simulators.population.records import Line, Policy, PolicyStatus
from tests.unit.dev.simulators.population.conftest import TODAY


def test_every_life_policy_has_a_contract_and_no_other_policy_has(
    population: Population, policies: list[Policy], contracts: list[LifeContract]
) -> None:
    assert {contract.number for contract in contracts} == {
        policy.number for policy in policies if policy.line is Line.LIFE
    }
    for contract in contracts:
        policy = population.policy_by_number(contract.number)
        assert policy is not None
        assert (contract.policy_isn, contract.holder_isn) == (policy.isn, policy.holder_isn)
        assert (contract.start, contract.end) == (policy.start, policy.end)
        assert contract.in_force == (policy.status is PolicyStatus.ACTIVE)


def test_every_kind_and_every_variant_of_terms_occurs(contracts: list[LifeContract]) -> None:
    assert {contract.kind for contract in contracts} == set(LifeKind)
    investments = [contract for contract in contracts if contract.kind is LifeKind.INVESTMENT]
    for variant in ("cap_percent", "coupon_terms", "fx_currency", "averaging_dates"):
        assert {bool(getattr(contract, variant)) for contract in investments} == {True, False}
    assert {len(contract.start_levels) for contract in investments} == {1, 3}
    memories = {contract.coupon_terms.memory for contract in investments if contract.coupon_terms}
    assert memories == {True, False}


def test_investment_terms_stand_with_investments_alone(contracts: list[LifeContract]) -> None:
    for contract in contracts:
        endowment = contract.kind is LifeKind.ENDOWMENT
        assert (contract.strategy is None) == (contract.guarantee_percent is None) == endowment
        assert (contract.bonus_percent is not None) == endowment
        assert (contract.unit_count is not None) == (contract.kind is LifeKind.UNIT_LINKED)
        assert (contract.fx_currency is None) == (contract.fx_start is None)
        assert len(contract.start_levels) == len(contract.strategy.tickers if contract.strategy else ())


def test_premiums(population: Population, contracts: list[LifeContract]) -> None:
    for contract in contracts:
        policy = population.policy_by_number(contract.number)
        assert policy is not None
        paid = [part.amount for part in population.instalments(policy) if part.paid_on]
        assert contract.premiums_total == sum(paid)
        assert (contract.frequency is Frequency.SINGLE) == policy.single_premium
        assert all(premium.paid_on <= TODAY for premium in contract.premiums_paid)
    assert {contract.frequency for contract in contracts} == {
        Frequency.SINGLE,
        Frequency.YEARLY,
        Frequency.QUARTERLY,
    }


def test_beneficiaries_share_all(contracts: list[LifeContract]) -> None:
    assert all(sum(person.share for person in contract.beneficiaries) == 100 for contract in contracts)
    assert {len(contract.beneficiaries) for contract in contracts} == {1, 2}


def test_the_surrender_table_rises_by_the_year_to_everything(contracts: list[LifeContract]) -> None:
    for contract in contracts:
        percents = [row.percent for row in contract.surrender_table]
        assert percents == sorted(percents)
        assert percents[-1] == 100
        assert [row.year for row in contract.surrender_table] == list(range(1, len(percents) + 1))
        assert contract.surrender_table[0].starts_on == contract.start
        assert contract.surrender_table[-1].starts_on <= contract.end


def test_every_operation_is_offered_to_some_and_refused_to_others(contracts: list[LifeContract]) -> None:
    found = {(offer.operation, offer.refusal is None) for contract in contracts for offer in contract.operations}
    always = {LifeOperation.DUPLICATE_DOCUMENT, LifeOperation.TAX_CERTIFICATE}
    assert found == {
        (operation, offered)
        for operation in LifeOperation
        for offered in (True, False)
        if offered or operation not in always
    }
    assert all([offer.operation for offer in contract.operations] == list(LifeOperation) for contract in contracts)


def test_every_reason_for_a_refusal_occurs(contracts: list[LifeContract]) -> None:
    assert {offer.refusal for contract in contracts for offer in contract.operations} == {None, *Refusal}


def test_orders_were_given_in_the_term_in_order(contracts: list[LifeContract]) -> None:
    for contract in contracts:
        days = [order.submitted_at.date() for order in contract.orders]
        assert days == sorted(days)
        assert all(contract.start <= day < TODAY for day in days)
    assert {order.state for contract in contracts for order in contract.orders} == set(OrderState)
    ids = [order.id for contract in contracts for order in contract.orders]
    assert len(ids) == len(set(ids))


def test_an_operation_is_ordered_only_on_a_contract_that_knows_it(contracts: list[LifeContract]) -> None:
    investments = {LifeOperation.CHANGE_UNDERLYING, LifeOperation.FIX_INCOME}
    for contract in contracts:
        if contract.kind is LifeKind.ENDOWMENT:
            assert not investments & {order.operation for order in contract.orders}
