"""Run the bench beside peers: ``make bench-peers`` or ``python -m dev.bench.peers``."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Final

from dev.bench import machine, report
from dev.bench.__main__ import INTERRUPTED, JOB_MS, LATENCY_MS
from dev.bench.fleet import Fleet
from dev.bench.peers import node, wrk
from dev.bench.peers.options import Options, parse
from dev.bench.peers.run import PeersRun
from dev.bench.peers.running import hold, keep_off_servers_core
from dev.bench.peers.sections import SECTIONS
from dev.bench.people import People, moscow_day
from dev.bench.table import Finding
from dev.demo import Options as StackOptions
from dev.demo.__main__ import Asked, Interrupts, tell
from dev.demo.folder import run_folder
from dev.demo.progress import Progress
from dev.demo.stack import free_port
from dev.processes import ChildFailed

COMMAND: Final = "make bench-peers"
INTRODUCTION: Final = f"""\
# Beside other servers

Written by `{COMMAND}`; do not edit. Every number was measured in the one run described here, on a small machine that
everything shares. Peers take turns, and ratios compare turns of the same round: trust them and the counts, rates and
milliseconds are this machine's own. `a (b..c)` is the median with the least and the greatest of the rounds. What the
gateway does by itself is in `docs/performance.md`; the peers are in `dev/bench/peers/`. Where the gateway's time goes,
`python -m dev.bench.peers.profile WORK` tells, and for the home screen `python -m dev.bench.profile`; for works whose
goal is missed it is written in [where-time-goes.md](where-time-goes.md).
"""
PACKAGES: Final = ("ariadne",)


def main() -> int:
    """Measure, print, write. Returns 0 when nothing went wrong; a goal that was missed is a result like any other."""
    options = parse(tuple(SECTIONS))
    interrupts = Interrupts()
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(run_folder())
        progress = Progress(sys.stdout)

        def tick() -> None:
            interrupts.check()
            progress.tick()

        stack = StackOptions(port=free_port(), seed=options.seed, latency_ms=LATENCY_MS, job_ms=JOB_MS)
        fleet = Fleet(folder, stack, tick, place=hold)
        cleanup.callback(fleet.stop)
        try:
            return bench(options, fleet, progress)
        except Asked:
            print("\nStopped.", file=sys.stderr)
            return INTERRUPTED
        except wrk.WrkFailed as failure:
            print(failure, file=sys.stderr)
            return 1
        except ChildFailed as failure:
            tell(failure)
            return 1


def bench(options: Options, fleet: Fleet, progress: Progress) -> int:
    """Run the sections one after another. Raises: ``Asked``, ``ChildFailed``, ``WrkFailed``."""
    watch, started_s, day = machine.Watch(), time.monotonic(), datetime.now(UTC)
    node.fetch()
    wrk.fetch()
    keep_off_servers_core()
    run = PeersRun(fleet, People(fleet.stack.issuer, options.seed, moscow_day()), options.size)
    findings: list[Finding] = []
    for name, measure in SECTIONS.items():
        if options.sections and name not in options.sections:
            continue
        with progress.step(f"Measuring {name}"):
            findings.append(measure(run))
        print(*report.terminal(findings[-1]), "", sep="\n", flush=True)
    about = [
        ("date", f"{day:%Y-%m-%d %H:%M} UTC"),
        (
            "command",
            f"`{' '.join(['python -m dev.bench.peers', *sys.argv[1:]])}`, {time.monotonic() - started_s:.0f} s",
        ),
        *machine.described(PACKAGES),
        ("Node", f"{node.versions()}"),
        ("load", f"wrk {wrk.version()}; {watch.text()}"),
        ("systems", f"simulated, {LATENCY_MS:g} ms a call and its multiples, {JOB_MS} ms a valuation job"),
    ]
    print(*(f"{name:<10} {value}" for name, value in about), sep="\n", flush=True)
    if options.report:
        written = report.markdown(about, findings, introduction=INTRODUCTION)
        options.report.write_text(written, encoding="utf-8")
        print(f"Written to {options.report}")
    return 1 if any(each.faults for each in findings) else 0


if __name__ == "__main__":
    raise SystemExit(main())
