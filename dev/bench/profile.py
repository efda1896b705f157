"""Says where the gateway's processor time goes: ``python -m dev.bench.profile [OPERATION]``."""

from __future__ import annotations

import argparse
import json
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dev.bench.fleet import Fleet
from dev.bench.load import Closed
from dev.bench.options import QUICK
from dev.bench.people import People, moscow_day
from dev.bench.run import Run
from dev.bench.sampling import package
from dev.bench.sections.processor import shots_of
from dev.bench.table import Table
from dev.demo import Options as StackOptions
from dev.demo.folder import run_folder
from dev.demo.stack import free_port

PRODUCT: Final = ("gateway", "schema", "resolvers", "adapters", "domain")
VIEWERS: Final = 16
SHOWN: Final = 30


def main() -> None:
    """Sample a gateway under load and print tables."""
    parser = argparse.ArgumentParser(prog="python -m dev.bench.profile", description=__doc__, allow_abbrev=False)
    parser.add_argument("operation", nargs="?", default="home_screen")
    parser.add_argument("--requests", type=int, default=600)
    given = parser.parse_args()
    with run_folder() as folder:
        fleet = Fleet(folder, StackOptions(port=free_port(), latency_ms=50, job_ms="0"), lambda: None)
        try:
            fleet.start()
            run = Run(fleet, People(fleet.stack.issuer, 1, moscow_day()), QUICK)
            found = sampled(run, given.operation, given.requests, folder / "samples.json")
        finally:
            fleet.stop()
    print(f"{given.operation}: {given.requests} answers")
    show(found)


def show(found: Any) -> None:
    """Print what was sampled."""
    total = found["samples"]
    print(f"{total} samples")
    for title, counted in (
        ("own time by package", by_package(found["own"])),
        ("whole time by package", found["packages"]),
        ("own time by product module", by_module(found["own"])),
        ("whole time by product function", dict(product(found["whole"]))),
        ("own time by function", found["own"]),
    ):
        table = Table((title, "%"))
        table.rows.extend((name, f"{100 * count / total:.1f}") for name, count in top(counted))
        print("", *table.text(), sep="\n")


def sampled(run: Run, operation: str, requests: int, out: Path) -> Any:
    """Run an operation many times and return what was sampled."""
    shots = shots_of(run, operation)
    with run.fleet.gateways(run_by=("dev.bench.sampling", str(out))) as [gateway]:
        run.load([gateway], shots, Closed(VIEWERS, 2 * len(shots)))
        gateway.child.signal(signal.SIGUSR1)
        run.load([gateway], shots, Closed(VIEWERS, requests))
    return json.loads(out.read_bytes())


def top(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the most frequent."""
    return Counter(counted).most_common(SHOWN)


def product(counted: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the functions of the product."""
    for name, count in counted.items():
        if package(name) in PRODUCT:
            yield name, count


def by_module(counted: Mapping[str, int]) -> Counter[str]:
    """Add up the functions of each module of the product."""
    modules: Counter[str] = Counter()
    for name, count in product(counted):
        modules[name.partition(":")[0]] += count
    return modules


def by_package(counted: Mapping[str, int]) -> Counter[str]:
    """Add up the functions of each package."""
    packages: Counter[str] = Counter()
    for name, count in counted.items():
        packages[package(name)] += count
    return packages


if __name__ == "__main__":
    main()
