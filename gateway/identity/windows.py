"""Attempts of one process, counted in a sliding window for the time when the shared counter is away."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence

from gateway.settings.accounts import Limit

__all__ = ["Windows"]


class Windows:
    """Counts attempts by key, each list of instants no longer than its limit.

    A full memory takes no new key until an old one has run out: to forget one for another's sake would let whoever
    makes up keys have as many attempts as they like. Units: instants and waits in seconds.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[int, OrderedDict[str, deque[float]]] = {}

    def take(self, keys: Sequence[str], limit: Limit, now_s: float) -> float:
        """Count one attempt under each key if none is used up; return how long to wait, 0 for not at all."""
        taken = self._taken.setdefault(limit.per_s, OrderedDict())
        for per_s, each in self._taken.items():
            _forget(each, now_s - per_s)
        wait_s = max((_wait(taken.get(key), limit, now_s) for key in keys), default=0.0)
        if wait_s > 0:
            return wait_s
        new = [key for key in keys if key not in taken]
        if new and self._held() + len(new) > self._most:
            return self._until_room(now_s)
        for key in keys:
            taken.setdefault(key, deque()).append(now_s)
            taken.move_to_end(key)
        return 0.0

    def _held(self) -> int:
        return sum(map(len, self._taken.values()))

    def _until_room(self, now_s: float) -> float:
        """Return when the first key runs out: of each window's keys the one used longest ago stands first."""
        ends = [next(iter(taken.values()))[-1] + per_s for per_s, taken in self._taken.items() if taken]
        return max(1.0, min(ends, default=now_s) - now_s)


def _forget(taken: OrderedDict[str, deque[float]], since_s: float) -> None:
    while taken and next(iter(taken.values()))[-1] <= since_s:
        taken.popitem(last=False)


def _wait(instants: deque[float] | None, limit: Limit, now_s: float) -> float:
    if instants is None:
        return 0.0
    while instants and instants[0] <= now_s - limit.per_s:
        instants.popleft()
    if len(instants) < limit.attempts:
        return 0.0
    return instants[len(instants) - limit.attempts] + limit.per_s - now_s
