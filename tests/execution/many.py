"""Run many generated cases: ``python -m tests.execution.many --cases 20000 --write``.

Cases are numbered, and a number is all that is needed to run one again: ``--first 4711 --cases 1``.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Self

from tests.execution.cases import numbered
from tests.execution.coverage import PAGE, page
from tests.execution.features import features
from tests.execution.filling import ways_of
from tests.execution.reference import Case, differences, executor, expected
from tests.execution.world import VARIATIONS, reference_schema

__all__ = ["Tally", "main", "running"]

ENOUGH: Final = 20_000
"""How many cases a page of the documentation stands for, at least."""

PATIENCE: Final = 20
"""How many differences are shown before giving up."""


@dataclass(slots=True)
class Tally:
    """What was run."""

    valid: int = 0
    invalid: int = 0
    troubled: int = 0
    features: Counter[tuple[str, str]] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    fallbacks: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)

    def __iadd__(self, other: Self) -> Self:
        self.valid += other.valid
        self.invalid += other.invalid
        self.troubled += other.troubled
        self.features += other.features
        self.ways += other.ways
        self.fallbacks += other.fallbacks
        self.different += other.different
        return self


def run(numbers: Iterator[int] | Sequence[int], wanted: int) -> Tally:
    """Run cases by their numbers until enough valid ones have been run; a coroutine nobody awaited is told as well."""
    dropped: list[str] = []
    warnings.simplefilter("error")
    sys.unraisablehook = lambda what: dropped.append(f"dropped: {what.exc_value!r}")
    tally = asyncio.run(running(numbers, wanted))
    tally.different += dropped
    return tally


async def running(numbers: Iterator[int] | Sequence[int], wanted: int) -> Tally:
    """Run cases one after another in one loop."""
    tally, before = Tally(), fallbacks()
    for number in numbers:
        if tally.valid >= wanted or len(tally.different) >= PATIENCE:
            break
        case, variation = numbered(number)
        if case is None:
            tally.invalid += 1
            continue
        await one(tally, number, case, variation)
    tally.fallbacks += fallbacks() - before
    return tally


def fallbacks() -> Counter[str]:
    """Count the fallbacks of all variations."""
    return sum((executor(variation).fallbacks for variation in range(VARIATIONS)), Counter())


async def one(tally: Tally, number: int, case: Case, variation: int) -> None:
    """Run a case and take it into the tally; every fourth together with another by the same plan."""
    try:
        again = replace(case, fate=replace(case.fate, seed=case.fate.seed + 1))
        different = await differences(variation, case, *[again] * (number % 4 == 0))
    except Exception as error:  # noqa: BLE001  nothing may escape; if it does, the case has failed
        different = f"escaped: {error!r}"
    if different:
        tally.different.append(f"case {number} on variation {variation}: {different}")
    result, context = expected(case)
    tally.valid += 1
    tally.troubled += bool(result.errors)
    tally.features.update(features(reference_schema(), case, result))
    tally.ways.update(ways_of(variation, context.places))


def shared(first: int, processes: int, wanted: int) -> Tally:
    """Share the cases among processes; the numbers are dealt out in turn."""
    everything = Tally()
    shares = [range(first + number, sys.maxsize, processes) for number in range(processes)]
    with ProcessPoolExecutor(processes) as pool:
        for tally in pool.map(partial(run, wanted=-(-wanted // processes)), shares):
            everything += tally
    return everything


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, tell and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.execution.many", description=__doc__)
    parser.add_argument("--cases", type=int, default=ENOUGH, help="valid cases to run")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}, if there are enough")
    options = parser.parse_args(arguments)
    tally = shared(options.first, options.processes, options.cases)
    text = page(tally, options.first)
    print(text)  # noqa: T201  speaks to a person
    for different in tally.different:
        print(different, end="\n\n")  # noqa: T201
    if options.write and not tally.different and tally.valid >= ENOUGH:
        PAGE.write_text(text, encoding="utf-8")
    return bool(tally.different)


if __name__ == "__main__":
    sys.exit(main())
