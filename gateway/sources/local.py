"""What one process holds itself: copies for the time when the shared store is away, forgetful or full."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.clock import Clock
from gateway.sources.cuts import Cuts
from gateway.sources.store import Computed, Granted, Kept, Lease, Look, Name, Resting, Wanted

__all__ = ["LocalStore"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(slots=True)
class _Shelf:
    """What is held about one entity. ``rests_until_s`` by the monotonic clock, by entry."""

    kept: dict[str, Kept] = field(default_factory=dict)
    rests_until_s: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class LocalStore:
    """Bounded to ``most`` entities, the least recently used dropped first. Nothing here is asynchronous or fails.

    What was invalidated is remembered apart: to forget that for a value's sake would bring back what is outdated.
    """

    clock: Clock
    most: int
    cuts: Cuts = field(default_factory=Cuts)
    _shelves: OrderedDict[str, _Shelf] = field(default_factory=OrderedDict, init=False)
    _last_fence: int = field(default=0, init=False)

    def look(self, name: Name, cut: int = 0) -> Look:
        """Return the copy that is not outdated by ``cut`` or by an invalidation that this process has heard of."""
        cut = max(cut, self.cuts.of(name.entity))
        shelf = self._shelves.get(name.entity)
        if shelf is None:
            return Look(None, cut)
        self._shelves.move_to_end(name.entity)
        kept = shelf.kept.get(name.entry)
        return Look(kept if kept is not None and kept.fence > cut else None, cut)

    def lease(self, wanted: Wanted) -> Lease:
        """Grant what no other process can be asked about."""
        look = self.look(wanted.name)
        if look.kept is not None and look.kept.fence > wanted.seen:
            return look
        shelf = self._shelves.get(wanted.name.entity)
        rest_s = (shelf.rests_until_s.get(wanted.name.entry, 0) if shelf else 0) - self.clock.monotonic()
        if wanted.rests and rest_s > 0:
            return Resting(rest_s)
        return Granted(wanted.name, self._fence(look.cut, wanted.seen), "", is_shared=False)

    def put(self, name: Name, kept: Kept) -> bool:
        """Hold a copy unless it is outdated; False when it is."""
        shelf = self._shelf(name.entity)
        held = shelf.kept.get(name.entry)
        if kept.fence <= self.cuts.of(name.entity) or (held is not None and held.fence > kept.fence):
            return False
        shelf.kept[name.entry] = kept
        return True

    def keep(self, computed: Sequence[Computed], *, only_here: bool = False) -> list[bool]:
        """Hold what was computed; False for what is outdated. What is not to be kept is only checked."""
        return [
            self.put(each.grant.name, Kept(each.grant.fence, each.data, only_here=only_here))
            if each.kept_s
            else each.grant.fence > self.cuts.of(each.grant.name.entity)
            for each in computed
        ]

    def rest(self, computed: Sequence[Computed]) -> None:
        """Remember failures for a while."""
        for each in computed:
            if each.rest_s:
                shelf = self._shelf(each.grant.name.entity)
                shelf.rests_until_s[each.grant.name.entry] = self.clock.monotonic() + each.rest_s

    def invalidate(self, entity: str, cut: int | None = None) -> None:
        """Drop all about an entity; what is being computed about it is outdated too."""
        self.cuts.add(entity, self._fence(0, 0) if cut is None else cut)
        if entity in self._shelves:
            self._shelves[entity].kept.clear()

    def doubt(self) -> None:
        """From now on take no present copy for fresh: an invalidation may have been missed."""
        for shelf in self._shelves.values():
            shelf.kept.update({entry: replace(kept, doubtful=True) for entry, kept in shelf.kept.items()})

    def _shelf(self, entity: str) -> _Shelf:
        shelf = self._shelves.setdefault(entity, _Shelf())
        self._shelves.move_to_end(entity)
        while len(self._shelves) > self.most:
            self._shelves.popitem(last=False)
        return shelf

    def _fence(self, *above: int) -> int:
        """Return one above all given so far; near the shared store's, which count microseconds too."""
        now = (self.clock.now() - EPOCH) // MICROSECOND
        self._last_fence = max(now, self._last_fence + 1, *(each + 1 for each in above))
        return self._last_fence
