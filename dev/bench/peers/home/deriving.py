"""Reminders from rows of the systems, by the same rules as the gateway's."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from lxml import etree

from dev.bench.reference.reading import day, iso, key, roubles, text
from dev.bench.reference.upstream import NS

__all__ = ["PAYABLE", "Found", "ends_soon", "global_id", "of_claim", "of_client", "of_contract", "of_policy", "ordered"]

Json = Mapping[str, Any]

PAYABLE: Final = {"ACTIVE", "FUTURE", "AWAITING_PAYMENT"}
WITHDRAWABLE: Final = {"ACTIVE", "FUTURE"}
FINISHED: Final = {"closed", "paid", "rejected"}
CONSENTS: Final = {"1": "PERSONAL_DATA", "2": "MARKETING", "3": "ELECTRONIC_DOCUMENTS"}
AHEAD: Final = {
    "RENEWAL_DUE": 45,
    "INSTALMENT_DUE": 30,
    "INSPECTION": 30,
    "REFERRAL_EXPIRING": 14,
    "MATURITY_SOON": 180,
    "OBSERVATION_DATE": 30,
    "COOLING_OFF_END": 30,
    "CONSENT_EXPIRING": 30,
}
LAST: Final = "9999"


@dataclass(frozen=True, slots=True)
class Found:
    """A reminder; ``action`` names the GraphQL type of what to do, ``policy`` one whose renewal has to be priced."""

    kind: str
    source: str
    due_on: str | None
    amount: Json | None
    action: str
    policy: str | None = None

    @property
    def key(self) -> str:
        """What its id is made of."""
        return f"{self.kind}:{self.source}:{self.due_on or ''}"

    def shows(self, today: date) -> bool:
        """Whether it is near enough."""
        if self.due_on is None or self.kind == "INSTALMENT_OVERDUE":
            return True
        ahead = AHEAD.get(self.kind)
        due = day(self.due_on)
        return today <= due and (ahead is None or due <= today + timedelta(days=ahead))


def ordered(found: Iterator[Found], today: date) -> list[Found]:
    """Return those that show today, the most urgent first."""
    return sorted((each for each in found if each.shows(today)), key=lambda each: (each.due_on or LAST, each.key))


def ends_soon(shown: Json, today: date) -> bool:
    """Return whether it is time to renew a policy."""
    left = (day(shown["period"]["end"]) - today).days
    return shown["status"] == "ACTIVE" and shown["line"] != "LIFE" and 0 <= left <= AHEAD["RENEWAL_DUE"]


def of_policy(
    shown: Json, row: etree._Element, plans: etree._Element | None, offer: etree._Element | None, today: date
) -> Iterator[Found]:
    """Yield renewal, cooling-off and instalments of a policy."""
    source = f"policy/{shown['id']}"
    if offer is not None and offer.findtext(f"{NS}RenewalOptions/{NS}Allowed") == "Y":
        yield Found("RENEWAL_DUE", source, shown["period"]["end"], None, "RenewPolicy", key(shown))
    signed = day(iso(text(row, "SignDate")) or "")
    if shown["line"] != "OSAGO" and shown["status"] in WITHDRAWABLE and signed <= today:
        days = 30 if shown["line"] == "LIFE" and text(row, "SinglePremium") == "Y" else 14
        until = (signed + timedelta(days=days)).isoformat()
        yield Found("COOLING_OFF_END", source, until, None, "WithdrawFromPolicy")
    for part in plans.iter(f"{NS}Instalment") if plans is not None else ():
        due = iso(text(part, "DueDate")) or ""
        if text(part, "PaidDate") is None:
            kind = "INSTALMENT_OVERDUE" if day(due) < today else "INSTALMENT_DUE"
            of = f"{source}/instalment/{text(part, 'No')}"
            yield Found(kind, of, due, roubles(text(part, "Amount")), "PayInstalment")


def of_claim(claim: Json) -> Iterator[Found]:
    """Yield documents, inspection and referral of a claim."""
    if claim["state"] in FINISHED:
        return
    source = f"claim/{claim['id']}"
    awaited = any(each["state"] in {"awaited", "declined"} for each in claim["documents"])
    if awaited and claim["state"] == "awaiting-documents":
        yield Found("DOCUMENTS_REQUIRED", source, None, None, "UploadDocuments")
    if claim["inspectionAt"] is not None and claim["state"] == "inspection":
        yield Found("INSPECTION", source, claim["inspectionAt"][:10], None, "AttendInspection")
    referral = claim["referral"]
    if referral is None:
        return
    kopecks, until = referral["deductibleKopecks"], referral["validUntil"]
    if kopecks is not None and referral["deductiblePaidOn"] is None:
        yield Found("DEDUCTIBLE_DUE", source, until, roubles(kopecks / 100), "PayDeductible")
    if referral["repairState"] == "WAITING":
        yield Found("REFERRAL_EXPIRING", source, until, None, "UseReferral")


def of_contract(contract: Json, today: date) -> Iterator[Found]:
    """Yield maturity and the next observation of a life contract."""
    source = f"life/{contract['policy_isn']}"
    yield Found("MATURITY_SOON", source, iso(contract["end"]), None, "ReviewLifeContract")
    terms = contract["coupon_terms"] or {"observation_dates": []}
    ahead = [each for each in map(iso, terms["observation_dates"]) if each and day(each) >= today]
    if ahead:
        yield Found("OBSERVATION_DATE", source, min(ahead), None, "ReviewLifeContract")


def of_client(client: etree._Element) -> Iterator[Found]:
    """Yield the consents that end."""
    isn = (text(client, "Isn") or "").partition(".")[0]
    for each in client.findall(f"{NS}Consent"):
        until = iso(text(each, "ExpiryDate"))
        if until and text(each, "RevokedDate") is None:
            source = f"client/{isn}/consent/{CONSENTS[text(each, 'Purpose') or '']}"
            yield Found("CONSENT_EXPIRING", source, until, None, "RenewConsent")


def global_id(type_name: str, internal: str) -> str:
    """Make the global id of an object."""
    return base64.urlsafe_b64encode(f"{type_name}:{internal}".encode()).decode().rstrip("=")
