"""Runs wrk, the load generator of Debian's package of that name, and reads what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from dev.processes.waiting import until

__all__ = ["Shots", "WrkFailed", "fetch", "parsed", "shoot", "version"]

SCRIPT: Final = Path(__file__).with_name("wrk.lua")
ENDS_WITHIN_S: Final = 20.0
PACKAGE: Final = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "wrk")


class WrkFailed(Exception):
    """It is not there, or did not say what it should."""


class Shots(msgspec.Struct, frozen=True):
    """What wrk measured. Units: ``bytes`` with headers; ``failed`` are answers but 2xx, and connections that broke."""

    requests: int
    seconds: float
    bytes: int
    failed: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    def fault(self, least_bytes: int) -> str | None:
        """Say what was wrong, if anything: an answer shorter than the body that every one must have is no answer."""
        if self.failed:
            return f"{self.failed} of {self.requests} requests failed"
        if not self.requests:
            return "no answer at all"
        if self.bytes < least_bytes * self.requests:
            return f"answers of {self.bytes / self.requests:.0f} bytes, whole ones have {least_bytes}"
        return None


def parsed(output: str) -> Shots:
    """Read the script's last line. Raises: ``WrkFailed``."""
    lines = [line for line in output.splitlines() if line.startswith('{"requests"')]
    if not lines:
        raise WrkFailed(f"wrk said nothing that can be read: {output[-400:]!r}")
    return msgspec.json.decode(lines[-1], type=Shots)


def fetch() -> None:
    """Install wrk where Debian's packages are to be had and it is missing. Raises: ``WrkFailed``."""
    if shutil.which("wrk") is None and shutil.which("apt-get") is not None:
        for command in (("apt-get", "update", "-qq"), PACKAGE):
            subprocess.run(
                command, check=False, capture_output=True, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            )
    if shutil.which("wrk") is None:
        raise WrkFailed("wrk is needed:  apt install wrk")


def shoot(url: str, body: Path, token: str, *, seconds: float, connections: int, tick: Callable[[], object]) -> Shots:
    """Ask for a time over some connections, each asking again as soon as it is answered. Raises: ``WrkFailed``."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", str(SCRIPT), url, "--", str(body), token]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as wrk:
        try:
            until(wrk.poll, seconds + ENDS_WITHIN_S, tick)
        except BaseException:
            wrk.kill()
            raise
        output = wrk.communicate()[0]
    return parsed(output)


def version() -> str:
    """Return wrk's version."""
    told = subprocess.run(["wrk", "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S607
    return told.partition(" [")[0].removeprefix("wrk ").strip()
