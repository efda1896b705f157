"""Domain objects with every field filled; ``changes`` replace fields. Names and numbers are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain import models
from domain.money import Money
from tests.fakes.clock import NOW, TODAY

__all__ = [
    "claim",
    "client",
    "consent",
    "contract",
    "document",
    "in_days",
    "instalment",
    "message",
    "number",
    "policy",
    "referral",
    "renewal_choices",
    "required_document",
    "rub",
    "valuation",
]


def rub(amount: str) -> Money:
    """Roubles."""
    return Money(Decimal(amount))


def in_days(days: int) -> date:
    """The day that many days after today."""
    return TODAY + timedelta(days=days)


def number(isn: int) -> models.PolicyNumber:
    """Number of the policy with an ISN."""
    return models.PolicyNumber(f"P{isn}")


def consent(**changes: Any) -> models.Consent:
    """A consent without end."""
    purpose = models.ConsentPurpose.PERSONAL_DATA
    return replace(models.Consent(purpose, "v1", date(2024, 5, 1), expires_on=None, revoked_on=None), **changes)


def client(isn: int = 1, **changes: Any) -> models.Client:
    """A person with a phone and an e-mail."""
    return replace(
        models.Client(
            isn=models.Isn(isn),
            number=f"C{isn}",
            name=models.PersonName("Калинина", "Ольга", "Петровна"),
            birth_date=date(1984, 2, 29),
            sex=models.Sex.FEMALE,
            phone=models.Contact(models.ContactKind.PHONE, "+79161234567", "+7 *** ***-45-67", confirmed=True),
            email=models.Contact(models.ContactKind.EMAIL, "olga@example.ru", "o***@e***.ru", confirmed=False),
            consents=(consent(),),
        ),
        **changes,
    )


def policy(isn: int = 100, **changes: Any) -> models.Policy:
    """A KASKO policy in force for half a year more, out of cooling-off, held by client 1."""
    key = number(isn)
    return replace(
        models.Policy(
            isn=models.Isn(isn),
            number=key,
            key=key,
            product=models.Product("AUTO", "Автозащита"),
            line=models.Line.KASKO,
            status=models.PolicyStatus.ACTIVE,
            period=models.Period(in_days(-185), in_days(180)),
            concluded_on=in_days(-190),
            single_premium=False,
            sum_insured=rub("1500000.00"),
            premium=rub("48000.00"),
            holder_isn=models.Isn(1),
            participants=(),
            insured_objects=(),
            coverages=(),
        ),
        **changes,
    )


def instalment(number: int = 1, days: int = 10, **changes: Any) -> models.Instalment:
    """An unpaid instalment, due in some days."""
    return replace(models.Instalment(number, in_days(days), rub("12000.00"), paid_on=None), **changes)


def document(isn: int = 100, document_id: str = "1", **changes: Any) -> models.PolicyDocument:
    """The electronic policy."""
    return replace(
        models.PolicyDocument(
            key=models.DocumentKey(number(isn), document_id),
            kind=models.DocumentKind.POLICY,
            title="Электронный полис",
            file_name="policy.pdf",
            media_type="application/pdf",
            size_bytes=1024,
            issued_on=in_days(-190),
        ),
        **changes,
    )


def required_document(document_id: str = "1", **changes: Any) -> models.RequiredDocument:
    """A document that has not come."""
    state = models.RequirementState.AWAITED
    return replace(models.RequiredDocument(document_id, "PASSPORT", "Паспорт", state, files=()), **changes)


def renewal_choices(*drivers: int, **changes: Any) -> models.RenewalChoices:
    """Two risks, one of which can be left out, two deductibles, up to four parts; drivers 7 and 8 unless told."""
    named = tuple(models.Isn(each) for each in drivers or (7, 8))
    main = models.CoverageOffer("DAMAGE", "Ущерб", (rub("1400000.00"), rub("1500000.00")), is_fixed=True)
    glass = models.CoverageOffer("GLASS", "Стёкла", (rub("30000.00"),), is_fixed=False)
    chosen = (
        models.CoverageChoice("DAMAGE", rub("1500000.00")),
        models.CoverageChoice("GLASS", rub("30000.00")),
    )
    return replace(
        models.RenewalChoices(
            coverages=(main, glass),
            deductibles=(rub("15000.00"), rub("30000.00")),
            instalment_counts=(1, 2, 4),
            drivers=named,
            can_lift_driver_limit=True,
            proposed=models.RenewalChoice(chosen, None, 2, named),
        ),
        **changes,
    )


def referral(**changes: Any) -> models.RepairReferral:
    """A referral not used yet, its deductible not paid, both with ten days left."""
    return replace(
        models.RepairReferral(
            number="R-1",
            station=models.RepairStation("S1", "Мастерская", "Казань", "ул. Заводская, 1", "+78432000000"),
            issued_on=in_days(-5),
            valid_until=in_days(10),
            deductible_due=rub("15000.00"),
            deductible_paid_on=None,
            progress=models.RepairProgress.NOT_STARTED,
            quote=models.QuoteState.NOT_STARTED,
        ),
        **changes,
    )


def claim(claim_id: str = "c1", policy_isn: int = 100, **changes: Any) -> models.Claim:
    """A registered claim that asks nothing of the customer."""
    return replace(
        models.Claim(
            id=models.ClaimId(claim_id),
            number=f"N-{claim_id}",
            policy_number=number(policy_isn),
            status=models.ClaimStatus.REGISTERED,
            event=models.ClaimEvent(datetime(2026, 1, 9, 17, 30, tzinfo=UTC), "Казань", "Скол на стекле"),
            registered_on=in_days(-5),
            documents_complete_on=None,
            inspection_at=None,
            timeline=(models.TimelineEntry(NOW, models.ClaimStatus.REGISTERED, note=None),),
            required_documents=(),
            payouts=(),
            referral=None,
        ),
        **changes,
    )


def message(message_id: str = "m1", **changes: Any) -> models.ClaimMessage:
    """A message of the insurer."""
    return replace(models.ClaimMessage(message_id, models.MessageAuthor.INSURER, "Ждём документы", NOW), **changes)


def contract(isn: int = 200, **changes: Any) -> models.LifeContract:
    """The investment contract of the worked example, 142 days before its end, held by client 1."""
    underlying = models.Underlying("IDX1", "Индекс роста")
    return replace(
        models.LifeContract(
            number=number(isn),
            policy_isn=models.Isn(isn),
            holder_isn=models.Isn(1),
            kind=models.LifeKind.INVESTMENT,
            product="Инвестор",
            period=models.Period(date(2023, 6, 7), date(2026, 6, 6)),
            sum_insured=rub("4200000.00"),
            premium=rub("4200000.00"),
            premiums_paid=rub("4200000.00"),
            guarantee_percent=Decimal(100),
            strategy=models.Strategy("GROWTH", "Рост", underlying, Decimal(71)),
            start_level=Decimal("1845.6200"),
            coupon_terms=None,
            beneficiaries=(),
        ),
        **changes,
    )


def valuation(isn: int = 200, **changes: Any) -> models.LifeValuation:
    """What the contract of the worked example is worth."""
    return replace(
        models.LifeValuation(
            number=number(isn),
            as_of=NOW,
            stale=False,
            current_level=Decimal("2340.9000"),
            performance_percent=Decimal("26.8354"),
            guaranteed=rub("4200000.00"),
            investment_income=rub("800232.42"),
            available_income=rub("661754.74"),
            payout_at_maturity=rub("5000232.42"),
            surrender_value=rub("4300000.00"),
            coupons=(),
            fx_rate=None,
            tax_estimate=None,
        ),
        **changes,
    )
