"""The simulators' admin ports: counters, latencies and fault switches."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from dev.demo.systems import Address

__all__ = ["Admin", "Counts"]

Counts: TypeAlias = dict[str, dict[str, Any]]
"""Operation -> ``calls``, ``keys`` and more, as the admin port says."""


@dataclass(frozen=True, slots=True)
class Admin:
    """All systems of a run."""

    systems: Mapping[str, Address]

    def forget(self) -> None:
        """Set every counter to zero."""
        for address in self.systems.values():
            exchange("DELETE", f"{address.admin_url}/calls")

    def counts(self, system: str) -> Counts:
        """Return what a system was asked since, per operation."""
        found: Counts = exchange("GET", f"{self.systems[system].admin_url}/calls")["operations"]
        return found

    def calls(self) -> dict[str, int]:
        """Return the calls of each system, log-ins left out: a session serves everybody for many minutes."""
        return {
            system: sum(seen["calls"] for name, seen in self.counts(system).items() if name not in SIGN_INS)
            for system in self.systems
        }

    def operations(self) -> dict[str, int]:
        """Return the calls by system and operation, log-ins left out."""
        return {
            f"{system}.{name}": seen["calls"]
            for system in self.systems
            for name, seen in self.counts(system).items()
            if name not in SIGN_INS and seen["calls"]
        }

    def latency(self, milliseconds: Mapping[str, float], *systems: str) -> None:
        """Set latencies by operation, ``*`` for the base, in these systems or in all."""
        for system in systems or self.systems:
            exchange("PUT", f"{self.systems[system].admin_url}/latency", milliseconds)

    def hang(self, system: str) -> None:
        """Let a system take every call and answer none."""
        exchange("PUT", f"{self.systems[system].admin_url}/faults", {"fault": "hang"})

    def heal(self, system: str) -> None:
        """Turn off a system's faults."""
        exchange("DELETE", f"{self.systems[system].admin_url}/faults")


SIGN_INS = frozenset({"Login", "issueToken"})


def exchange(method: str, url: str, body: object = None) -> Any:
    """Exchange JSON with a process on this machine. Raises: ``RuntimeError`` for anything but success."""
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.netloc, timeout=10)) as connection:
        connection.request(method, f"{address.path}?{address.query}", None if body is None else json.dumps(body))
        answer = connection.getresponse()
        said = json.loads(answer.read())
    if answer.status != http.client.OK:
        raise RuntimeError(f"{method} {address.path}: HTTP {answer.status} {said}")
    return said
