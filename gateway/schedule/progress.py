"""What whoever started a warm-up is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Ending", "Progress"]


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    NOBODY = "no contract of the file is looked at every morning"
    PART_OF_FILE = "the nightly file was broken; the contracts before the break are seen to"
    NO_FILE = "no nightly file of this day"
    NO_STORE = "the shared store does not answer, or takes nothing"
    NOT_ITS_TURN = "another process is at it"
    ENGINE_FAILS = "the engine keeps failing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in contracts.

    ``total`` is 0 until the file has been read; ``fresh`` needed nothing; those that ``failed`` and may succeed yet are
    tried once more at the end. ``paused_until``: the engine is closed, and left alone until this instant.
    """

    total: int = 0
    fresh: int = 0
    computed: int = 0
    failed: int = 0
    paused_until: datetime | None = None

    @property
    def done(self) -> int:
        """Contracts seen to."""
        return self.fresh + self.computed + self.failed
