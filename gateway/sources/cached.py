"""A read that remembers values in a store shared by all replicas, and computes each of them once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.clock import Clock
from domain.ports import Call, Outcome, Read
from gateway.sources.announcements import Announcements
from gateway.sources.codec import Codec
from gateway.sources.computing import Computing
from gateway.sources.freshness import CachePolicy, State
from gateway.sources.naming import Keyer, Tag
from gateway.sources.parts import Parts
from gateway.sources.reading import Reading
from gateway.sources.revalidating import Revalidating
from gateway.sources.store import CacheMetrics, Name, Store

__all__ = ["Cached", "Visited"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")

Visited = Callable[[Sequence[Name]], None]
"""Is told what was asked for by those to whom it belongs."""


@dataclass(eq=False, slots=True)
class Cached(Generic[K, V]):
    """A read in front of another one, as its ``CachePolicy`` says.

    A value is served as it is while fresh; then at once, marked stale, while one background computation makes a new
    one; then only when no new one can be had. What is cold is computed once, whichever process is asked: one is given
    a lease, the others are told. The store may be gone: then the same holds within this process.
    """

    parts: Parts[K, V]
    keyer: Keyer
    visited: Visited

    @classmethod
    def over(
        cls,
        read: Read[K, V],
        *,
        store: Store,
        codec: Codec[V],
        policy: CachePolicy[V],
        keyer: Keyer,
        clock: Clock,
        metrics: CacheMetrics,
        announcements: Announcements,
        alone: asyncio.Semaphore,
        visited: Visited = lambda _: None,
    ) -> Cached[K, V]:
        """Put a cache in front of a read."""
        computing = Computing(read, store, announcements, codec, policy, clock, metrics, alone)
        revalidating = Revalidating(store, computing, policy, metrics)
        return cls(Parts(store, codec, policy, clock, metrics, announcements, computing, revalidating), keyer, visited)

    async def __call__(self, keys: Sequence[K], call: Call, /) -> Sequence[Outcome[V]]:
        """Answer every key.

        Shape: one outcome per key, in order; keys may repeat.
        Raises: ``RuntimeError`` from whatever the read raised against its contract.
        """
        names = {key: self.name(key) for key in keys}
        if not call.alone:
            self.visited(list(names.values()))
        return await self._answered(keys, names, call, takes_old=True)

    async def refresh(self, keys: Sequence[K], call: Call) -> Sequence[Outcome[V]]:
        """Answer as a call does, but with nothing that is not fresh; it is nobody's visit."""
        return await self._answered(keys, {key: self.name(key) for key in keys}, call, takes_old=False)

    async def not_fresh(self, store: Store, keys: Sequence[K]) -> list[K]:
        """Return the keys of which a store has nothing fresh. Shape: ``keys`` not empty. Raises: as the store does."""
        looks = await store.look(self.parts.policy.read, [self.name(key) for key in keys])
        return [key for key, look in zip(keys, looks, strict=True) if self.parts.judged(look)[0] is not State.FRESH]

    def name(self, key: K) -> Name:
        """Return where the entry of a key is kept."""
        policy = self.parts.policy
        version = f"{policy.edition}.{self.parts.codec.fingerprint}"
        return self.keyer.name(policy.read, version, Tag(policy.tag, key))

    async def close(self) -> None:
        """Give up what is on its way."""
        await self.parts.revalidating.close()
        await self.parts.computing.close()

    async def _answered(
        self, keys: Sequence[K], names: dict[K, Name], call: Call, *, takes_old: bool
    ) -> Sequence[Outcome[V]]:
        answers = await Reading(self.parts, call, names, takes_old).run()
        return [answers[key] for key in keys]
