"""How generated source is laid out: lines, blocks, and the names that expressions give to values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Body", "attempt", "bound", "indented", "laid_out"]

WIDTH: Final = 88
"""Longest dict display that stays in one line."""

IDENTIFIER: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(slots=True)
class Body:
    """What stands in the ``try`` of a function or a stage, beside its one expression."""

    ahead: list[str] = field(default_factory=list)
    fills: set[int] = field(default_factory=set)
    """Numbers of the slots that functions called from here add to."""
    undoes: bool = False
    """Whether something may still go wrong after such a function was called."""


def attempt(body: Body, lines: list[str], careful: str) -> list[str]:
    """Write the reading of what should be good, and what is done when it is not.

    Sources that called functions have added by then are forgotten: care adds them again.
    """
    marks, undone = [], []
    if body.undoes:
        marks = ["mark = len(run.later)", *(f"mark_{number} = len(slot_{number})" for number in sorted(body.fills))]
        undone = ["run.forget(mark)", *(f"del slot_{number}[mark_{number}:]" for number in sorted(body.fills))]
    return [
        *marks,
        "try:",
        *indented([*body.ahead, *lines]),
        "except Exception:",
        *indented([*undone, careful]),
    ]


def laid_out(entries: list[str]) -> str:
    """Write a dict display in one line if it fits, else with a line an entry; brackets make indentation free."""
    line = "{" + ", ".join(entries) + "}"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return "{\n" + "".join(_indent(entry) + ",\n" for entry in entries) + "}"


def indented(lines: list[str]) -> list[str]:
    return [_indent(line) for line in lines]


def _indent(text: str) -> str:
    return "    " + text.replace("\n", "\n    ") if text else text


def bound(value: str, name: str) -> tuple[str, str]:
    """Return the name of a value, and the expression that gives it that name where it is first used."""
    return (value, value) if IDENTIFIER.fullmatch(value) else (name, f"({name} := {value})")
