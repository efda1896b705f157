"""Says what is going on, a line a step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TextIO

__all__ = ["Progress"]

DOT_EVERY_S: Final = 1.0


@dataclass(slots=True)
class Progress:
    """Prints each step with the seconds it took, and a dot a second while it lasts."""

    out: TextIO
    _dot_at_s: float = field(default=0.0, init=False)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Frame a step; one that fails leaves its line unfinished."""
        started = time.monotonic()
        self._dot_at_s = started + DOT_EVERY_S
        self._print(f"{what} ...")
        try:
            yield
        except BaseException:
            self._print("\n")
            raise
        self._print(f" {time.monotonic() - started:.1f} s\n")

    def tick(self) -> None:
        """Show that the step still goes on."""
        if time.monotonic() >= self._dot_at_s:
            self._dot_at_s += DOT_EVERY_S
            self._print(".")

    def _print(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()
