"""A hundred policies for one viewer, against the bare script of the other bench."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dev.bench.peers.run import PeersRun
from dev.bench.sections.latency import competed, summed_up
from dev.bench.table import Finding

__all__ = ["measure"]

SCREEN: Final = "hundred_policies"
HOW: Final = """\
One viewer who asks again as soon as the answer is there; the gateway over HTTP and the bare aiohttp script of
`dev/bench/reference` answer in turn within one process. The *eager* script asks for the holder beside the policies,
which the graph cannot: it learns who holds a policy from the policy. It is shown to tell what that costs."""


def measure(run: PeersRun) -> Finding:
    """Let gateway and reference compete on this screen alone."""
    finding = summed_up(competed(run.live(), [SCREEN]), reported_only=())
    return replace(finding, title="A hundred policies over the live simulators, one viewer", how=HOW)
