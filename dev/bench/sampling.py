"""Runs a module and samples where its main thread spends processor time.

    python -m dev.bench.sampling OUT.json MODULE ARGUMENTS...

A timer of processor time interrupts the program; C code counts for the Python function that called it.
"""

from __future__ import annotations

import json
import runpy
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

__all__ = ["Sampler", "package", "shortened"]

SAMPLE_S: Final = 0.004
ROOTS: Final = ("site-packages/", f"{Path(__file__).parents[2]}/", f"/python3.{sys.version_info.minor}/")


class Sampler:
    """Counts functions that ran (``own``), functions that ran or had called them (``whole``), and packages so.

    Of ``whole`` a sample counts once for a function or package, however often it is in the stack.
    """

    def __init__(self) -> None:
        self.samples = 0
        self.own: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        self.packages: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to interrupt; the first half second or so is the program's own start."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_S, SAMPLE_S)

    def reset(self, *_: object) -> None:
        """Forget what was counted: the warm-up is over."""
        self.samples = 0
        for counted in (self.own, self.whole, self.packages):
            counted.clear()

    def save(self, file: Path) -> None:
        """Stop, and write what was counted."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        found = {"samples": self.samples, "own": self.own, "whole": self.whole, "packages": self.packages}
        file.write_text(json.dumps(found), encoding="utf-8")

    def _sample(self, _signum: int, frame: FrameType | None) -> None:
        self.samples += 1
        functions = list(stack(frame))
        self.own[functions[0]] += 1
        self.whole.update(set(functions))
        self.packages.update({package(each) for each in functions})


def stack(frame: FrameType | None) -> Iterator[str]:
    """Yield the functions from the one that runs outwards."""
    while frame is not None:
        yield f"{shortened(frame.f_code.co_filename)}:{frame.f_code.co_qualname}"
        frame = frame.f_back


def shortened(file: str) -> str:
    """Return a file's path without the folders above the product, an installed package or the standard library."""
    for root in ROOTS:
        file = file.partition(root)[2] or file
    return file


def package(function: str) -> str:
    """Return the package that a function is of."""
    return function.partition(":")[0].partition("/")[0]


def main() -> None:
    """Run the command line."""
    out, module, *arguments = sys.argv[1:]
    sampler = Sampler()
    sys.argv = [module, *arguments]
    signal.signal(signal.SIGUSR1, sampler.reset)
    sampler.start()
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        sampler.save(Path(out))


if __name__ == "__main__":
    main()
