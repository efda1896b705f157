"""What the policy core tells of by itself: a journal of events, read on from where one stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.models import Isn, PolicyNumber
from domain.ports import Call

__all__ = ["MOST_EVENTS", "Event", "EventKind", "Journal", "Stretch"]

MOST_EVENTS = 500
"""No more can be asked for at a time."""


class EventKind(StrEnum):
    """What happened. A policy that was just concluded has changed, too: it has no kind of its own."""

    POLICY_CHANGED = "POLICY_CHANGED"
    BILL_PAID = "BILL_PAID"
    DOCUMENT_ISSUED = "DOCUMENT_ISSUED"
    CONTACTS_CHANGED = "CONTACTS_CHANGED"


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a policy, to what belongs to it, or to a person. ``at`` is an instant in UTC.

    ``subject`` is the ISN of what it happened to: the policy itself, an instalment, a document, a person. Of a person
    there is no ``policy``.
    """

    seq: int
    kind: EventKind
    policy: PolicyNumber | None
    subject: Isn
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the journal.

    ``events`` are in the order of ``seq``, each once. ``passed_over`` counts those of kinds that we do not know, or
    that cannot be read. ``reached`` is the last event in it, of any kind; that asked after when there is none.
    ``newest`` is the last one that the journal has.
    """

    events: tuple[Event, ...]
    passed_over: int
    reached: int
    newest: int


class Journal(Protocol):
    """The journal."""

    async def events(self, after_seq: int, count: int, call: Call, /) -> Stretch:
        """Return events after one, ``count`` at most, and no more than ``MOST_EVENTS``.

        An event may come again in a later call: whoever follows has to know it by its ``seq``. Raises: ``SourceError``.
        """
        ...
