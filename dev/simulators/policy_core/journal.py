"""The change feed: what happened to the policies of the first clients, in order, and then what was written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from dev.simulators.policy_core import spelling
from dev.simulators.policy_core.soap import element, group
from dev.simulators.population import Population, population_on
from dev.simulators.population.keys import client_isn
from dev.simulators.population.records import Policy

_CLIENTS = 60
POLICY_CHANGED, BILL_PAID, DOCUMENT_ISSUED, CONTACTS_CHANGED = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to a policy, or to a person: then there is no number. At noon, unless `moment` says when."""

    kind: int
    policy_number: str | None
    subject_isn: int
    day: date
    moment: datetime | None = None


@lru_cache(maxsize=4)
def events(seed: int, today: date) -> tuple[Event, ...]:
    """All events up to a day; the place of one, from 1, is its Seq."""
    found = (event for event in _events(population_on(seed, today)) if event.day <= today)
    return tuple(sorted(found, key=lambda event: (event.day, event.subject_isn)))


def concluded(policy: Policy, now: datetime) -> Event:
    """The event that tells of a policy that was just concluded."""
    return Event(POLICY_CHANGED, policy.number, policy.isn, now.date(), now)


def with_written(seed: int, today: date, written: Sequence[Event]) -> tuple[Event, ...]:
    """All events up to a day, those of writes last."""
    return (*events(seed, today), *written)


def row(seq: int, event: Event, *, spoilt: bool = False) -> str:
    """An Event."""
    return group(
        "Event",
        element("Seq", str(seq)),
        element("Kind", spelling.UNKNOWN_CODE if spoilt else str(event.kind)),
        element("PolicyNumber", event.policy_number),
        element("SubjectIsn", spelling.isn(event.subject_isn)),
        element("Moment", spelling.moment(event.moment or datetime.combine(event.day, time(12)))),
    )


def _events(population: Population) -> Iterator[Event]:
    for isn in map(client_isn, range(_CLIENTS)):
        for policy in population.policies_of(isn):
            yield Event(POLICY_CHANGED, policy.number, policy.isn, policy.concluded_on)
            for document in population.documents(policy):
                yield Event(DOCUMENT_ISSUED, policy.number, document.isn, document.issued_on)
            for instalment in population.instalments(policy):
                if instalment.paid_on is not None:
                    yield Event(BILL_PAID, policy.number, instalment.isn, instalment.paid_on)
