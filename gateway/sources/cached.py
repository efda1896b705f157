"""A read that remembers values in a store shared by all replicas."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from domain.clock import Clock
from domain.errors import SourceError
from domain.ports import MISSING, Call, Missing, Outcome, Read
from gateway.sources.codec import Codec, Uncodable
from gateway.sources.store import CacheMetrics, Entry, Store

__all__ = ["CachePolicy", "Cached", "Keyer"]

K = TypeVar("K", bound=str | int)
V = TypeVar("V")

HEADER: Final = struct.Struct(">2sQ")
MAGIC: Final = b"G1"
MILLISECOND: Final = timedelta(milliseconds=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """What is kept of one read, and how long. Units: seconds; ``missing_s`` 0 keeps no missing ones.

    ``edition`` is raised by hand when values change their meaning but not their shape.
    """

    read: str
    fresh_s: float
    missing_s: float
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Keyer:
    """Names entries so that the store's keys tell nothing about whose they are."""

    secret: bytes
    prefix: str

    def name(self, read: str, version: str, key: str | int) -> str:
        """Return the entry's name: readable where it is about the product, a keyed digest where it is about people."""
        digest = hmac.new(self.secret, f"{read}\0{key}".encode(), hashlib.sha256).hexdigest()
        return f"{self.prefix}:{read}:{version}:{digest}"


@dataclass(frozen=True, eq=False, slots=True)
class Cached(Generic[K, V]):
    """A read whose values, never its failures, are kept in a store.

    The store may be gone: then every key goes to the read. Anything in it that cannot be read, is of another version
    or is older than the policy allows counts as a miss and is overwritten.
    """

    read: Read[K, V]
    store: Store
    codec: Codec[V]
    policy: CachePolicy
    keyer: Keyer
    clock: Clock
    metrics: CacheMetrics

    async def __call__(self, keys: Sequence[K], call: Call, /) -> Sequence[Outcome[V]]:
        """Answer every key; those the store does not know are asked of the read in one call.

        Shape: one outcome per key, in order; keys may repeat.
        """
        names = {key: self._name(key) for key in keys}
        if not names:
            return []
        answers = await self._recall(names)
        unknown = [key for key in names if key not in answers]
        if unknown:
            computed = dict(zip(unknown, await self.read(unknown, call), strict=True))
            await self._remember({names[key]: outcome for key, outcome in computed.items()})
            answers |= computed
        return [answers[key] for key in keys]

    def _name(self, key: K) -> str:
        return self.keyer.name(self.policy.read, f"{self.policy.edition}.{self.codec.fingerprint}", key)

    async def _recall(self, names: dict[K, str]) -> dict[K, Outcome[V]]:
        kept = await self.store.get(self.policy.read, list(names.values()))
        answers: dict[K, Outcome[V]] = {}
        for key, data in zip(names, kept, strict=True):
            outcome = None if data is None else self._usable(data)
            if outcome is not None:
                answers[key] = outcome
        self.metrics.looked_up(self.policy.read, hits=len(answers), misses=len(names) - len(answers))
        return answers

    def _usable(self, data: bytes) -> V | Missing | None:
        """Return what an entry says, or None when it is too old or cannot be read."""
        try:
            computed_at, body = opened(data)
            outcome = self.codec.decode(body) if body else MISSING
        except Uncodable:
            self.metrics.failed(self.policy.read, "decode")
            return None
        kept_s = self.policy.fresh_s if body else self.policy.missing_s
        return outcome if (self.clock.now() - computed_at).total_seconds() < kept_s else None

    async def _remember(self, outcomes: dict[str, Outcome[V]]) -> None:
        computed_at = self.clock.now()
        entries: list[Entry] = []
        for name, outcome in outcomes.items():
            kept_s = self.policy.missing_s if isinstance(outcome, Missing) else self.policy.fresh_s
            if isinstance(outcome, SourceError) or kept_s == 0:
                continue
            try:
                body = b"" if isinstance(outcome, Missing) else self.codec.encode(outcome)
            except Uncodable:
                self.metrics.failed(self.policy.read, "encode")
            else:
                entries.append(Entry(name, sealed(computed_at, body), kept_s))
        if entries:
            await self.store.put(self.policy.read, entries)


def sealed(computed_at: datetime, body: bytes) -> bytes:
    """Return an entry: what was answered, nothing for a missing one, behind the instant it was computed."""
    return HEADER.pack(MAGIC, (computed_at - EPOCH) // MILLISECOND) + body


def opened(data: bytes) -> tuple[datetime, bytes]:
    """Return what ``sealed`` was given. Raises: ``Uncodable``."""
    try:
        magic, computed_ms = HEADER.unpack_from(data)
        computed_at = EPOCH + computed_ms * MILLISECOND
    except (struct.error, OverflowError) as wrong:
        raise Uncodable("not an entry") from wrong
    if magic != MAGIC:
        raise Uncodable("an entry of another kind")
    return computed_at, data[HEADER.size :]
