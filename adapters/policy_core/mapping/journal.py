"""The change feed. Source: PROTOCOL.md, section 5 (GetJournal) and dictionary ``EVENT``."""

from __future__ import annotations

from adapters.policy_core import wire
from adapters.policy_core.mapping import codes, values
from domain.journal import Event, EventKind, Stretch

__all__ = ["stretch"]


def stretch(page: wire.JournalPage, after: int) -> tuple[Stretch, list[str]]:
    """Put events in order, each once, those at or before ``after`` left out; and say what could not be read.

    An event of an unknown kind is passed over, since later versions may add some. One without a readable number is no
    event that could be passed over for good. Raises: ``wire.Unreadable``.
    """
    rows = {values.sequence(row.seq, "Seq"): row for row in page.event}
    newest = values.sequence(page.last_seq, "LastSeq")
    wanted = sorted(seq for seq in rows if seq > after)
    events, oddities = [], []
    for seq in wanted:
        try:
            events.append(event(seq, rows[seq]))
        except wire.Unreadable as odd:
            oddities.append(str(odd))
    return Stretch(tuple(events), len(oddities), wanted[-1] if wanted else after, newest), oddities


def event(seq: int, row: wire.Event) -> Event:
    """Read an event. Raises: ``wire.Unreadable``."""
    kind = values.code(codes.EVENTS, row.kind, "Kind")
    is_of_person = kind is EventKind.CONTACTS_CHANGED
    return Event(
        seq=seq,
        kind=kind,
        policy=None if is_of_person else values.number(row.policy_number, "PolicyNumber"),
        subject=values.isn(row.subject_isn, "SubjectIsn"),
        at=values.moment(row.moment, "Moment"),
    )
