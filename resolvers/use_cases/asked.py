"""Keys that were asked for together, one of which may fail for good: it must not hold up the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import SourceError
from domain.ports import Call, Outcome, Read

__all__ = ["Asked"]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False, slots=True)
class Asked(Generic[K, V]):
    """What one call of a read answered. ``others`` are more keys to compare a failure with."""

    read: Read[K, V]
    call: Call
    answers: dict[K, Outcome[V]]
    others: frozenset[K]

    @classmethod
    async def of(cls, read: Read[K, V], keys: Iterable[K], call: Call, others: Iterable[K] = ()) -> Asked[K, V]:
        """Ask for keys, each once."""
        wanted = list(dict.fromkeys(keys))
        return cls(read, call, dict(zip(wanted, await read(wanted, call), strict=True)), frozenset(others))

    async def answer(self, key: K) -> tuple[Outcome[V], bool]:
        """Return the answer to a key, and whether it is a failure of this key alone.

        It is one if the key fails by itself too, while another can be read by itself: a call may fail as a whole, for
        the system is away or will not have one of its keys.
        """
        if key in self.answers and not isinstance(known := self.answers[key], SourceError):
            return known, False
        other = self._other(key)
        if key in self.answers and other is None:
            return self.answers[key], False
        [again] = await self.read([key], self.call)
        self.answers[key] = again
        if other is None or not isinstance(again, SourceError):
            return again, False
        [compared] = await self.read([other], self.call)
        return again, not isinstance(compared, SourceError)

    def _other(self, key: K) -> K | None:
        """Return a key to compare with; none where all that were asked for fail in a way that may pass."""
        read = [each for each, answer in self.answers.items() if not isinstance(answer, SourceError)]
        failed = self.answers.get(key)
        for_good = isinstance(failed, SourceError) and not failed.retryable
        candidates = [*read, *self.others, *(self.answers if for_good else ())]
        return next((each for each in candidates if each != key), None)
