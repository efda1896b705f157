"""Counts what a simulated system was asked, per operation; holds no keys and no personal data."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

RECENT_CALLS = 1_000


@dataclass(slots=True)
class OperationCalls:
    """What one operation has seen since the last reset.

    Units: `keys` is the sum of all batch sizes, `batches` maps a batch size to the number of calls with it.
    """

    calls: int = 0
    keys: int = 0
    batches: Counter[int] = field(default_factory=Counter)
    running: int = 0
    max_concurrent: int = 0
    rejected: int = 0

    def as_json(self) -> dict[str, Any]:
        """The counts as the admin port shows them."""
        return {
            "calls": self.calls,
            "keys": self.keys,
            "batches": {str(size): times for size, times in sorted(self.batches.items())},
            "max_concurrent": self.max_concurrent,
            "rejected": self.rejected,
        }


@dataclass(frozen=True, slots=True)
class RecentCall:
    """The n-th call since the last reset."""

    n: int
    operation: str
    keys: int


class Calls:
    """Counters per operation and the last calls in order."""

    def __init__(self) -> None:
        self._operations: dict[str, OperationCalls] = {}
        self.recent: deque[RecentCall] = deque(maxlen=RECENT_CALLS)
        self._total = 0

    @property
    def total(self) -> int:
        """Calls of all operations."""
        return self._total

    def of(self, operation: str) -> OperationCalls:
        """The counters of an operation, zero for one never called."""
        return self._operations.get(operation) or OperationCalls()

    def counts(self) -> dict[str, int]:
        """Calls per operation, those never called left out."""
        return {name: seen.calls for name, seen in self._operations.items() if seen.calls}

    def begin(self, operation: str, keys: int) -> OperationCalls:
        """Count a call that starts; pass the result to `finish`."""
        seen = self._operations.setdefault(operation, OperationCalls())
        seen.calls += 1
        seen.keys += keys
        seen.batches[keys] += 1
        seen.running += 1
        seen.max_concurrent = max(seen.max_concurrent, seen.running)
        self._total += 1
        self.recent.append(RecentCall(self._total, operation, keys))
        return seen

    def finish(self, seen: OperationCalls) -> None:
        """Count a call that ended, whatever its answer."""
        seen.running -= 1

    def reject(self, operation: str) -> None:
        """Count a call refused for asking more than the system allows."""
        self._operations.setdefault(operation, OperationCalls()).rejected += 1

    def reset(self) -> None:
        """Forget everything; calls still running are counted by neither side."""
        self._operations.clear()
        self.recent.clear()
        self._total = 0

    def as_json(self, recent: int = 0) -> dict[str, Any]:
        """Shape: {"total", "operations": {name: counts}, "recent": [...]}, the newest of `recent` last."""
        shown: dict[str, Any] = {
            "total": self._total,
            "operations": {name: seen.as_json() for name, seen in sorted(self._operations.items())},
        }
        if recent:
            last = list(self.recent)[-recent:]
            shown["recent"] = [{"n": call.n, "operation": call.operation, "keys": call.keys} for call in last]
        return shown
