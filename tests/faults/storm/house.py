"""Everything as separate processes: gateways, workers and a follower to be killed, and the systems behind them."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dev.demo.files import Changes
from dev.demo.options import Options
from dev.demo.stack import READY_WITHIN_S, Stack, free_port, is_ready
from dev.processes import Child, stop_all
from gateway.settings import ThrottleSettings

__all__ = ["PLACES", "House", "opened"]

COMMANDS: Final = {
    "gateway-1": "serve",
    "gateway-2": "serve",
    "worker-1": "worker",
    "worker-2": "worker",
    "follower": "follow",
}
"""What runs at each place."""
PLACES: Final = tuple(COMMANDS)
STOPS_WITHIN_S: Final = 3.0
UNBOUND: Final = dict.fromkeys(ThrottleSettings().table(), "999999 per 3600")

IMPATIENT: Final[Changes] = {
    "policy_core": {"timeout_s": 1.0, "login_timeout_s": 1.0},
    "claims_core": {"timeout_s": 1.0},
    "limits": {"request_deadline_s": 4.0},
    "resilience": {"breaker.open_s": 1.0, "hold.maintenance_probe_s": 0.5, "hold.throttled_max_s": 1.0},
    "outbox": {
        "first_pause_s": 0.2,
        "longest_command_pause_s": 2.0,
        "command_tries_per_s": 1000.0,
        "send_timeout_s": 2.0,
        "stalled_s": 3.0,
        "stop_s": 1.0,
    },
    "channels.sms": {"timeout_s": 1.0},
    "acquirer": {
        "timeout_s": 1.0,
        "check_every_s": 1.0,
        "order_life_s": 10.0,
        "unshown_order_life_s": 10.0,
        "patience_s": 2.0,
    },
    "automatic": {"enabled": True, "pause_s": 0.4, "longest_pause_s": 1.0, "call_s": 4.0},
    "throttle": UNBOUND,
}
"""Everything that waits waits shortly, so that much happens in little time."""


@dataclass(slots=True)
class House:
    """What runs. ``killed``: how often a process was killed at each place."""

    stack: Stack
    ports: Mapping[str, int]
    killed: dict[str, int] = field(default_factory=dict)
    _running: dict[str, Child] = field(default_factory=dict)

    @property
    def gateways(self) -> list[str]:
        """The addresses of the gateways, whether they run or not."""
        return [f"http://127.0.0.1:{port}" for port in self.ports.values()]

    @property
    def admin_urls(self) -> dict[str, str]:
        """Where faults of each system are switched."""
        assert self.stack.acquirer is not None
        found = {name: system.admin_url for name, system in self.stack.systems.items()}
        assert self.stack.messages is not None
        return {**found, "acquirer": self.stack.acquirer.admin_url, "messages": self.stack.messages.admin_url}

    @property
    def messages(self) -> str:
        """Where messages to people are read."""
        assert self.stack.messages is not None
        return f"{self.stack.messages.url}/messages.json"

    def start(self, place: str) -> None:
        """Start the process of a place, unless it runs; nobody waits for it."""
        if place in self._running and self._running[place].is_running:
            return
        line = [sys.executable, "-m", "gateway", COMMANDS[place], "--config", str(self.stack.folder / "gateway.toml")]
        env = {"GATEWAY_SERVER_PORT": str(self.ports[place])} if place in self.ports else {}
        self._running[place] = Child.start(place, line, self.stack.folder / f"{place}.log", env)

    def kill(self, place: str) -> None:
        """Kill the process of a place with -9, if it runs."""
        child = self._running[place]
        if child.is_running:
            child.signal(signal.SIGKILL)
            child.process.wait()
            self.killed[place] = self.killed.get(place, 0) + 1

    def start_all(self) -> None:
        """Start whatever does not run, and wait for the gateways. Raises: ``ChildFailed``."""
        for place in PLACES:
            self.start(place)
        for place, port in self.ports.items():
            self._running[place].await_sign(lambda port=port: is_ready(port) or None, READY_WITHIN_S, self.check)  # type: ignore[misc]

    def check(self) -> None:
        """Make sure that what is not killed here runs. Raises: ``ChildFailed``."""
        self.stack.check()

    def stop(self) -> None:
        """End what can be killed, then what is behind them."""
        stop_all(self._running.values(), STOPS_WITHIN_S)
        self.stack.stop()

    def log(self, place: str) -> str:
        """What the processes of a place wrote."""
        return (self.stack.folder / f"{place}.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def opened(changes: Changes | None = None, *, order_life_s: float) -> Iterator[House]:
    """Start all of it on free ports. Units: an order lives for ``order_life_s`` from the first visit of its page."""
    with tempfile.TemporaryDirectory(prefix="insurance-graph-") as folder:
        ports = {place: free_port() for place in PLACES[:2]}
        options = Options(port=ports[PLACES[0]], latency_ms=0, job_ms="0")
        stack = Stack(Path(folder), options, changes=merged(IMPATIENT, changes or {}), order_life_s=order_life_s)
        house = House(stack, ports)
        try:
            stack.start_backends()
            stack.prepare_gateway()
            house.start_all()
            yield house
        finally:
            house.stop()
            keep_logs(Path(folder))


def merged(*all_: Changes) -> Changes:
    """Put changes over each other."""
    found: dict[str, dict[str, Any]] = {}
    for changes in all_:
        for section, values in changes.items():
            found.setdefault(section, {}).update(values)
    return found


def keep_logs(folder: Path) -> None:
    """Copy what was written to where ``STORM_LOGS`` says, for whoever looks into a storm."""
    if (wanted := os.environ.get("STORM_LOGS")) is not None:
        Path(wanted).mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.log"):
            (Path(wanted) / file.name).write_bytes(file.read_bytes())
