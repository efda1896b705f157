"""Recorded replies of the policy core and what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain import models
from domain.errors import NotFound, SourceInMaintenance, SourceUnavailable
from domain.models import (
    ClientLookup,
    ConsentPurpose,
    ContactKind,
    DeductibleKind,
    DocumentKey,
    DocumentKind,
    Isn,
    Line,
    ParticipantRole,
    PersonName,
    PolicyNumber,
    PolicyStatus,
    Sex,
)
from domain.money import Money
from domain.ports import MISSING
from tests.wire.policy_core.replay import CALL, envelope, recorded, replaying

HOLDER = PersonName("Соловьёва", "Алёна", "Дмитриевна")
HOLDER_ISN = Isn(2596516901)
SOKOLOV = PersonName("Соколов", "Антон", "Константинович")
FROLOV = PersonName("Фролов", "Антон", "Вячеславович")
DEMO = PolicyNumber("P10033148")


def rub(amount: str) -> Money:
    return Money(Decimal(amount))


async def test_get_clients() -> None:
    adapter, _ = replaying("GetClients", recorded("get_clients.xml"))

    neighbour, demo, nobody = await adapter.clients([Isn(2596516908), HOLDER_ISN, Isn(7)], CALL)

    assert demo == models.Client(
        isn=HOLDER_ISN,
        number="C9852614",
        name=HOLDER,
        birth_date=date(1988, 4, 3),
        sex=Sex.FEMALE,
        phone=models.Contact(ContactKind.PHONE, "+79107060348", "+7 *** ***-03-48", confirmed=True),
        email=models.Contact(ContactKind.EMAIL, "alena.soloveva.0@example.org", "a***@e***.org", confirmed=True),
        consents=(
            models.Consent(ConsentPurpose.PERSONAL_DATA, "2024-1", date(2025, 4, 23), None, None),
            models.Consent(ConsentPurpose.MARKETING, "2023-2", date(2025, 4, 23), date(2026, 1, 30), None),
            models.Consent(ConsentPurpose.ELECTRONIC_DOCUMENTS, "2024-1", date(2025, 4, 23), None, None),
        ),
    )
    assert isinstance(neighbour, models.Client)
    assert (neighbour.isn, neighbour.sex) == (2596516908, Sex.MALE)
    assert neighbour.phone
    assert neighbour.phone.value == "+77013729645"
    assert nobody is MISSING


async def test_get_policies() -> None:
    adapter, transport = replaying("GetPolicies", recorded("get_policies.xml"))

    life, motor, home = await adapter.policies([Isn(5000000000), Isn(5000000001), Isn(5000000003)], CALL)

    assert life == models.Policy(
        isn=Isn(5000000000),
        number="P10033148",
        key=DEMO,
        product=models.Product("ISJ", "Управление капиталом (ИСЖ)"),
        line=Line.LIFE,
        status=PolicyStatus.ACTIVE,
        period=models.Period(date(2023, 6, 8), date(2026, 6, 6)),
        concluded_on=date(2023, 6, 5),
        single_premium=True,
        sum_insured=rub("4200000.00"),
        premium=rub("4200000.00"),
        holder_isn=HOLDER_ISN,
        participants=(
            models.Participant(ParticipantRole.HOLDER, HOLDER, HOLDER_ISN, None),
            models.Participant(ParticipantRole.LIFE_ASSURED, HOLDER, HOLDER_ISN, None),
            models.Participant(ParticipantRole.BENEFICIARY, SOKOLOV, Isn(2598547742), Decimal("60.00")),
            models.Participant(ParticipantRole.BENEFICIARY, FROLOV, Isn(2605391354), Decimal("40.00")),
        ),
        insured_objects=(models.InsuredPerson(HOLDER, date(1988, 4, 3)),),
        coverages=(
            models.Coverage("SURVIVAL", "Дожитие до окончания срока", rub("4200000.00"), False, None),
            models.Coverage("DEATH", "Уход из жизни по любой причине", rub("4200000.00"), False, None),
            models.Coverage(
                "ACCIDENT", "Уход из жизни в результате несчастного случая", rub("4200000.00"), False, None
            ),
        ),
    )
    assert isinstance(motor, models.Policy)
    assert motor.premium == rub("181055.00")
    assert motor.insured_objects == (
        models.Vehicle("УАЗ", "Патриот", 2024, "XTTMKZ533RD197451", "В283УУ177", "XTT762502474", "837655570"),
    )
    assert motor.coverages[0].deductible == models.Deductible(DeductibleKind.DYNAMIC, rub("37000.00"), None, 2)
    assert motor.coverages[3] == models.Coverage("ASSIST", "Помощь на дороге", rub("24500.00"), True, None)
    assert isinstance(home, models.Policy)
    assert home.insured_objects == (
        models.Property("Жилой дом", "г. Краснодар, просп. Мира, д. 113, кв. 114", Decimal("235.70")),
    )
    assert transport.requests[1][1].count(b"<Key><Isn>") == 3


async def test_get_policies_by_number_however_it_was_asked() -> None:
    adapter, _ = replaying("GetPolicies", recorded("get_policies_by_number.xml"))

    (found,) = await adapter.policies_by_number([DEMO], CALL)

    assert isinstance(found, models.Policy)
    assert (found.key, found.isn) == (DEMO, 5000000000)


async def test_get_policies_with_a_locked_item() -> None:
    adapter, _ = replaying("GetPolicies", recorded("get_policies_locked.xml"))

    locked, unknown = await adapter.policies([Isn(5000000000), Isn(7)], CALL)

    assert isinstance(locked, SourceUnavailable)
    assert (locked.detail, locked.retryable) == ("error 510", True)
    assert unknown is MISSING


async def test_find_policies() -> None:
    adapter, _ = replaying("FindPolicies", recorded("find_policies.xml"))

    held, nobody = await adapter.policies_of_holder([Isn(2596516902), Isn(7)], CALL)

    assert isinstance(held, tuple)
    motor, life = held
    assert isinstance(motor, models.Policy)
    assert isinstance(life, models.Policy)
    assert [(policy.isn, policy.number) for policy in (motor, life)] == [
        (5000000008, "K82184512"),
        (5000000009, "P23328954"),
    ]
    assert motor.insured_objects == (
        models.Vehicle("Hyundai", "Solaris", 2015, "Z94F2F6J7FC811814", "С072ВХ16", None, None),
    )
    assert nobody is MISSING


async def test_get_instalments() -> None:
    adapter, _ = replaying("GetInstalments", recorded("get_instalments.xml"))

    single, split = await adapter.instalments([DEMO, PolicyNumber("K23815851")], CALL)

    assert single == (models.Instalment(1, date(2023, 6, 8), rub("4200000.00"), date(2023, 6, 6)),)
    assert split == (
        models.Instalment(1, date(2025, 9, 17), rub("45263.75"), date(2025, 9, 15)),
        models.Instalment(2, date(2026, 1, 3), rub("45263.75"), None),
        models.Instalment(3, date(2026, 4, 4), rub("45263.75"), None),
        models.Instalment(4, date(2026, 7, 4), rub("45263.75"), None),
    )


async def test_get_instalments_of_a_policy_that_the_core_does_not_know() -> None:
    adapter, _ = replaying("GetInstalments", recorded("get_instalments_unknown.xml"))

    single, unknown = await adapter.instalments([DEMO, PolicyNumber("K00000000")], CALL)

    assert single == (models.Instalment(1, date(2023, 6, 8), rub("4200000.00"), date(2023, 6, 6)),)
    assert unknown is MISSING


async def test_get_document_list() -> None:
    adapter, _ = replaying("GetDocumentList", recorded("get_document_list.xml"))

    (documents,) = await adapter.documents([DEMO], CALL)

    assert isinstance(documents, tuple)
    assert documents[1] == models.PolicyDocument(
        key=DocumentKey(DEMO, "60000000201"),
        kind=DocumentKind.RULES,
        title="Правила страхования № 203.7",
        file_name="rules-5000000000.pdf",
        media_type="application/pdf",
        size_bytes=2048,
        issued_on=date(2023, 6, 5),
    )
    assert [document.kind for document in documents] == [
        DocumentKind.POLICY,
        DocumentKind.RULES,
        DocumentKind.RECEIPT,
    ]


async def test_get_document() -> None:
    adapter, transport = replaying("GetDocument", recorded("get_document.xml"))

    async with adapter.policy_document(DocumentKey(DEMO, "60000000200"), CALL) as file:
        content = b"".join([chunk async for chunk in file.chunks])

    assert (file.media_type, file.size_bytes) == ("application/pdf", 2048)
    assert len(content) == 2048
    assert content.startswith(b"%PDF-1.7\n")
    assert content.endswith(b"%%EOF\n")
    assert "Полис P10033148".encode("utf-16-be").hex().upper().encode() in content
    assert b"<DocumentId>60000000200.0</DocumentId>" in transport.requests[1][1]


async def test_get_renewal_options() -> None:
    adapter, _ = replaying("GetRenewalOptions", recorded("get_renewal_options.xml"))

    (renewal,) = await adapter.renewals([PolicyNumber("AAK0159403740")], CALL)

    assert renewal == models.Renewal(True, date(2025, 12, 6), date(2026, 3, 6), rub("16674.00"), None)


async def test_get_renewal_options_refused() -> None:
    adapter, _ = replaying("GetRenewalOptions", recorded("get_renewal_options_refused.xml"))

    (renewal,) = await adapter.renewals([PolicyNumber("K23815851")], CALL)

    assert renewal == models.Renewal(False, date(2026, 7, 18), date(2026, 10, 16), None, "TOO_EARLY")


async def test_get_product_rules() -> None:
    adapter, _ = replaying("GetProductRules", recorded("get_product_rules.xml"))

    (rules,) = await adapter.product_rules(["KASKO-FULL"], CALL)

    assert rules == models.ProductRules(
        "KASKO-FULL", "Правила страхования № 171.4", "171.4", date(2024, 2, 1), 14, (1, 2, 4)
    )


async def test_find_client() -> None:
    adapter, transport = replaying("FindClient", recorded("find_client.xml"), recorded("find_client_nobody.xml"))

    found = await adapter.client_lookups([ClientLookup(policy=DEMO)], CALL)
    nobody = await adapter.client_lookups([ClientLookup(email="nobody@example.com")], CALL)

    assert (found, nobody) == ([HOLDER_ISN], [MISSING])
    assert [b"<Email>nobody@example.com</Email>" in body for _, body in transport.requests] == [False, False, True]


async def test_an_expired_session_is_renewed_and_the_request_repeated() -> None:
    expired = recorded("session_expired.xml").replace(b"GetDictionary", b"GetClients")
    adapter, transport = replaying("GetClients", expired, recorded("get_clients.xml"))

    (found,) = await adapter.clients([HOLDER_ISN], CALL)

    assert isinstance(found, models.Client)
    assert [operation for operation, _ in transport.requests] == ["Login", "GetClients", "Login", "GetClients"]


async def test_a_session_that_never_lives_is_given_up() -> None:
    expired = recorded("session_expired.xml").replace(b"GetDictionary", b"GetClients")
    adapter, transport = replaying("GetClients", expired)

    (found,) = await adapter.clients([HOLDER_ISN], CALL)

    assert isinstance(found, SourceUnavailable)
    assert [operation for operation, _ in transport.requests] == ["Login", "GetClients", "Login", "GetClients"]


async def test_a_document_that_is_not_there() -> None:
    nobody = recorded("find_client_nobody.xml").replace(b"FindClient", b"GetDocument")
    adapter, _ = replaying("GetDocument", nobody)

    with pytest.raises(NotFound):
        async with adapter.policy_document(DocumentKey(DEMO, "60000000200"), CALL):
            pass


async def test_maintenance_in_band_tells_its_end() -> None:
    adapter, _ = replaying("GetDictionary", recorded("maintenance_in_band.xml"))

    with pytest.raises(SourceInMaintenance) as raised:
        await adapter.ping(CALL)

    assert raised.value.until == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


async def test_an_html_page_under_200_is_maintenance() -> None:
    adapter, _ = replaying(
        "GetDictionary", recorded("html_page.html"), headers={"Content-Type": "text/html; charset=windows-1251"}
    )

    with pytest.raises(SourceInMaintenance) as raised:
        await adapter.ping(CALL)

    assert raised.value.until is None


async def test_a_fault_that_blames_the_request_will_not_go_away() -> None:
    adapter, _ = replaying("GetDictionary", recorded("soap_fault.xml"), status=500)

    with pytest.raises(SourceUnavailable) as raised:
        await adapter.ping(CALL)

    assert (raised.value.detail, raised.value.retryable) == ("soap:Client", False)


async def test_a_client_without_anything_optional() -> None:
    name = "<LastName>Ким</LastName><FirstName>Ю</FirstName><MiddleName/>"
    row = f"<Client><Isn>7.0</Isn><Number>C1</Number>{name}</Client>"
    adapter, _ = replaying("GetClients", envelope("GetClients", row))

    found = await adapter.clients([Isn(7)], CALL)

    assert found == [models.Client(Isn(7), "C1", PersonName("Ким", "Ю", None), None, None, None, None, ())]
