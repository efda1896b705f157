"""The three legacy systems as this machine runs them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dev.demo.options import Options
from dev.processes import Child

__all__ = ["SYSTEMS", "Address", "start"]

LOOPBACK: Final = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running simulator listens; neither has a trailing slash."""

    url: str
    admin_url: str

    @classmethod
    def of(cls, ready: Mapping[str, Any]) -> Address:
        """Read a simulator's ready line."""
        return cls(f"{LOOPBACK}:{ready['port']}", f"{LOOPBACK}:{ready['admin_port']}")


@dataclass(frozen=True, slots=True)
class System:
    """``arguments`` are the simulator's own, ``section`` the gateway's settings for a system at that address."""

    arguments: Callable[[Options], list[str]]
    section: Callable[[str], Mapping[str, Any]]


SYSTEMS: Final[Mapping[str, System]] = {
    "policy_core": System(
        arguments=lambda _: ["--user", "gateway", "--password", "gateway-demo"],
        section=lambda url: {"url": f"{url}/ws/PolicyCore", "user": "gateway", "password": "gateway-demo"},
    ),
    "claims_core": System(
        arguments=lambda _: ["--client-id", "gateway", "--client-secret", "gateway-demo"],
        section=lambda url: {"url": url, "client_id": "gateway", "client_secret": "gateway-demo"},
    ),
    "life_valuation": System(
        arguments=lambda options: ["--key", "gateway-demo", "--job-ms", options.job_ms],
        section=lambda url: {"url": url, "key": "gateway-demo", "first_poll_s": 0.05, "poll_pause_s": 0.05},
    ),
}


def start(name: str, options: Options, folder: Path, *more: str) -> Child:
    """Start a simulator on free ports, with ``more`` arguments than those that it always has."""
    common = [
        "--port",
        "0",
        "--admin-port",
        "0",
        "--seed",
        str(options.seed),
        "--latency-ms",
        f"{options.latency_ms:g}",
    ]
    command = [sys.executable, "-m", f"dev.simulators.{name}", *common, *SYSTEMS[name].arguments(options), *more]
    return Child.start(name, command, folder / f"{name}.log")
