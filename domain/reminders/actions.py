"""What a reminder is, and what it asks the customer to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain import models
from domain.money import Money

__all__ = [
    "AttendInspection",
    "PayDeductible",
    "PayInstalment",
    "Reminder",
    "ReminderAction",
    "ReminderKind",
    "RenewConsent",
    "RenewPolicy",
    "ReviewLifeContract",
    "UploadDocuments",
    "UseReferral",
    "WithdrawFromPolicy",
]


class ReminderKind(StrEnum):
    """Why the customer is reminded."""

    RENEWAL_DUE = "RENEWAL_DUE"
    INSTALMENT_DUE = "INSTALMENT_DUE"
    INSTALMENT_OVERDUE = "INSTALMENT_OVERDUE"
    DEDUCTIBLE_DUE = "DEDUCTIBLE_DUE"
    DOCUMENTS_REQUIRED = "DOCUMENTS_REQUIRED"
    INSPECTION = "INSPECTION"
    REFERRAL_EXPIRING = "REFERRAL_EXPIRING"
    MATURITY_SOON = "MATURITY_SOON"
    OBSERVATION_DATE = "OBSERVATION_DATE"
    COOLING_OFF_END = "COOLING_OFF_END"
    CONSENT_EXPIRING = "CONSENT_EXPIRING"


@dataclass(frozen=True, slots=True)
class PayInstalment:
    """Pay one instalment."""

    policy: models.Policy
    instalment: models.Instalment


@dataclass(frozen=True, slots=True)
class PayDeductible:
    """Pay the deductible before the repair."""

    claim: models.Claim


@dataclass(frozen=True, slots=True)
class RenewPolicy:
    """Renew a policy that ends."""

    policy: models.Policy


@dataclass(frozen=True, slots=True)
class UploadDocuments:
    """Upload the documents that a claim waits for."""

    claim: models.Claim
    documents: tuple[models.RequiredDocument, ...]


@dataclass(frozen=True, slots=True)
class AttendInspection:
    """Come to an inspection."""

    claim: models.Claim


@dataclass(frozen=True, slots=True)
class UseReferral:
    """Hand the vehicle to the station before the referral ends."""

    claim: models.Claim
    referral: models.RepairReferral


@dataclass(frozen=True, slots=True)
class ReviewLifeContract:
    """Look at a life contract: it matures or is observed soon."""

    contract: models.LifeContract


@dataclass(frozen=True, slots=True)
class WithdrawFromPolicy:
    """Withdraw from a policy while cooling-off lasts."""

    policy: models.Policy


@dataclass(frozen=True, slots=True)
class RenewConsent:
    """Give a consent anew."""

    consent: models.Consent


ReminderAction = (
    PayInstalment
    | PayDeductible
    | RenewPolicy
    | UploadDocuments
    | AttendInspection
    | UseReferral
    | ReviewLifeContract
    | WithdrawFromPolicy
    | RenewConsent
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to do. ``amount`` is None where no money is asked, and for renewals until they are priced."""

    kind: ReminderKind
    source: str
    due_on: date | None
    amount: Money | None
    action: ReminderAction

    @property
    def key(self) -> str:
        """Kind, source and due date: the same on every reading."""
        return f"{self.kind}:{self.source}:{self.due_on or ''}"
