"""Claims."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from domain import models
from resolvers import claims, privacy
from schema.access import SIGNED_IN
from schema.caching import ASK_AGAIN, PART
from schema.deadline import Deadline
from schema.document import ClaimFile
from schema.fields import batched, computed
from schema.money import Money
from schema.node import Node, global_id, part_id
from schema.repair import RepairReferral
from schema.shown import shown

__all__ = ["Claim", "ClaimEvent", "ClaimMessage", "Payout", "RequiredDocument", "TimelineEntry"]


@shown(models.ClaimEvent, description="What happened.", keep=PART)
class ClaimEvent:
    """Event."""

    occurred_at: datetime = strawberry.field(description="When.")
    place = computed(privacy.event_place, str | None, description="Where; null for employees who do not see it whole.")
    description = computed(
        privacy.event_description,
        str | None,
        description="In the customer's words; null for employees who do not see it whole.",
    )


@shown(models.TimelineEntry, description="One step of a case.", keep=PART)
class TimelineEntry:
    """Step."""

    at: datetime = strawberry.field(description="When.")
    status: models.ClaimStatus = strawberry.field(description="State reached.")
    note = computed(
        privacy.timeline_note,
        str | None,
        description="Remark for the customer; null for employees who do not see it whole.",
    )


@shown(models.RequiredDocument, description="A document that the insurer needs to decide.", keep=PART)
class RequiredDocument:
    """Requirement."""

    id = part_id("RequiredDocument", lambda root: root.id)
    kind: str = strawberry.field(description="Code of the kind of document.")
    title: str = strawberry.field(description="What to send, in Russian.")
    state: models.RequirementState = strawberry.field(description="Whether it has come.")
    files: list[ClaimFile] = strawberry.field(description="Files uploaded for it.")


@shown(models.Payout, description="Money paid, or ordered to be paid, for a claim.", keep=PART)
class Payout:
    """Payout."""

    amount: Money = strawberry.field(description="How much.")
    paid_on: date | None = strawberry.field(description="Day the money left; null while it is on order.")


@shown(models.ClaimMessage, description="A message about a claim.", keep=ASK_AGAIN)
class ClaimMessage:
    """Message."""

    id = part_id("ClaimMessage", lambda root: root.id)
    author: models.MessageAuthor = strawberry.field(description="Who wrote it.")
    text = computed(privacy.message_text, str | None, description="Text; null for employees who do not see it whole.")
    sent_at: datetime = strawberry.field(description="When.")


@shown(
    models.Claim,
    description="A case: an event reported under a policy, until it is settled.",
    keep=ASK_AGAIN,
    access=SIGNED_IN,
)
class Claim(Node):
    """Claim."""

    id = global_id("Claim", "id")
    number: str | None = strawberry.field(description="Number of the case; null for a draft.")
    policy = batched(
        claims.policy,
        Annotated["Policy", strawberry.lazy("schema.policy")] | None,  # noqa: F821 - named lazily, there is a cycle
        description="Policy it is reported under.",
    )
    status: models.ClaimStatus = strawberry.field(description="State.")
    status_text = computed(claims.status_text, str, description="State in the reader's language.")
    event: ClaimEvent = strawberry.field(description="What happened.")
    registered_on: date | None = strawberry.field(description="Day of registration; null for a draft.")
    documents_complete_on: date | None = strawberry.field(description="Day the last required document came.")
    inspection_at: datetime | None = strawberry.field(description="Appointment for the inspection.")
    timeline: list[TimelineEntry] = strawberry.field(description="Steps so far, the oldest first.")
    required_documents: list[RequiredDocument] = strawberry.field(description="Documents that the insurer needs.")
    deadlines = batched(
        claims.deadlines,
        list[Deadline] | None,
        description="Time limits of the insurer; they start once the documents are complete.",
        keep=ASK_AGAIN,
    )
    payouts: list[Payout] = strawberry.field(description="Money paid or on order.")
    referral: RepairReferral | None = strawberry.field(description="Order to a workshop.")
    messages = batched(claims.messages, list[ClaimMessage] | None, description="Messages, the oldest first.")
