"""One client's account with every field filled, and the words in it that only the client may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from domain import models
from domain.models import ClaimFileKey, ClaimId, Isn
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.holdings import rows
from tests.fakes.objects import in_days, number, rub
from tests.fakes.reads import FakeReads

__all__ = ["CLIENT", "SECRETS", "account"]

CLIENT: Final = Isn(1)

SECRETS: Final = (
    "Калинина",  # surnames: holder, driver, insured, beneficiary
    "Громов",
    "Лескова",
    "Зимин",
    "1984-02-29",  # birth dates
    "2011-11-13",
    "+79161234567",
    "9161234567",
    "1234567",
    "olga.kalinina@example.ru",
    "XTAGFL110MY123456",
    "А123ВС77",
    "BODY110MY12",
    "CHASSIS-77-91",
    "ул. Баумана, 7",
    "Перекрёсток у дома Калининых",
    "Въехал сосед Иванов",
    "Звонила Калинина",
    "Ольга Петровна, ждём вас",
    "Паспорт Калининой.pdf",
    "https://files.test/",  # documents show persons in full
)
"""No employee may find any of these in an answer; the client finds them all."""


def account() -> FakeReads:
    """Return the reads of the account."""
    clients, policies, claims, contracts = (person(),), held(), cases(), (contract(),)
    kasko, life = number(100), number(200)
    return FakeReads(
        **rows(clients=clients, policies=policies, claims=claims, contracts=contracts),
        client_lookups={models.ClientLookup(policy=kasko): CLIENT},
        instalments=dict.fromkeys((each.key for each in policies), instalments()),
        documents={each.key: (objects.document(each.isn),) for each in policies},
        renewals={
            kasko: models.Renewal(True, in_days(-15), in_days(15), rub("51000.00"), None),
            life: models.Renewal(False, None, None, None, "PRODUCT_NOT_RENEWABLE"),
        },
        renewal_choices={kasko: choices()},
        product_rules={"AUTO": models.ProductRules("AUTO", "Правила", "3", date(2025, 1, 1), 14, (1, 2, 4))},
        claim_messages={each.id: (objects.message(text="Ольга Петровна, ждём вас"),) for each in claims},
        repair_stations={"Казань": (objects.referral().station,)},
        life_valuations={life: valuation()},
        life_surrender_tables={life: (models.SurrenderRow(1, in_days(0), Decimal(80), rub("80.00")),)},
        life_strategies={life: (strategy(),)},
        life_operations={life: (models.LifeOperation(models.LifeOperationKind.FIX_INCOME, False, "TOO_EARLY"),)},
        life_orders={
            life: (models.LifeOrder("o1", models.LifeOperationKind.TAX_CERTIFICATE, models.LifeOrderState.DONE, NOW),)
        },
        underlying_levels={"IDX1": (models.UnderlyingLevel(in_days(-1), Decimal("2340.9000")),)},
    )


def person() -> models.Client:
    """The client."""
    return objects.client(
        CLIENT,
        phone=models.Contact(models.ContactKind.PHONE, "+79161234567", "+7 *** ***-45-67", confirmed=True),
        email=models.Contact(models.ContactKind.EMAIL, "olga.kalinina@example.ru", "o***@e***.ru", confirmed=True),
        consents=(objects.consent(expires_on=in_days(20), revoked_on=None), objects.consent(revoked_on=in_days(-1))),
    )


def held() -> tuple[models.Policy, ...]:
    """A policy for each kind of insured object, the first one about to end, and one of the LIFE line."""
    vehicle = models.Vehicle("LADA", "Vesta", 2021, "XTAGFL110MY123456", "А123ВС77", "BODY110MY12", "CHASSIS-77-91")
    flat = models.Property("квартира", "Казань, ул. Баумана, 7", Decimal("54.3"))
    child = models.InsuredPerson(models.PersonName("Лескова", "Анна"), date(2011, 11, 13))
    driver = models.PersonName("Громов", "Пётр", "Ильич")
    deductible = models.Deductible(models.DeductibleKind.UNCONDITIONAL, rub("15000.00"), Decimal(1), from_claim=1)
    coverage = models.Coverage("DAMAGE", "Ущерб", rub("1500000.00"), aggregate=False, deductible=deductible)
    return (
        objects.policy(
            100,
            period=models.Period(in_days(-350), in_days(15)),
            insured_objects=(vehicle,),
            participants=(
                models.Participant(models.ParticipantRole.HOLDER, person().name, CLIENT, share=None),
                models.Participant(models.ParticipantRole.DRIVER, driver, isn=None, share=Decimal(50)),
                models.Participant(models.ParticipantRole.DRIVER, person().name, CLIENT, share=None),
            ),
            coverages=(coverage,),
        ),
        objects.policy(101, line=models.Line.PROPERTY, insured_objects=(flat,), concluded_on=in_days(-4)),
        objects.policy(102, line=models.Line.HEALTH, insured_objects=(child,)),
        objects.policy(200, line=models.Line.LIFE),
    )


def choices() -> models.RenewalChoices:
    """What can be chosen for the first policy, which names the client as a driver."""
    found = objects.renewal_choices(CLIENT)
    return replace(found, proposed=replace(found.proposed, deductible=rub("15000.00")))


def instalments() -> tuple[models.Instalment, ...]:
    """One paid, one overdue, one due."""
    paid = objects.instalment(1, days=-90, paid_on=in_days(-91))
    return paid, objects.instalment(2, days=-5), objects.instalment(3, days=10)


def cases() -> tuple[models.Claim, ...]:
    """Three claims that ask for something, each with all texts; one has its documents complete."""
    event = models.ClaimEvent(NOW, "Перекрёсток у дома Калининых", "Въехал сосед Иванов")
    noted = (models.TimelineEntry(NOW, models.ClaimStatus.REGISTERED, "Звонила Калинина"),)

    def case(claim_id: str, status: models.ClaimStatus) -> models.Claim:
        key = ClaimFileKey(ClaimId(claim_id), "f1")
        upload = models.ClaimFile(key, "Паспорт Калининой.pdf", "application/pdf", 2048, NOW)
        return objects.claim(
            claim_id,
            status=status,
            event=event,
            timeline=noted,
            documents_complete_on=in_days(-3),
            inspection_at=datetime(2026, 1, 20, 7, 0, tzinfo=UTC),
            required_documents=(objects.required_document(files=(upload,)),),
            payouts=(models.Payout("p1", rub("90000.00"), in_days(-1)),),
            referral=objects.referral(deductible_paid_on=in_days(-1) if claim_id == "c1" else None),
        )

    statuses = (
        models.ClaimStatus.DOCUMENTS_REQUIRED,
        models.ClaimStatus.INSPECTION,
        models.ClaimStatus.REPAIR_REFERRED,
    )
    return tuple(case(f"c{place}", status) for place, status in enumerate(statuses, start=1))


def strategy() -> models.Strategy:
    """The strategy of the worked example."""
    return models.Strategy("GROWTH", "Рост", models.Underlying("IDX1", "Индекс роста"), Decimal(71))


def contract() -> models.LifeContract:
    """The contract of the worked example, with coupons and a beneficiary."""
    return objects.contract(
        200,
        coupon_terms=models.CouponTerms(Decimal(80), Decimal(5), memory=True, observation_dates=(in_days(9),)),
        beneficiaries=(models.Beneficiary(models.PersonName("Зимин", "Олег", "Львович"), Decimal(100)),),
    )


def valuation() -> models.LifeValuation:
    """Its value, with everything an engine can tell."""
    return objects.valuation(
        coupons=(models.Coupon(in_days(-90), earned=True, amount=rub("210000.00"), paid_on=in_days(-80)),),
        fx_rate=Decimal("90.1234"),
        tax_estimate=rub("1000.00"),
    )
