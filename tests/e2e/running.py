"""The demo as a person runs it: a process, what it prints, and the family it leaves behind or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

__all__ = ["ROOT", "RunningDemo", "demo_command", "running_demo"]

ROOT = Path(__file__).parents[2]
MARK = "INSURANCE_GRAPH_TEST_RUN"
READY = "Ctrl-C stops everything."
PATIENCE_S = 180.0
"""A demo that is made from nothing beside other work has taken more than a minute."""

STOPS_WITHIN_S = 60.0
"""The demo promises five seconds, by killing what is deaf after less; a machine that is busy itself gets more."""


def demo_command(port: int) -> list[str]:
    return [sys.executable, "-m", "dev.demo", "--port", str(port), "--latency-ms", "0", "--job-ms", "0"]


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """A run; ``mark`` is in the environment of its processes, however they are related."""

    process: subprocess.Popen[bytes]
    output: Path
    mark: str

    @property
    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def await_print(self, text: str) -> str:
        """Wait until it has printed the text, and return all it printed."""
        wait_for(lambda: text in self.printed or self.process.poll() is not None)
        assert text in self.printed, self.printed
        return self.printed

    def family(self) -> list[psutil.Process]:
        """Every process of the run, orphans too."""
        return [each for each in psutil.process_iter() if runs(each) and mark_of(each) == self.mark]

    def members(self) -> list[psutil.Process]:
        """The processes of the run, those that the database makes for itself not counted."""
        family = self.family()
        made_by = {each.pid for each in family if each.name() == "postgres" and each.cmdline()[1:2] == ["-D"]}
        return [each for each in family if each.ppid() not in made_by]

    def signal(self, signum: signal.Signals) -> None:
        os.kill(self.process.pid, signum)


@contextmanager
def running_demo(command: Sequence[str], output: Path, cwd: Path = ROOT) -> Iterator[RunningDemo]:
    """Run the command; whatever a failed test leaves is killed at the end."""
    mark = uuid.uuid4().hex
    clean = {name: value for name, value in os.environ.items() if name not in {"MAKELEVEL", "PORT"}}
    with output.open("wb") as file:
        process = subprocess.Popen(
            list(command), cwd=cwd, stdout=file, stderr=subprocess.STDOUT, env=clean | {MARK: mark}
        )
    demo = RunningDemo(process, output, mark)
    try:
        yield demo
    finally:
        for each in demo.family():
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()


def left_of(demo: RunningDemo, within_s: float = STOPS_WITHIN_S) -> list[psutil.Process]:
    """Wait for every process of a run to end, and return those that have not."""
    end = time.monotonic() + within_s
    while (left := demo.family()) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def mark_of(process: psutil.Process) -> str:
    """Return a process's mark; other people's processes have none that we may see."""
    try:
        return process.environ().get(MARK, "")
    except (psutil.AccessDenied, psutil.NoSuchProcess, OSError):
        return ""


def runs(process: psutil.Process) -> bool:
    """Return whether it has not ended; a zombie has."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
