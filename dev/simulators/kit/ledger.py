"""What was written since the start: every effect once, and every request with its first result."""

from collections import Counter
from collections.abc import Callable
from typing import Any


class Ledger:
    """A row is put in where something happens and never looked up, so that what happened twice has two rows."""

    def __init__(self, *kinds: str) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        self._results: dict[tuple[str, str], str] = {}
        self._asked: Counter[tuple[str, str]] = Counter()

    def is_done(self, operation: str, request_id: str) -> bool:
        """Whether a request has a result."""
        return (operation, request_id) in self._results

    def once(self, operation: str, request_id: str, write: Callable[[], str]) -> str:
        """The first result of a request; one that fails leaves nothing behind. Raises: what `write` raises."""
        key = (operation, request_id)
        self._asked[key] += 1
        if key not in self._results:
            self._results[key] = write()
        return self._results[key]

    def note(self, kind: str, request_id: str, **facts: object) -> None:
        """Put in that something happened."""
        self.rows[kind].append({**facts, "request": request_id})

    def as_json(self) -> dict[str, Any]:
        """Shape: each kind with its rows, "effects" with how many, "requests" with operation, id, asked and done."""
        requests = [
            {"operation": operation, "id": request_id, "asked": times, "done": self.is_done(operation, request_id)}
            for (operation, request_id), times in self._asked.items()
        ]
        effects = {kind: len(rows) for kind, rows in self.rows.items()}
        return {**self.rows, "effects": effects, "requests": requests}
