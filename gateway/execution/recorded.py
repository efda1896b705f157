"""A run that records what each of its stages did, for EXPLAIN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.execution.explaining import Recorder
from gateway.execution.plan import Field, Plan
from gateway.execution.running import Entry, Run
from gateway.execution.variables import Coerced

__all__ = ["RecordedRun"]


class RecordedRun(Run):
    """As ``Run``; ``recorder`` holds the record."""

    def __init__(self, plan: Plan, root: Any, context: Any, variables: Coerced) -> None:
        super().__init__(plan, root, context, variables)
        self.recorder = Recorder(plan)

    async def batch(self, field: Field, entries: Sequence[Entry]) -> Sequence[Any]:
        """Call a batch function."""
        return await self._recorded(field, entries, super().batch(field, entries))

    async def entry(self, field: Field, entries: Sequence[Entry]) -> Sequence[Any]:
        """Call an entry function."""
        return await self._recorded(field, entries, super().entry(field, entries))

    async def resolver(self, field: Field, entries: Sequence[Entry]) -> Sequence[Any]:
        """Call a resolver for each source."""
        return await self._recorded(field, entries, super().resolver(field, entries))

    async def _recorded(self, field: Field, entries: Sequence[Entry], call: Any) -> Sequence[Any]:
        assert field.stage is not None
        with self.recorder.stage(field.stage, len(entries)) as node:
            results: Sequence[Any] = await call
            node.failed = sum(isinstance(result, Exception) for result in results)
        return results
