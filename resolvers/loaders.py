"""Batches within one request: one loader per read, one collector per relation."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from domain.ports import Outcome, Read
from resolvers.collector import ParentCollector
from resolvers.read_loader import ReadLoader

if TYPE_CHECKING:
    from domain.ports import Call, Reads
    from resolvers.context import Context

__all__ = ["BatchFunction", "Loaders", "Traced"]

K = TypeVar("K")
V = TypeVar("V")

BatchFunction = Callable[..., Coroutine[Any, Any, Sequence[Any]]]
"""``async def relation(parents, ctx, **arguments) -> results``: one result or exception per parent, in order."""


Traced = Callable[[Read[Any, Any], Sequence[Any], "Call"], "Call"]
"""Is told of each batch of a read before it is asked; returns the call to ask with, which may carry a trace."""


class Loaders:
    """One request's loaders, made as they are needed: per read for keys, per relation for parents.

    Leaving it as a context ends what the request still has on its way, so that a client who is gone, or a field that
    failed beside others, costs the systems nothing more.
    """

    def __init__(self, reads: Reads, call: Call, traced: Traced | None = None) -> None:
        self.reads = reads
        self._call = call
        self._traced = traced
        self._by_read: dict[Any, ReadLoader[Any, Any]] = {}
        self._by_relation: dict[Any, ParentCollector] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for loader in self._by_read.values():
            loader.close()
        for collector in self._by_relation.values():
            collector.close()

    def of(self, read: Read[K, V]) -> ReadLoader[K, Outcome[V]]:
        """Return this request's loader of a read."""
        loader = self._by_read.get(read)
        if loader is None:
            call, traced = self._call, self._traced

            # It must not know the loaders: a request that forms a cycle waits for the garbage collector.
            async def ask(keys: list[K]) -> Sequence[Outcome[V]]:
                return await read(keys, call if traced is None else traced(read, keys, call))

            loader = self._by_read[read] = ReadLoader(ask)
        return cast("ReadLoader[K, Outcome[V]]", loader)

    def relation(self, function: BatchFunction, ctx: Context, arguments: Mapping[str, Any]) -> ParentCollector:
        """Return the collector of the parents of one relation with one set of arguments.

        For operations that are interpreted field by field; compiled ones have all parents at hand.
        """
        key = (function, repr(sorted(arguments.items())))
        collector = self._by_relation.get(key)
        if collector is None:

            async def ask(parents: list[object]) -> Sequence[object]:
                return await function(parents, ctx, **arguments)

            collector = self._by_relation[key] = ParentCollector(ask)
        return collector
