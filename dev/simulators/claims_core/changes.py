"""The change feed: a queue whose items stay until they are acknowledged."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dev.simulators.claims_core.codec import instant
from dev.simulators.population import Population
from dev.simulators.population.keys import client_isn

_SPACE = uuid.UUID("6f1c1a52-0f0b-5b7e-9a57-3f0f7a4c2e11")
_CLIENTS = 40
_TOMBSTONE_EVERY = 9


@dataclass(frozen=True, slots=True)
class Change:
    """A claim was opened, changed or deleted; a deleted one leaves its id alone."""

    id: str
    kind: str
    claim_id: str
    policy_number: str | None
    at: datetime


class ChangeQueue:
    """Changes that wait for their acknowledgement, the oldest first."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._waiting = sorted(changes, key=lambda change: change.at)
        self._done: list[Change] = []
        self._deliveries: dict[str, int] = {}

    def read(self, limit: int) -> tuple[list[dict[str, Any]], int]:
        """The oldest changes and how many wait behind them; each showing counts as a delivery."""
        shown = self._waiting[:limit]
        for change in shown:
            self._deliveries[change.id] = self._deliveries.get(change.id, 0) + 1
        return [self._row(change) for change in shown], len(self._waiting) - len(shown)

    def put(self, claim_id: str, policy_number: str, at: datetime) -> None:
        """Tell that a claim was changed."""
        self._waiting.append(Change(str(uuid.uuid4()), "UPDATED", claim_id, policy_number, at))

    def acknowledge(self, ids: Sequence[str]) -> None:
        """Remove changes; ids that do not wait are passed over."""
        gone = [change for change in self._waiting if change.id in ids]
        self._waiting = [change for change in self._waiting if change not in gone]
        self._done += gone

    def redeliver(self, count: int) -> None:
        """Put the changes acknowledged last back at the head of the queue."""
        back, self._done = self._done[-count:], self._done[:-count]
        self._waiting = back + self._waiting

    def _row(self, change: Change) -> dict[str, Any]:
        return {
            "id": change.id,
            "kind": change.kind,
            "claimId": change.claim_id,
            "policyNumber": change.policy_number,
            "at": instant(change.at),
            "deliveries": self._deliveries[change.id],
        }


def backlog(population: Population) -> Iterator[Change]:
    """What happened to the claims of the first clients, with a tombstone after every few."""
    n = 0
    for isn in map(client_isn, range(_CLIENTS)):
        for policy in population.policies_of(isn):
            for claim in population.claims_of(policy.number):
                n += 1
                kind = "CREATED" if len(claim.timeline) == 1 else "UPDATED"
                yield Change(_id(population, n), kind, claim.id, claim.policy_number, claim.updated_at)
                if n % _TOMBSTONE_EVERY == 0:
                    deleted = str(uuid.uuid5(_SPACE, f"deleted {population.seed} {n}"))
                    yield Change(_id(population, -n), "DELETED", deleted, None, claim.updated_at)


def _id(population: Population, n: int) -> str:
    return str(uuid.uuid5(_SPACE, f"{population.seed} {n}"))
