"""What is measured beside peers, a module a section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dev.bench.peers.run import PeersRun
from dev.bench.peers.sections import compiling, executor, home, hundred, memory
from dev.bench.table import Finding

__all__ = ["SECTIONS"]

SECTIONS: Final[Mapping[str, Callable[[PeersRun], Finding]]] = {
    "executor": executor.measure,
    "memory": memory.measure,
    "home": home.measure,
    "hundred": hundred.measure,
    "compiling": compiling.measure,
}
"""Sections by name, in the order in which they run."""
