"""What is measured, a module a section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dev.bench.run import Run
from dev.bench.sections import accounts, commands, hanging, latency, memory, processor, stampede, upstream_calls
from dev.bench.table import Finding

__all__ = ["SECTIONS"]

SECTIONS: Final[Mapping[str, Callable[[Run], Finding]]] = {
    "latency": latency.measure,
    "calls": upstream_calls.measure,
    "stampede": stampede.measure,
    "hanging": hanging.measure,
    "processor": processor.measure,
    "memory": memory.measure,
    "accounts": accounts.measure,
    "commands": commands.measure,
}
"""Sections by name, in the order in which they run."""
