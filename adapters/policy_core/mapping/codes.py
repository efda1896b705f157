"""Every code table of the policy core. Source: PROTOCOL.md, sections 3 (states, sex) and 6 (dictionaries)."""

from __future__ import annotations

from typing import Final

from domain.journal import EventKind
from domain.models import (
    BillStatus,
    ConsentPurpose,
    DeductibleKind,
    DocumentKind,
    Line,
    ParticipantRole,
    PolicyStatus,
    Sex,
)

__all__ = [
    "BILLS",
    "CONSENTS",
    "CURRENCIES",
    "DEDUCTIBLES",
    "DOCUMENTS",
    "EVENTS",
    "LINES",
    "REFUSALS",
    "ROLES",
    "SEXES",
    "STATES",
]

LINES: Final = {
    "10": Line.KASKO,
    "20": Line.OSAGO,
    "30": Line.PROPERTY,
    "40": Line.TRAVEL,
    "50": Line.HEALTH,
    "60": Line.LIFE,
}
STATES: Final = {
    "Ожидает оплаты": PolicyStatus.AWAITING_PAYMENT,
    "Не вступил в силу": PolicyStatus.FUTURE,
    "Действует": PolicyStatus.ACTIVE,
    "Закончен": PolicyStatus.EXPIRED,
    "Расторгнут": PolicyStatus.CANCELLED,
}
SEXES: Final = {"М": Sex.MALE, "Ж": Sex.FEMALE}
ROLES: Final = {
    "1": ParticipantRole.HOLDER,
    "2": ParticipantRole.OWNER,
    "3": ParticipantRole.DRIVER,
    "4": ParticipantRole.LIFE_ASSURED,
    "5": ParticipantRole.BENEFICIARY,
}
DEDUCTIBLES: Final = {
    "1": DeductibleKind.UNCONDITIONAL,
    "2": DeductibleKind.CONDITIONAL,
    "3": DeductibleKind.DYNAMIC,
}
DOCUMENTS: Final = {
    "1": DocumentKind.POLICY,
    "2": DocumentKind.RULES,
    "3": DocumentKind.RECEIPT,
    "4": DocumentKind.MEMO,
}
CONSENTS: Final = {
    "1": ConsentPurpose.PERSONAL_DATA,
    "2": ConsentPurpose.MARKETING,
    "3": ConsentPurpose.ELECTRONIC_DOCUMENTS,
}
BILLS: Final = {"1": BillStatus.OPEN, "2": BillStatus.PAID, "3": BillStatus.CANCELLED}
EVENTS: Final = {
    "1": EventKind.POLICY_CHANGED,
    "2": EventKind.BILL_PAID,
    "3": EventKind.DOCUMENT_ISSUED,
    "4": EventKind.CONTACTS_CHANGED,
}
CURRENCIES: Final = {"643": "RUB", "840": "USD", "978": "EUR", "156": "CNY"}
REFUSALS: Final = {
    "1": "TOO_EARLY",
    "2": "TOO_LATE",
    "3": "POLICY_CANCELLED",
    "4": "PREMIUM_OVERDUE",
    "5": "PRODUCT_NOT_RENEWABLE",
    "6": "ALREADY_RENEWED",
}
