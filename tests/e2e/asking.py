"""Asks the running gateway, and the simulators' admin ports, over HTTP."""

from __future__ import annotations

import http.client
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis

from dev import queries
from dev.demo.files import Changes
from dev.demo.options import Options
from dev.demo.stack import Stack, free_port
from dev.tokens import PEOPLE, Person

__all__ = ["HUNDRED_POLICIES", "Gateway", "fetch", "post", "started"]

HUNDRED_POLICIES = Person("client-with-a-hundred", 2596516999)
"""Not one of the demo's people: a client with as many policies as the longest list on a screen."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway as its consumers see it, and what it asks of the systems behind it."""

    stack: Stack

    def ask(
        self,
        file: str,
        person: Person = PEOPLE["client"],
        language: str = "ru",
        variables: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one of the consumers' operations and return ``data``; it must come without errors."""
        headers = {
            "authorization": f"Bearer {self.stack.issuer.token(person)}",
            "content-type": "application/json",
            "accept-language": language,
        }
        request = queries.load()[file].request
        request["variables"] = {**request["variables"], **(variables or {})}
        answer = fetch("POST", f"{self.stack.url}/graphql", request, headers)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def metrics(self) -> str:
        """Return the gateway's metrics, in Prometheus' text format."""
        return exchange("GET", f"{self.stack.url}/metrics")[1].decode()

    def forget(self) -> None:
        """Empty the cache and set every simulator's counters to zero."""
        with redis.Redis(unix_socket_path=str(self.stack.redis_socket)) as client:
            client.flushall()
        self.forget_calls()

    def forget_calls(self) -> None:
        """Set every simulator's counters to zero."""
        for address in self.stack.systems.values():
            fetch("DELETE", f"{address.admin_url}/calls")

    def calls(self) -> dict[str, dict[str, int]]:
        """Return how often each operation of each system was called, those never called left out."""
        counted = {}
        for name, address in self.stack.systems.items():
            operations = fetch("GET", f"{address.admin_url}/calls")["operations"]
            counted[name] = {operation: seen["calls"] for operation, seen in operations.items() if seen["calls"]}
        return counted


def fetch(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
    """Exchange JSON with a process on this machine, and return what it says whatever its status."""
    return json.loads(exchange(method, url, body, headers)[1])


def post(url: str, body: object, headers: Mapping[str, str]) -> tuple[int, Any]:
    """Post JSON, and return status and answer."""
    status, answer = exchange("POST", url, body, {"content-type": "application/json", **headers})
    return status, json.loads(answer)


def exchange(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Exchange one request for a status and a body."""
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.netloc, timeout=60)) as connection:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, f"{address.path}?{address.query}", data, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def started(changes: Changes | None = None) -> Iterator[Stack]:
    """Run everything on free ports, as fast as it goes; ``changes`` go over the gateway's settings."""
    with tempfile.TemporaryDirectory(prefix="insurance-graph-") as folder:
        stack = Stack(Path(folder), Options(port=free_port(), latency_ms=0, job_ms="0"), changes=changes or {})
        try:
            stack.start_backends()
            stack.start_gateway()
            yield stack
        finally:
            stack.stop()
