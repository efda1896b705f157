"""Which fences invalidations have outdated, as far as one process has heard."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Cuts"]

MOST: Final = 20_000


@dataclass(slots=True)
class Cuts:
    """The fence at which each entity was last invalidated. None is ever forgotten.

    Those beyond the latest ``most`` are remembered together, as one fence up to which everything is outdated: that may
    drop copies that are still good, and never shows one that is not.
    """

    most: int = MOST
    _of: OrderedDict[str, int] = field(default_factory=OrderedDict, init=False)
    _of_all: int = field(default=0, init=False)

    def of(self, entity: str) -> int:
        """Return the fence up to which all about an entity is outdated."""
        return max(self._of_all, self._of.get(entity, 0))

    def add(self, entity: str, cut: int) -> None:
        """Outdate all about an entity up to a fence."""
        self._of[entity] = max(self.of(entity), cut)
        self._of.move_to_end(entity)
        while len(self._of) > self.most:
            _, oldest = self._of.popitem(last=False)
            self._of_all = max(self._of_all, oldest)
