"""What every section has at hand: the processes, the people, how much to measure, and the load generator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

import msgspec

from dev.bench.fleet import Fleet
from dev.bench.load import Job, Plan, Sample, Shot
from dev.bench.options import Size
from dev.bench.people import People

__all__ = ["Run", "Target", "faults_of"]


class Target(Protocol):
    """Whatever serves operations, at ``url`` without a path."""

    @property
    def url(self) -> str:
        """The address."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the bench."""

    fleet: Fleet
    people: People
    size: Size
    _numbers: Iterator[int] = field(default_factory=count)

    def file(self, name: str) -> Path:
        """Return a new file's path."""
        return self.fleet.folder / f"{name}-{next(self._numbers)}.json"

    def shot(self, operation: str, isn: int, number: str | None = None) -> Shot:
        """Make a request of a client; ``number`` is that of the policy asked for."""
        return Shot(operation, isn, self.people.token(isn), {} if number is None else {"number": number})

    def load(self, gateways: Sequence[Target], shots: Sequence[Shot], plan: Plan, *, warm_up: int = 0) -> list[Sample]:
        """Have the load generator work in a process of its own. Raises: ``ChildFailed``."""
        job, result = self.file("load"), self.file("samples")
        targets = [each.url for each in gateways]
        today = self.people.today.isoformat()
        told = Job(targets, list(shots), plan, self.people.seed, today, str(result), warm_up)
        job.write_bytes(msgspec.json.encode(told))
        self.fleet.run("load", "dev.bench.load", job)
        return msgspec.json.decode(result.read_bytes(), type=list[Sample])


def faults_of(samples: Sequence[Sample], where: str) -> list[str]:
    """Say which answers were not good, and how many."""
    bad = Counter((each.operation, each.verdict) for each in samples if not each.is_good)
    return [f"{where}: {times} of {operation} failed: {verdict}" for (operation, verdict), times in sorted(bad.items())]
