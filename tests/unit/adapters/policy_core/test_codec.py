"""What the simulator writes, the adapter reads: two codecs by two hands, held together by the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.policy_core import mapping, wire
from dev.simulators.policy_core import contract, rows, soap
from dev.simulators.population import population_on
from dev.simulators.population import records as plain
from domain import masking, models
from domain.money import Money
from domain.numbers import policy_number
from tests.fakes.clock import TODAY

FIRST = 2_596_516_901
POPULATION = population_on(1, TODAY)
PERSONS = st.integers(0, 200_000).map(lambda n: FIRST + n)
TEXTS = (
    st.text(min_size=1, max_size=30).map(str.strip).filter(lambda text: wire.can_carry(text, 30) and "\r" not in text)
)


def through(operation: str, tag: str, row: str, record: type[Any]) -> Any:
    """Send a row over the wire; the schema has to like it too."""
    reply = soap.success(operation, [row])
    assert isinstance(reply.body, bytes)
    content = etree.fromstring(reply.body).find("{http://schemas.xmlsoap.org/soap/envelope/}Body/*")
    assert content is not None
    assert contract.follows_schema(content)
    answer = wire.read_answer(reply.body, operation)
    assert answer.data is not None
    (found,) = wire.read_all(record, answer.data, tag)
    return found


def names(each: plain.PersonName) -> models.PersonName:
    """The same name."""
    return models.PersonName(each.last, each.first, each.patronymic)


def client(record: plain.Client) -> models.Client:
    """The same person."""
    return models.Client(
        isn=models.Isn(record.isn),
        number=record.number,
        name=names(record.name),
        birth_date=record.birth_date,
        sex=models.Sex(record.sex),
        phone=models.Contact(
            models.ContactKind.PHONE, record.phone, masking.phone(record.phone), record.phone_confirmed
        ),
        email=models.Contact(
            models.ContactKind.EMAIL, record.email, masking.email(record.email), record.email_confirmed
        ),
        consents=tuple(
            models.Consent(
                models.ConsentPurpose(each.purpose), each.text_version, each.given_on, each.expires_on, each.revoked_on
            )
            for each in record.consents
        ),
    )


def insured(each: plain.InsuredObject) -> models.InsuredObject:
    """The same object."""
    if isinstance(each, plain.Vehicle):
        ids = (each.vin, each.plate, each.body_number, each.chassis_number)
        return models.Vehicle(each.make, each.model, each.year, *ids)
    if isinstance(each, plain.Property):
        return models.Property(each.kind, each.address, each.area_m2)
    return models.InsuredPerson(names(each.name), each.birth_date)


def deductible(each: plain.Deductible) -> models.Deductible:
    """The same deductible."""
    amount = None if each.amount is None else Money(each.amount)
    return models.Deductible(models.DeductibleKind(each.kind), amount, each.percent, each.from_claim)


def policy(record: plain.Policy) -> models.Policy:
    """The same policy."""
    return models.Policy(
        isn=models.Isn(record.isn),
        number=record.number,
        key=policy_number(record.number),
        product=models.Product(record.product.code, record.product.name),
        line=models.Line(record.line),
        status=models.PolicyStatus(record.status),
        period=models.Period(record.start, record.end),
        concluded_on=record.concluded_on,
        single_premium=record.single_premium,
        sum_insured=Money(record.sum_insured),
        premium=Money(record.premium),
        holder_isn=models.Isn(record.holder_isn),
        participants=tuple(
            models.Participant(models.ParticipantRole(each.role), names(each.name), models.Isn(each.isn), each.share)
            for each in record.participants
        ),
        insured_objects=tuple(map(insured, record.insured_objects)),
        coverages=tuple(
            models.Coverage(
                each.risk_code,
                each.risk,
                Money(each.sum_insured),
                each.aggregate,
                None if each.deductible is None else deductible(each.deductible),
            )
            for each in record.coverages
        ),
    )


def held(isn: int) -> tuple[plain.Policy, ...]:
    """The policies of a person; everybody has some."""
    found = POPULATION.policies_of(isn)
    assert found
    return found


@given(PERSONS)
def test_persons_survive(isn: int) -> None:
    record = POPULATION.client(isn)
    assert record

    assert mapping.client(through("GetClients", "Client", rows.client(record), wire.Client)) == client(record)


@given(TEXTS, TEXTS, st.none() | TEXTS)
def test_any_name_survives_the_charset(last: str, first: str, patronymic: str | None) -> None:
    record = POPULATION.client(FIRST)
    assert record
    renamed = replace(record, name=plain.PersonName(last, first, patronymic))

    assert mapping.client(through("GetClients", "Client", rows.client(renamed), wire.Client)) == client(renamed)


@given(PERSONS)
def test_policies_survive(isn: int) -> None:
    for record in held(isn):
        assert mapping.policy(through("FindPolicies", "Policy", rows.policy(record), wire.Policy)) == policy(record)


@given(PERSONS)
def test_instalments_survive(isn: int) -> None:
    for record in held(isn):
        parts = POPULATION.instalments(record)
        found = through("GetInstalments", "Plan", rows.plan(record.number, parts), wire.InstalmentPlan)
        assert mapping.number_key(found) == policy_number(record.number)
        assert mapping.instalments(found) == tuple(
            models.Instalment(each.number, each.due_on, Money(each.amount), each.paid_on) for each in parts
        )


@given(PERSONS)
def test_documents_survive(isn: int) -> None:
    for record in held(isn):
        listed = POPULATION.documents(record)
        row = rows.document_list(record.number, listed, None)
        found = mapping.documents(through("GetDocumentList", "List", row, wire.DocumentList))
        assert found == tuple(
            models.PolicyDocument(
                models.DocumentKey(policy_number(record.number), str(each.isn)),
                models.DocumentKind(each.kind),
                each.title,
                each.file_name,
                each.media_type,
                each.size_bytes,
                each.issued_on,
            )
            for each in listed
        )
