"""Redis, or Valkey, as the store that all processes share."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.sources import scripts
from gateway.sources.exchanges import Command, Exchanges
from gateway.sources.store import AGAIN, Computed, Granted, Held, Kept, Lease, Look, Name, Resting, Wanted

__all__ = ["Channels", "RedisStore", "split"]


@dataclass(frozen=True, slots=True)
class Channels:
    """Where it is published what was computed, and what was invalidated."""

    told: str
    cut: str

    @classmethod
    def of(cls, prefix: str) -> Channels:
        """Return those of one installation."""
        return cls(f"{prefix}:told", f"{prefix}:cut")


@dataclass(eq=False, slots=True)
class RedisStore:
    """A ``Store`` in Redis.

    Units: ``forget_cut_s`` is longer than anything lives that an invalidation could concern. ``holder`` names this
    process in its leases and in what it publishes.
    """

    exchanges: Exchanges
    channels: Channels
    forget_cut_s: float
    holder: str = field(default_factory=lambda: uuid.uuid4().hex, init=False)

    async def look(self, read: str, names: Sequence[Name]) -> list[Look]:
        """Return what there is. Raises: ``StoreFailed``."""
        found = await self.exchanges.send([("MGET", name.entry, name.cut) for name in names])
        return [_look(entry, cut) for entry, cut in found]

    async def lease(self, read: str, wanted: Sequence[Wanted], lease_s: float) -> list[Lease]:
        """Ask for leave to compute. Raises: ``StoreFailed``; what was granted all the same ends by itself."""
        replies = await self.exchanges.send(
            [
                evaluated(
                    scripts.ACQUIRE,
                    [each.name.entry, each.name.lease, each.name.cut, each.name.rest],
                    [each.seen, self.holder, milliseconds(lease_s), int(each.rests)],
                )
                for each in wanted
            ]
        )
        return [self._leased(each, *reply) for each, reply in zip(wanted, replies, strict=True)]

    async def renew(self, read: str, grants: Sequence[Granted], lease_s: float) -> None:
        """Make grants last; one lost meanwhile stays lost. Raises: ``StoreFailed``."""
        await self.exchanges.send(
            [
                evaluated(scripts.RENEW, [each.name.lease], [written(each.fence), each.token, milliseconds(lease_s)])
                for each in grants
            ],
            first=True,
        )

    async def keep(self, read: str, computed: Sequence[Computed]) -> list[bool]:
        """Keep what is not outdated and tell. Raises: ``StoreFailed``; some may be kept all the same."""
        kept = await self.exchanges.send(
            [self._keep(each) if each.kept_s else self._tell(each) for each in computed], first=True
        )
        return [bool(each) for each in kept]

    async def tell(self, read: str, computed: Sequence[Computed]) -> None:
        """End the leases and tell. Raises: ``StoreFailed``."""
        await self.exchanges.send([self._tell(each) for each in computed], first=True)

    async def invalidate(self, names: Sequence[Name]) -> None:
        """Outdate the entities of the names. Raises: ``StoreFailed``."""
        entities: dict[str, list[Name]] = {}
        for name in names:
            entities.setdefault(name.entity, []).append(name)
        await self.exchanges.send(
            [
                evaluated(
                    scripts.INVALIDATE,
                    [known[0].cut, *(key for name in known for key in (name.entry, name.lease))],
                    [milliseconds(self.forget_cut_s), self.channels.cut, entity],
                )
                for entity, known in entities.items()
            ]
        )

    def _leased(self, wanted: Wanted, code: int, fence: bytes, rest: Any) -> Lease:
        match code:
            case scripts.GRANTED:
                return Granted(wanted.name, int(fence), self.holder, is_shared=True)
            case scripts.HELD:
                return Held(int(fence), rest / 1000)
            case scripts.RESTING:
                return Resting(rest / 1000)
            case _:
                return _look(rest, fence)

    def _keep(self, computed: Computed) -> Command:
        name, grant = computed.grant.name, computed.grant
        return evaluated(
            scripts.KEEP,
            [name.entry, name.lease, name.cut, name.rest],
            [
                written(grant.fence),
                grant.token,
                computed.data,
                milliseconds(computed.kept_s),
                self.channels.told,
                name.entry,
                AGAIN,
            ],
        )

    def _tell(self, computed: Computed) -> Command:
        name, grant = computed.grant.name, computed.grant
        return evaluated(
            scripts.TELL,
            [name.lease, name.rest],
            [
                written(grant.fence),
                grant.token,
                computed.data,
                round(computed.rest_s * 1000),
                self.channels.told,
                name.entry,
            ],
        )


def split(data: bytes) -> Kept | None:
    """Split an entry, or a message, into fence and rest; None for what is neither."""
    fence, rest = data[: scripts.FENCE_DIGITS], data[scripts.FENCE_DIGITS :]
    return Kept(int(fence), rest) if len(fence) == scripts.FENCE_DIGITS and fence.isdigit() else None


def _look(entry: bytes | None, cut: bytes | None) -> Look:
    cut_at = int(cut) if cut and cut.isdigit() else 0
    kept = None if entry is None else split(entry)
    return Look(kept if kept is not None and kept.fence > cut_at else None, cut_at)


def evaluated(script: str, keys: Sequence[str], arguments: Sequence[str | bytes | int]) -> Command:
    """Return the command that runs a script; always by its text, so that a server that lost it does not matter."""
    return ("EVAL", script, len(keys), *keys, *arguments)


def written(fence: int) -> str:
    """Return a fence as the scripts write it."""
    return f"{fence:0{scripts.FENCE_DIGITS}d}"


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds, at least one."""
    return max(1, round(seconds * 1000))
