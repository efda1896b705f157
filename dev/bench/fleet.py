"""The systems, Valkey and as many gateways as a section wants, all started by the demo's own code."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import psutil

from dev.bench.admin import Admin
from dev.demo.files import Changes, RunFiles
from dev.demo.options import Options
from dev.demo.stack import READY_WITHIN_S, Stack, free_port, is_ready
from dev.demo.systems import SYSTEMS
from dev.processes import Child, ChildFailed, stop_all
from dev.processes.waiting import until

__all__ = ["Fleet", "Gateway", "cpu_s"]

STOPS_WITHIN_S: Final = 4.0
RUNS_WITHIN_S: Final = 600.0
MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway process."""

    url: str
    child: Child

    def cpu_s(self) -> float:
        """Return the processor time it has used, its own and in the kernel for it."""
        return cpu_s(self.child)

    def memory_mib(self) -> float:
        """Return its resident memory."""
        return float(sum(each.memory_info().rss for each in family(self.child))) / MIB


@dataclass(slots=True)
class Fleet:
    """Everything that a run starts; ``stop`` ends it. ``place`` is shown each gateway that has just started."""

    folder: Path
    options: Options
    tick: Callable[[], object]
    place: Callable[[Child], object] = lambda _child: None
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    stack: Stack = field(init=False)
    _started: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.stack = Stack(self.folder, self.options, self.tick)

    @property
    def admin(self) -> Admin:
        """The admin ports of the systems."""
        return Admin(self.stack.systems)

    @property
    def sections(self) -> dict[str, Mapping[str, Any]]:
        """How each system is reached."""
        return {name: system.section(self.stack.systems[name].url) for name, system in SYSTEMS.items()}

    def start(self) -> None:
        """Start systems and Valkey. Raises: ``ChildFailed``."""
        self.stack.start_backends()

    @contextmanager
    def gateways(
        self, count: int = 1, changes: Changes | None = None, *, run_by: Sequence[str] = ()
    ) -> Iterator[list[Gateway]]:
        """Run gateways that share the cache, for the time of the block; ``run_by`` wraps each: a module and options.

        Raises: ``ChildFailed``.
        """
        started: list[Gateway] = []
        try:
            started.extend(self._start_gateway(changes or {}, run_by) for _ in range(count))
            for each in started:
                port = int(each.url.rpartition(":")[2])
                each.child.await_sign(lambda port=port: is_ready(port) or None, READY_WITHIN_S, self.tick)  # type: ignore[misc]
            yield started
        finally:
            stop_all([each.child for each in started], STOPS_WITHIN_S)

    @contextmanager
    def workers(self, count: int, changes: Changes) -> Iterator[list[Child]]:
        """Run workers for the time of the block; nobody waits until they are at work."""
        started: list[Child] = []
        try:
            for _ in range(count):
                folder, settings = self._settings("worker", free_port(), changes)
                command = [sys.executable, "-m", "gateway", "worker", "--config", str(settings)]
                started.append(Child.start(folder.name, command, folder / "worker.log"))
            yield started
        finally:
            stop_all(started, STOPS_WITHIN_S)

    def run(self, name: str, module: str, job: Path, *, run_by: Sequence[str] = ()) -> None:
        """Run a module of ours as a process on a job, to its end; ``run_by`` wraps it. Raises: ``ChildFailed``."""
        self._started += 1
        log = self.folder / f"{name}-{self._started}.log"
        child = Child.start(name, [sys.executable, "-m", *run_by, module, str(job)], log)
        try:
            if until(child.process.poll, RUNS_WITHIN_S, self.tick) != 0:
                raise ChildFailed(child, f"failed on {job.name}")
        except TimeoutError:
            raise ChildFailed(child, f"did not end within {RUNS_WITHIN_S:g} s") from None
        finally:
            stop_all([child], STOPS_WITHIN_S)

    def stop(self) -> None:
        """End everything that still runs."""
        self.stack.stop()

    def _start_gateway(self, changes: Changes, run_by: Sequence[str]) -> Gateway:
        port = free_port()
        folder, settings = self._settings("gateway", port, changes)
        command = [sys.executable, "-m", *run_by, "gateway", "serve", "--config", str(settings)]
        child = Child.start(folder.name, command, folder / "gateway.log")
        self.place(child)
        return Gateway(f"http://127.0.0.1:{port}", child)

    def _settings(self, name: str, port: int, changes: Changes) -> tuple[Path, Path]:
        """Write settings into a folder of their own; return both."""
        self._started += 1
        folder = self.folder / f"{name}-{self._started}"
        folder.mkdir(mode=0o700)
        merged = {**changes, "cache": {**changes.get("cache", {}), "secret": self.secret}}
        files = RunFiles(folder, self.stack.issuer)
        files.write_page({})
        options = replace(self.options, port=port)
        return folder, files.write_settings(options, self.sections, self.stack.redis_socket, merged)


def cpu_s(child: Child) -> float:
    """Return the processor time that a child has used, its own and in the kernel for it."""
    times = [each.cpu_times() for each in family(child)]
    return sum(each.user + each.system for each in times)


def family(child: Child) -> list[psutil.Process]:
    """Return a child's processes: where the kernel cannot hold the leash, a wrapper stays around it."""
    leader = psutil.Process(child.process.pid)
    return [leader, *leader.children(recursive=True)]
