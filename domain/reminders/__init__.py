"""What the customer should do next, derived from what the systems hold.

A reminder's id is its kind, its source and its due date, so it is the same on every reading; nothing is stored.
"""

from domain.reminders.actions import (
    AttendInspection,
    PayDeductible,
    PayInstalment,
    Reminder,
    ReminderAction,
    ReminderKind,
    RenewConsent,
    RenewPolicy,
    ReviewLifeContract,
    UploadDocuments,
    UseReferral,
    WithdrawFromPolicy,
)
from domain.reminders.deriving import PAYABLE, Holdings, ends_soon, reminders

__all__ = [
    "PAYABLE",
    "AttendInspection",
    "Holdings",
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
    "ends_soon",
    "reminders",
]
