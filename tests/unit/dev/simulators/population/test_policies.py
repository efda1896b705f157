import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from dev.simulators.population import Population
from dev.simulators.population.objects import check_digit
from dev.simulators.population.policies import LARGEST_DOCUMENT
from dev.simulators.population.records import (
    DeductibleKind,
    DocumentKind,
    InsuredPerson,
    Line,
    Policy,
    PolicyStatus,
    Property,
    Role,
    Vehicle,
)
from tests.unit.dev.simulators.population.conftest import TODAY

ROLES = {
    Line.KASKO: {Role.HOLDER, Role.OWNER, Role.DRIVER},
    Line.OSAGO: {Role.HOLDER, Role.OWNER, Role.DRIVER},
    Line.PROPERTY: {Role.HOLDER, Role.OWNER, Role.BENEFICIARY},
    Line.TRAVEL: {Role.HOLDER},
    Line.HEALTH: {Role.HOLDER},
    Line.LIFE: {Role.HOLDER, Role.LIFE_ASSURED, Role.BENEFICIARY},
}
OBJECTS = {Line.KASKO: Vehicle, Line.OSAGO: Vehicle, Line.PROPERTY: Property}


def test_every_line_occurs_in_every_status(policies: list[Policy]) -> None:
    found = {(policy.line, policy.status) for policy in policies}
    assert found == {(line, status) for line in Line for status in PolicyStatus}


def test_the_status_agrees_with_the_dates(policies: list[Policy]) -> None:
    for policy in policies:
        assert policy.concluded_on <= min(policy.start, TODAY) <= policy.start <= policy.end
        match policy.status:
            case PolicyStatus.ACTIVE:
                assert policy.start <= TODAY <= policy.end
            case PolicyStatus.EXPIRED:
                assert policy.end < TODAY
            case PolicyStatus.FUTURE:
                assert policy.start > TODAY
            case PolicyStatus.AWAITING_PAYMENT:
                assert policy.start >= TODAY
            case PolicyStatus.CANCELLED:
                assert policy.cancelled_on is not None
                assert policy.start <= policy.cancelled_on <= TODAY
        assert (policy.cancelled_on is not None) == (policy.status is PolicyStatus.CANCELLED)


def test_numbers_have_the_form_of_the_line(policies: list[Policy]) -> None:
    for policy in policies:
        form = r"[А-Я]{3} \d{10}" if policy.line is Line.OSAGO else r"[PKHTM]\d{8}"
        assert re.fullmatch(form, policy.number)


def test_participants_have_the_roles_of_the_line(population: Population, policies: list[Policy]) -> None:
    seen: dict[Line, set[Role]] = defaultdict(set)
    for policy in policies:
        seen[policy.line] |= {person.role for person in policy.participants}
        assert policy.participants[0].role is Role.HOLDER
        assert policy.participants[0].isn == policy.holder_isn
        shares = [person.share for person in policy.participants if person.role is Role.BENEFICIARY]
        assert sum(share for share in shares if share is not None) == (100 if shares else 0)
        for person in policy.participants:
            client = population.client(person.isn)
            assert client is not None
            assert client.name == person.name
    assert dict(seen) == ROLES


def test_objects_are_those_of_the_line(policies: list[Policy]) -> None:
    for policy in policies:
        assert policy.insured_objects
        assert all(isinstance(thing, OBJECTS.get(policy.line, InsuredPerson)) for thing in policy.insured_objects)


def test_vehicles_look_real(policies: list[Policy]) -> None:
    vehicles = [thing for policy in policies for thing in policy.insured_objects if isinstance(thing, Vehicle)]
    for vehicle in vehicles:
        assert re.fullmatch(r"[0-9A-HJ-NPR-Z]{17}", vehicle.vin)
        assert vehicle.vin[8] == check_digit(vehicle.vin)
        assert re.fullmatch(r"[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2}\d{2,3}", vehicle.plate)
        assert TODAY.year - 20 < vehicle.year <= TODAY.year
    assert {vehicle.chassis_number is None for vehicle in vehicles} == {True, False}


def test_the_vin_check_digit_is_that_of_the_standard() -> None:
    assert check_digit("1M8GDM9A_KP042788".replace("_", "0")) == "X"
    assert check_digit("11111111111111111") == "1"


def test_deductibles_of_every_kind_by_amount_and_by_percent(policies: list[Policy]) -> None:
    deductibles = [cover.deductible for policy in policies for cover in policy.coverages if cover.deductible]
    found = {(deductible.kind, deductible.amount is None) for deductible in deductibles}
    assert found == {(kind, percent) for kind in DeductibleKind for percent in (True, False)}
    for deductible in deductibles:
        assert (deductible.amount is None) != (deductible.percent is None)
        assert (deductible.from_claim > 1) == (deductible.kind is DeductibleKind.DYNAMIC)


def test_coverages_of_both_aggregations(policies: list[Policy]) -> None:
    assert {cover.aggregate for policy in policies for cover in policy.coverages} == {True, False}
    assert all(cover.sum_insured > 0 for policy in policies for cover in policy.coverages)


def test_instalments_make_up_the_premium(population: Population, policies: list[Policy]) -> None:
    for policy in policies:
        instalments = population.instalments(policy)
        assert sum(part.amount for part in instalments) == policy.premium
        assert [part.number for part in instalments] == list(range(1, len(instalments) + 1))
        assert [part.due_on for part in instalments] == sorted(part.due_on for part in instalments)
        assert policy.single_premium == (len(instalments) == 1)
        assert all(part.paid_on is None or part.paid_on <= TODAY for part in instalments)
        assert len({part.isn for part in instalments}) == len(instalments)


def test_instalments_are_paid_due_soon_and_overdue(population: Population, policies: list[Policy]) -> None:
    active = [policy for policy in policies if policy.status is PolicyStatus.ACTIVE]
    parts = [part for policy in active for part in population.instalments(policy)]
    assert any(part.paid_on for part in parts)
    assert any(part.paid_on is None and part.due_on < TODAY for part in parts)
    assert any(part.paid_on is None and TODAY <= part.due_on <= TODAY + timedelta(days=30) for part in parts)
    assert all(part.paid_on is not None or part.due_on > TODAY - timedelta(days=61) for part in parts)


def test_a_policy_awaiting_payment_has_its_first_instalment_open(
    population: Population, policies: list[Policy]
) -> None:
    waiting = [policy for policy in policies if policy.status is PolicyStatus.AWAITING_PAYMENT]
    assert all(population.instalments(policy)[0].paid_on is None for policy in waiting)
    assert all(
        DocumentKind.POLICY not in {document.kind for document in population.documents(policy)} for policy in waiting
    )


def test_documents_of_every_kind_some_of_them_large(population: Population, policies: list[Policy]) -> None:
    documents = [document for policy in policies for document in population.documents(policy)]
    assert {document.kind for document in documents} == set(DocumentKind)
    assert max(document.size_bytes for document in documents) > 10_000_000
    assert all(2_048 < document.size_bytes <= LARGEST_DOCUMENT for document in documents)
    assert len({document.isn for document in documents}) == len(documents)


def test_sums_have_two_places(policies: list[Policy]) -> None:
    for policy in policies:
        sums = [policy.sum_insured, policy.premium, *(cover.sum_insured for cover in policy.coverages)]
        assert all(amount.as_tuple().exponent == -2 and amount > Decimal(0) for amount in sums)


def test_birth_dates_are_those_of_adults(population: Population, policies: list[Policy]) -> None:
    holders = [population.client(policy.holder_isn) for policy in policies]
    assert all(holder is not None and holder.birth_date < date(TODAY.year - 18, 1, 1) for holder in holders)
