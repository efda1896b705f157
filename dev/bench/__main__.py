"""Run the bench: ``make bench`` or ``python -m dev.bench``."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime

from dev.bench import machine, report
from dev.bench.fleet import Fleet
from dev.bench.options import Options, parse
from dev.bench.people import People, moscow_day
from dev.bench.run import Run
from dev.bench.sections import SECTIONS
from dev.bench.table import Finding
from dev.demo import Options as StackOptions
from dev.demo.__main__ import Asked, Interrupts, tell
from dev.demo.folder import run_folder
from dev.demo.progress import Progress
from dev.demo.stack import free_port
from dev.processes import ChildFailed

LATENCY_MS = 50.0
JOB_MS = "300"
INTERRUPTED = 130


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

        fleet = Fleet(
            folder, StackOptions(port=free_port(), seed=options.seed, latency_ms=LATENCY_MS, job_ms=JOB_MS), tick
        )
        cleanup.callback(fleet.stop)
        try:
            return bench(options, fleet, progress)
        except Asked:
            print("\nStopped.", file=sys.stderr)
            return INTERRUPTED
        except ChildFailed as failure:
            tell(failure)
            return 1


def bench(options: Options, fleet: Fleet, progress: Progress) -> int:
    """Run the sections one after another. Raises: ``Asked``, ``ChildFailed``."""
    watch, started_s, day = machine.Watch(), time.monotonic(), datetime.now(UTC)
    with progress.step("Starting three simulated systems, Valkey and PostgreSQL"):
        fleet.start()
    run = Run(fleet, People(fleet.stack.issuer, options.seed, moscow_day()), options.size)
    findings: list[Finding] = []
    for name, measure in SECTIONS.items():
        if options.sections and name not in options.sections:
            continue
        with progress.step(f"Measuring {name}"):
            findings.append(measure(run))
        print(*report.terminal(findings[-1]), "", sep="\n", flush=True)
    about = [
        ("date", f"{day:%Y-%m-%d %H:%M} UTC"),
        ("command", f"`{' '.join(['python -m dev.bench', *sys.argv[1:]])}`, {time.monotonic() - started_s:.0f} s"),
        *machine.described(),
        ("load", watch.text()),
        ("systems", f"simulated, {LATENCY_MS:g} ms a call and its multiples, {JOB_MS} ms a valuation job"),
    ]
    print(*(f"{name:<10} {value}" for name, value in about), sep="\n", flush=True)
    if options.report:
        options.report.write_text(report.markdown(about, findings), encoding="utf-8")
        print(f"Written to {options.report}")
    return 1 if any(each.faults for each in findings) else 0


if __name__ == "__main__":
    raise SystemExit(main())
