"""One child process: started on a leash in a group of its own, logged to a file, stopped for certain."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from dev.processes.waiting import until

__all__ = ["Child", "ChildFailed", "stop_all"]

T = TypeVar("T")

LOG_LINES: Final = 15
LEASH: Final = str(Path(__file__).with_name("leash.py"))


class ChildFailed(Exception):
    """A child ended by itself or did not become ready; the notes are the last lines that it printed."""

    def __init__(self, child: Child, what: str) -> None:
        super().__init__(f"{child.name} {what}")
        for line in child.last_lines(LOG_LINES):
            self.add_note(f"  {line}")


@dataclass(frozen=True, slots=True)
class Child:
    """A running process. Everything it prints goes to ``log``, and from nowhere else is it read."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> Child:
        """Start the command, as ``user`` if one is given. Call it from a thread that lasts as long as the child shall.

        The child leads a process group, so Ctrl-C at the terminal reaches only its parent, who stops it in order.
        """
        whose = [] if user is None else ["--user", str(user)]
        leashed = [sys.executable, "-I", "-S", LEASH, "--parent", str(os.getpid()), *whose, "--", *command]
        with log.open("ab") as output:
            process = subprocess.Popen(
                leashed,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def check(self) -> None:
        """Make sure that it runs. Raises: ``ChildFailed``."""
        code = self.process.poll()
        if code is not None:
            ending = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
            raise ChildFailed(self, ending)

    def ready(self, within_s: float, tick: Callable[[], object] = lambda: None) -> dict[str, Any]:
        """Wait for the JSON line by which it says that it is ready. Raises: ``ChildFailed``, and what ``tick`` does."""
        return self.await_sign(self.said_ready, within_s, tick)

    def await_sign(self, look: Callable[[], T | None], within_s: float, tick: Callable[[], object]) -> T:
        """Look for a sign of readiness as long as it runs. Raises: ``ChildFailed``, and what ``tick`` does."""

        def running() -> None:
            self.check()
            tick()

        try:
            return until(look, within_s, running)
        except TimeoutError:
            raise ChildFailed(self, f"did not become ready within {within_s:g} s") from None

    def await_end(self, within_s: float, tick: Callable[[], object]) -> None:
        """Wait until it has done what it had to do. Raises: ``ChildFailed``, and what ``tick`` does."""
        try:
            code = until(self.process.poll, within_s, tick)
        except TimeoutError:
            raise ChildFailed(self, f"did not end within {within_s:g} s") from None
        if code:
            raise ChildFailed(self, f"ended with code {code}")

    def said_ready(self) -> dict[str, Any] | None:
        """Return the ready line if it has been printed, whole."""
        for line in self.log.read_bytes().splitlines(keepends=True):
            if line.startswith(b'{"ready": true') and line.endswith(b"\n"):
                said: dict[str, Any] = json.loads(line)
                return said
        return None

    def last_lines(self, count: int) -> list[str]:
        """Return the end of what it printed."""
        return self.log.read_text(errors="replace").splitlines()[-count:]

    def signal(self, signum: signal.Signals) -> None:
        """Send a signal to its whole group; one that has ended is left in peace."""
        if self.is_running:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signum)


def stop_all(children: Iterable[Child], within_s: float) -> None:
    """Ask all children at once to end, and kill those that have not after ``within_s`` seconds."""
    left = [child for child in children if child.is_running]
    for child in left:
        child.signal(signal.SIGTERM)
    end = time.monotonic() + within_s
    for child in left:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, end - time.monotonic()))
    for child in left:
        child.signal(signal.SIGKILL)
        child.process.wait()
