"""What is measured, a module a section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dev.bench.run import Run
from dev.bench.sections import latency
from dev.bench.table import Finding

__all__ = ["SECTIONS"]

SECTIONS: Final[Mapping[str, Callable[[Run], Finding]]] = {
    "latency": latency.measure,
}
"""Sections by name, in the order in which they run."""
