"""What the generated cases cover, as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.execution.features import FEATURES

if TYPE_CHECKING:
    from tests.execution.many import Tally

__all__ = ["PAGE", "page"]

PAGE: Final = Path(__file__).parents[2] / "docs" / "execution-coverage.md"
WAYS: Final = {
    "batch": "batch function",
    "inline": "function without awaiting",
    "attribute": "attribute",
    "entry": "function of the request",
    "synchronous": "unmarked, synchronous",
    "asynchronous": "unmarked, awaited",
    "default": "unmarked, default resolver",
}


def page(tally: Tally, first: int) -> str:
    """Write the page."""
    return "\n".join(lines(tally, first)) + "\n"


def lines(tally: Tally, first: int) -> Iterator[str]:
    """Write the page's lines."""
    drawn = tally.valid + tally.invalid
    yield from (
        "# What the generated cases of execution cover",
        "",
        "Written by `python -m tests.execution.many --write`. Each case is a document, variables and the fate of",
        "every field, run by the compiled executor and by graphql-core with synchronous resolvers: data, errors, their",
        "order, paths and locations are equal, nothing escapes, no task is left, and no field is asked for more often",
        "than there are places for it.",
        "",
        f"{tally.valid:,} valid cases, numbered from {first}. Of {drawn:,} documents drawn {tally.invalid:,}",
        f"({tally.invalid / max(drawn, 1):.0%}) were not valid and dropped.",
        f"In {tally.troubled:,} something went wrong. {len(tally.different)} differed.",
    )
    for section, names in FEATURES.items():
        yield from table(section, {name: tally.features[section, name] for name in names})
    yield from table("How the fields asked for are filled", {text: tally.ways[way] for way, text in WAYS.items()})
    yield from table("Executed by graphql-core instead", dict(tally.fallbacks.most_common()))


def table(title: str, rows: dict[str, int]) -> Iterator[str]:
    """Write a table of counts."""
    yield from ("", f"## {title}", "", "| what | cases |", "|---|---:|")
    yield from (f"| {name} | {count:,} |" for name, count in (rows or {"none": 0}).items())
