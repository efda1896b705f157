"""What customers do in a storm, a row each: who does it, in which ways, and how it is judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dev.demo.stack import Stack
from tests.faults.storm import paying, people, verdict
from tests.faults.storm.evidence import Evidence
from tests.faults.storm.paying import Script
from tests.faults.storm.people import Debtor
from tests.faults.storm.verdict import Wrong

__all__ = ["VERBS", "Verb"]


@dataclass(frozen=True, slots=True)
class Verb:
    """``people`` finds so many who can do it. ``scripts`` are the ways to go about it, each with its part of all.

    ``leaving`` are the ways of those who leave before the end: they come first, as what they began takes its time.
    """

    people: Callable[[Stack, int], Awaitable[Sequence[Debtor]]]
    scripts: Mapping[Script, int]
    leaving: frozenset[Script]
    judged: Callable[[Evidence], list[Wrong]]


VERBS: Final[Mapping[str, Verb]] = {
    "payments": Verb(people.debtors, paying.SCRIPTS, paying.LEAVING, verdict.judged),
}
