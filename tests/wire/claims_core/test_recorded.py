"""Recorded replies, and what each is to the domain."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.claims_core import mapping, wire
from domain import models
from domain.money import Money

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def only_claim(name: str) -> models.Claim:
    (row,) = wire.decode_claims(recorded(name)).items
    assert isinstance(row, wire.Claim)
    return mapping.claim(row)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def document(
    claim: str,
    index: int,
    kind: str,
    title: str,
    state: models.RequirementState,
    *files: tuple[str, str, int, datetime],
) -> models.RequiredDocument:
    return models.RequiredDocument(
        f"D{index}",
        kind,
        title,
        state,
        tuple(
            models.ClaimFile(models.ClaimFileKey(models.ClaimId(claim), f"D{index}F{turn}"), name, media, size, at)
            for turn, (name, media, size, at) in enumerate(files, 1)
        ),
    )


def step(at: datetime, status: models.ClaimStatus, note: str) -> models.TimelineEntry:
    return models.TimelineEntry(at, status, note)


def test_a_claim_referred_to_a_station() -> None:
    claim, accepted = "6e73e372-e233-4aca-8aca-fab4587f5ffe", models.RequirementState.ACCEPTED
    status = models.ClaimStatus
    pdf, jpeg = "application/pdf", "image/jpeg"
    assert only_claim("claim-referred.json") == models.Claim(
        id=models.ClaimId(claim),
        number="CL-258470753",
        policy_number=models.PolicyNumber("K23815851"),
        status=status.REPAIR_REFERRED,
        event=models.ClaimEvent(
            utc(2025, 11, 22, 5, 35),
            "г. Санкт-Петербург, ул. Лесная, д. 73",
            "Падение льда с крыши, повреждены капот и крыша.",
        ),
        registered_on=date(2025, 11, 23),
        documents_complete_on=date(2025, 11, 30),
        inspection_at=utc(2025, 11, 27, 7, 53),
        timeline=(
            step(utc(2025, 11, 23, 6, 51), status.REGISTERED, "Заявление зарегистрировано"),
            step(utc(2025, 11, 27, 7, 53), status.INSPECTION, "Назначен осмотр"),
            step(utc(2025, 11, 30, 8, 17), status.UNDER_REVIEW, "Документы получены, дело на рассмотрении"),
            step(utc(2025, 12, 2, 9, 10), status.APPROVED, "Принято решение о выплате"),
            step(utc(2025, 12, 8, 10, 49), status.REPAIR_REFERRED, "Выдано направление на ремонт"),
        ),
        required_documents=(
            document(
                claim,
                1,
                "STATEMENT",
                "Заявление о событии",
                accepted,
                ("statement-d1f1.pdf", pdf, 1182019, utc(2025, 11, 23, 8, 49)),
            ),
            document(
                claim,
                2,
                "VEHICLE_REGISTRATION",
                "Свидетельство о регистрации транспортного средства",
                accepted,
                ("vehicle_registration-d2f1.pdf", pdf, 3741011, utc(2025, 11, 23, 7, 58)),
            ),
            document(
                claim,
                3,
                "DRIVING_LICENCE",
                "Водительское удостоверение",
                accepted,
                ("driving_licence-d3f1.pdf", pdf, 1962803, utc(2025, 11, 23, 7, 34)),
            ),
            document(
                claim,
                4,
                "DAMAGE_PHOTOS",
                "Фотографии повреждений",
                accepted,
                ("damage_photos-d4f1.jpg", jpeg, 2483623, utc(2025, 11, 23, 8, 22)),
                ("damage_photos-d4f2.jpg", jpeg, 3858603, utc(2025, 11, 23, 8, 11)),
            ),
        ),
        payouts=(),
        referral=models.RepairReferral(
            number="R-258470753",
            station=models.RepairStation(
                "ST-031", "Техцентр Север № 31", "Краснодар", "г. Краснодар, просп. Победы, д. 69", "+78615556078"
            ),
            issued_on=date(2025, 12, 8),
            valid_until=date(2026, 1, 24),
            deductible_due=Money(Decimal("15000.00")),
            deductible_paid_on=None,
            progress=models.RepairProgress.NOT_STARTED,
            quote=models.QuoteState.SUBMITTED,
        ),
    )


def test_a_claim_that_was_paid() -> None:
    claim = only_claim("claim-paid.json")
    assert claim.status is models.ClaimStatus.PAID
    assert claim.payouts == (models.Payout("PAY1", Money(Decimal("1109800.00"), "RUB"), date(2025, 12, 20)),)
    assert claim.referral is None
    assert [entry.status.value for entry in claim.timeline] == [
        "REGISTERED",
        "DOCUMENTS_REQUIRED",
        "UNDER_REVIEW",
        "APPROVED",
        "PAID",
    ]


def test_a_draft_has_no_number_and_its_policy_is_folded() -> None:
    claim = only_claim("claim-draft.json")
    assert claim.number is None
    assert claim.policy_number == "AAK0159403740"
    assert claim.policy_number.isascii()
    assert claim.status is models.ClaimStatus.DRAFT
    assert (claim.registered_on, claim.documents_complete_on, claim.inspection_at) == (None, None, None)
    assert [each.state.value for each in claim.required_documents] == ["AWAITED", "UPLOADED", "UPLOADED", "UPLOADED"]


def test_a_page_that_is_not_the_last() -> None:
    page = wire.decode_claims(recorded("first-page.json"))
    assert page.next == "/claims?policyNumbers=K23815851&pageSize=2&expand=payouts&cursor=Mg%3D%3D"
    assert page.totals == {"K23815851": 3}
    # Recorded without the other parts: the adapter always asks for all, so their lack is a breach.
    assert [type(row) for row in page.items] == [wire.Unreadable] * 2
    assert {row.policyNumber for row in page.items} == {"K23815851"}


def test_a_batch_with_a_failure() -> None:
    page = wire.decode_claims(recorded("partial.json"))
    assert page == wire.Page((), (wire.Failure("K23815851", "RECORD_LOCKED"),), None, {})


def test_odd_rows_are_told_apart_from_good_ones() -> None:
    rows = wire.decode_claims(recorded("odd-rows.json")).items
    good = [row for row in rows if isinstance(row, wire.Claim)]
    odd = [row for row in rows if isinstance(row, wire.Unreadable)]

    assert [row.number for row in good] == ["CL-000000001", "CL-000000002"]
    first = mapping.claim(good[0])
    assert first.payouts[0].amount == Money(Decimal("0.10"))
    assert first.event.occurred_at == utc(2025, 12, 31, 21, 30)
    assert first.referral is not None
    assert first.referral.deductible_due == Money(Decimal("15000.01"))
    assert (first.referral.progress, first.referral.quote) == (
        models.RepairProgress.PARTS_ORDERED,
        models.QuoteState.DISPUTED,
    )

    assert [(row.id and row.id[-2:], row.number is not None, row.detail.rpartition(" at ")[2]) for row in odd] == [
        ("03", True, "`$.payouts[0].sum.amount`"),
        ("04", True, "`$.payouts[0].sum.amount`"),
        ("05", True, "`$.referral.deductibleKopecks`"),
        ("06", True, "`$.event.occurredAt`"),
        ("07", True, "`$.registeredOn`"),
        ("08", True, "Object missing required field `timeline`"),
        ("09", False, "`$.payouts`"),
        ("10", True, "not UTF-8"),
        (None, True, "`$.id`"),
        (None, False, "Expected `object`, got `str`"),
    ]


def test_messages_in_the_insurers_own_spelling() -> None:
    (row,) = wire.decode_messages(recorded("messages.json")).items
    assert isinstance(row, wire.Message)
    assert mapping.message(row) == models.ClaimMessage(
        "M1",
        models.MessageAuthor.INSURER,
        "Загрузите, пожалуйста, недостающие документы.",
        utc(2025, 12, 8, 7, 11),
    )


def test_odd_messages() -> None:
    customer, insurer, robot, unreadable = wire.decode_messages(recorded("messages-odd.json")).items
    assert isinstance(customer, wire.Message)
    assert mapping.message(customer).author is models.MessageAuthor.CUSTOMER
    assert mapping.message(customer).sent_at == utc(2026, 1, 2, 10, 20)
    assert isinstance(insurer, wire.Message)
    assert mapping.message(insurer).sent_at == utc(2026, 1, 2, 10)
    assert isinstance(robot, wire.Message)
    with pytest.raises(mapping.Unknown, match=r"^unknown code in author$"):
        mapping.message(robot)
    assert unreadable == wire.Unreadable("Expected `str`, got `float` - at `$.id`")


def test_stations() -> None:
    page = wire.decode_stations(recorded("stations.json"))
    first, second = page.items
    assert isinstance(first, wire.Station)
    assert mapping.station(first) == models.RepairStation(
        "ST-025", "Ремзона № 25", "Самара", "г. Самара, ул. Школьная, д. 42", "+78465555563"
    )
    assert isinstance(second, wire.Station)
    assert page.total == 4
    assert page.next == "/repair-stations?near=%D1%81%D0%B0%D0%BC%D0%B0%D1%80%D0%B0&pageSize=2&cursor=Mg%3D%3D"


def test_problems() -> None:
    maintenance = wire.decode_problem(recorded("maintenance.json"))
    assert maintenance.code == "MAINTENANCE"
    assert maintenance.until == utc(2099, 1, 2, 3, 4, 5)
    assert wire.decode_problem(recorded("database-down.json")) == wire.Problem("DATABASE_DOWN", None)


@pytest.mark.parametrize("name", ["maintenance.html", "cut.json"])
def test_what_is_no_document_is_garbage(name: str) -> None:
    for decode in (wire.decode_claims, wire.decode_messages, wire.decode_stations, wire.decode_problem):
        with pytest.raises(wire.Garbage):
            decode(recorded(name))
