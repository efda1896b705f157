"""What an explained request is told beside its stages: which reads each stage asked, and what those came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from domain.ports import Call, Read, Reads
from domain.tracing import Trace
from gateway.execution.explaining import Node, current

__all__ = ["Explaining"]

EFFECTS: Final = "effects"
"""Name of the one read that is no system's: what the viewer has done here lately."""


@dataclass(slots=True)
class _Batch:
    read: Read[Any, Any]
    keys: frozenset[Any]
    trace: Trace = field(default_factory=Trace)


@dataclass(slots=True)
class Explaining:
    """Listens to one request. ``asked`` and ``traced`` are for its context and its loaders."""

    reads: Reads
    _asked: dict[Node, dict[Read[Any, Any], dict[Any, None]]] = field(default_factory=dict)
    _batches: list[_Batch] = field(default_factory=list)

    def asked(self, read: Read[Any, Any], keys: Sequence[Any]) -> None:
        """Note what the stage that runs asks for."""
        node = current()
        if node is not None:
            self._asked.setdefault(node, {}).setdefault(read, {}).update(dict.fromkeys(keys))

    def traced(self, read: Read[Any, Any], keys: Sequence[Any], call: Call) -> Call:
        """Note a batch of the request, and have its call tell what becomes of it."""
        batch = _Batch(read, frozenset(keys))
        self._batches.append(batch)
        return replace(call, trace=batch.trace)

    def tell(self) -> None:
        """Write into each node what its reads came to: keys asked, upstream calls, and what the cache had."""
        names = {id(getattr(self.reads, each.name)): each.name for each in fields(self.reads)}
        for node, asked in self._asked.items():
            node.notes["reads"] = [
                shown(names.get(id(read), "effects"), len(keys), self._traces(read, keys))
                for read, keys in asked.items()
            ]

    def _traces(self, read: Read[Any, Any], keys: Iterable[Any]) -> Trace:
        total = Trace()
        for batch in self._batches:
            if batch.read is read and not batch.keys.isdisjoint(keys):
                total.take(batch.trace)
        return total


def shown(name: str, keys: int, trace: Trace) -> dict[str, Any]:
    """Show one read. Without calls and without a cache it was answered by what the request knew already."""
    told: dict[str, Any] = {"read": name, "keys": keys, "upstreamCalls": trace.calls.total()}
    if trace.callers > 1:
        told["sharedBy"] = trace.callers
    if trace.cache:
        told["cache"] = dict(sorted(trace.cache.items()))
    return told
