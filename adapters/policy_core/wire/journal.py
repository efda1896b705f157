"""Records of the change feed. Source: policy_core.xsd, GetJournal."""

from __future__ import annotations

import msgspec

__all__ = ["Event", "JournalPage"]


class Event(msgspec.Struct, frozen=True):
    """An Event."""

    seq: str | None = None
    kind: str | None = None
    policy_number: str | None = None
    subject_isn: str | None = None
    moment: str | None = None


class JournalPage(msgspec.Struct, frozen=True):
    """ResponseData of GetJournal."""

    event: tuple[Event, ...] = ()
    last_seq: str | None = None
