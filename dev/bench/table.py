"""What a section of the bench found, for the terminal and for Markdown alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Finding", "Goal", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a header."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def text(self) -> Iterator[str]:
        """Yield the lines for a terminal: columns as wide as their longest cell, numbers to the right."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        for row in (self.header, *self.rows):
            cells = [
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            yield "  ".join(cells).rstrip()

    def markdown(self) -> Iterator[str]:
        """Yield the lines of a Markdown table."""
        yield line(self.header)
        yield "|---" + "|---:" * (len(self.header) - 1) + "|"
        yield from map(line, self.rows)


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that was aimed at, and whether it was reached."""

    what: str
    wanted: str
    found: str
    met: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One section: ``how`` says how it was measured, ``faults`` what must not have happened."""

    title: str
    how: str
    tables: Sequence[Table]
    goals: Sequence[Goal] = ()
    faults: Sequence[str] = ()


def line(cells: Sequence[str]) -> str:
    """Write one line of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
