"""Reminders and what they ask to do."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from domain import errors, reminders
from resolvers import ids
from resolvers import reminders as reminding
from schema.caching import ASK_AGAIN, PART
from schema.claim import Claim, RequiredDocument
from schema.fields import batched, computed
from schema.life import LifeContract
from schema.money import Money
from schema.person import Consent
from schema.policy import Instalment, Policy
from schema.repair import RepairReferral
from schema.shown import shown

__all__ = ["Reminder", "ReminderAction", "ReminderList", "UnavailableSource"]


@shown(reminders.PayInstalment, description="Pay an instalment.", keep=PART)
class PayInstalment:
    """Action."""

    policy: Policy = strawberry.field(description="Of this policy.")
    instalment: Instalment = strawberry.field(description="This instalment.")


@shown(reminders.PayDeductible, description="Pay the deductible before the repair.", keep=PART)
class PayDeductible:
    """Action."""

    claim: Claim = strawberry.field(description="For this claim.")


@shown(reminders.RenewPolicy, description="Renew a policy.", keep=PART)
class RenewPolicy:
    """Action."""

    policy: Policy = strawberry.field(description="This policy.")


@shown(reminders.UploadDocuments, description="Upload the documents that a claim waits for.", keep=PART)
class UploadDocuments:
    """Action."""

    claim: Claim = strawberry.field(description="For this claim.")
    documents: list[RequiredDocument] = strawberry.field(description="These documents.")


@shown(reminders.AttendInspection, description="Come to an inspection.", keep=PART)
class AttendInspection:
    """Action."""

    claim: Claim = strawberry.field(description="For this claim.")


@shown(reminders.UseReferral, description="Hand the vehicle to the workshop before the referral ends.", keep=PART)
class UseReferral:
    """Action."""

    claim: Claim = strawberry.field(description="For this claim.")
    referral: RepairReferral = strawberry.field(description="With this referral.")


@shown(reminders.ReviewLifeContract, description="Look at a life contract.", keep=PART)
class ReviewLifeContract:
    """Action."""

    contract: LifeContract = strawberry.field(description="This contract.")


@shown(reminders.WithdrawFromPolicy, description="Withdraw from a policy while cooling-off lasts.", keep=PART)
class WithdrawFromPolicy:
    """Action."""

    policy: Policy = strawberry.field(description="From this policy.")


@shown(reminders.RenewConsent, description="Give a consent anew.", keep=PART)
class RenewConsent:
    """Action."""

    consent: Consent = strawberry.field(description="This consent.")


ReminderAction = Annotated[
    PayInstalment
    | PayDeductible
    | RenewPolicy
    | UploadDocuments
    | AttendInspection
    | UseReferral
    | ReviewLifeContract
    | WithdrawFromPolicy
    | RenewConsent,
    strawberry.union("ReminderAction", description="What a reminder asks to do, and with what."),
]


@shown(reminders.Reminder, description="One thing for the customer to do.", keep=PART)
class Reminder:
    """Reminder."""

    id = computed(
        lambda root, _ctx: ids.encode("Reminder", root.key),
        strawberry.ID,
        description="Opaque, and the same on every reading: made of kind, source and due date.",
    )
    kind: reminders.ReminderKind = strawberry.field(description="Why the customer is reminded.")
    title = computed(reminding.title, str, description="What to do, in the reader's language.")
    due_on: date | None = strawberry.field(description="Last day to do it; null where there is none.")
    amount = batched(reminding.amount, Money | None, description="Money asked; null where none is.", keep=ASK_AGAIN)
    action: ReminderAction = strawberry.field(description="What to do, and with what.")


@shown(reminding.UnavailableSource, description="A system whose reminders are missing from a list.", keep=PART)
class UnavailableSource:
    """System that could not be asked."""

    source: errors.Source = strawberry.field(description="Which system.")
    retryable: bool = strawberry.field(description="Whether asking again may help.")
    until: datetime | None = strawberry.field(description="End of maintenance, if announced.")


@shown(reminding.ReminderList, description="Reminders of every system that answered.", keep=ASK_AGAIN)
class ReminderList:
    """Reminders, and what is missing from them."""

    items: list[Reminder] = strawberry.field(description="Reminders, the most urgent first.")
    unavailable: list[UnavailableSource] = strawberry.field(
        description="Systems that could not be asked, or gave something unreadable; empty when the list is whole."
    )
