"""A hundred policies for one viewer, against the bare script of the other bench."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dev.bench.peers.run import PeersRun
from dev.bench.sections.latency import HOW, competed, summed_up
from dev.bench.table import Finding

__all__ = ["measure"]

SCREEN: Final = "hundred_policies"


def measure(run: PeersRun) -> Finding:
    """Let gateway and reference compete on this screen alone."""
    finding = summed_up(competed(run.live(), [SCREEN]), reported_only=())
    return replace(finding, title="A hundred policies over the live simulators, one viewer", how=HOW)
