"""What holds of every answer, whatever is broken: judged field by field against the answer of a healthy day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.errors import Source
from domain.reminders import ReminderKind
from tests.faults.matrix.differing import Difference, differences
from tests.faults.matrix.expectations import OWNERS, REMINDERS, UNSURE, Told

__all__ = ["Illness", "faults_found"]

REMINDER_LIST: Final = "reminders"


@dataclass(frozen=True, slots=True)
class Illness:
    """What one system suffers from, and what may be told of it. ``stale``: its rows may be of another time."""

    source: Source
    told: frozenset[Told]
    stale: bool = False


def faults_found(whole: Any, seen: Any, errors: Sequence[dict[str, Any]], illness: Illness) -> list[str]:
    """Return what is wrong with an answer, by what it would be if all were well."""
    blame = (wrong for error in errors for wrong in wrong_error(error, seen, illness))
    loss = (wrong for found in differences(whole, seen) for wrong in wrong_field(found, errors, illness))
    return [*blame, *loss]


def said(error: dict[str, Any]) -> Told:
    """Read what an error tells."""
    extensions = error["extensions"]
    return Told(extensions["code"], extensions.get("retryable"), extensions.get("until"))


def wrong_error(error: dict[str, Any], seen: Any, illness: Illness) -> Iterator[str]:
    """Judge one error: who is blamed, for what, and whether the field is empty then."""
    where = ".".join(map(str, error["path"]))
    if error["extensions"].get("source") != illness.source.name or said(error) not in illness.told:
        yield f"{where}: told {error['extensions']}"
    if not error["message"]:
        yield f"{where}: no message"
    if illness.source not in owners(error["path"]):
        yield f"{where}: does not depend on {illness.source}"
    if at(seen, error["path"]) is not None:
        yield f"{where}: has a value and an error"


def wrong_field(found: Difference, errors: Sequence[dict[str, Any]], illness: Illness) -> Iterator[str]:
    """Judge one difference: it must be the ill system's, and told, unless nothing can tell."""
    if found.path[-1:] == (REMINDER_LIST,):
        yield from (f"{REMINDER_LIST}: {wrong}" for wrong in wrong_reminders(found.was, found.is_, illness))
        return
    blamed = any(tuple(error["path"][: len(found.path)]) == found.path for error in errors)
    if illness.source not in owners(found.path):
        yield f"{found}, though it does not depend on {illness.source}"
    elif not (found.is_ is None and blamed) and not illness.stale:
        yield f"{found}, and nothing is told"


def wrong_reminders(was: dict[str, Any], is_: dict[str, Any], illness: Illness) -> Iterator[str]:
    """Judge a list that is whole but for the reminders of systems that it says are missing, if that was asked for."""
    absences = is_.get("unavailable")
    for absent in absences or ():
        known = {(each.retryable, each.until) for each in illness.told}
        if absent["source"] != illness.source.name or (absent["retryable"], absent["until"]) not in known:
            yield f"told {absent}"
    here = {each["id"]: each for each in is_["items"]}
    for reminder in was["items"]:
        if here.pop(reminder["id"], None) == reminder:
            continue
        kind = ReminderKind(reminder["kind"])
        if illness.source not in REMINDERS[kind]:
            yield f"{kind} lost, though it does not depend on {illness.source}"
        elif absences == [] and not illness.stale:
            yield f"{kind} lost, and nothing is told"
    for reminder in here.values():
        if (illness.source, reminder["kind"]) not in UNSURE and not illness.stale:
            yield f"{reminder['kind']} comes from nowhere"


def owners(path: Sequence[str | int]) -> frozenset[Source]:
    """Return whose trouble may cost a field."""
    names = [step for step in path if isinstance(step, str)]
    for length in range(len(names), 0, -1):
        found = OWNERS.get(".".join(names[:length]))
        if found is not None:
            return found
    return frozenset()


def at(data: Any, path: Sequence[str | int]) -> Any:
    """Return what stands at a path, None from where it ends."""
    for step in path:
        if data is None:
            return None
        data = data[step]
    return data
