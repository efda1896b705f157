"""Asks the running gateway, and the simulators' admin ports, over HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import redis

from dev import queries
from dev.demo.stack import Stack
from dev.tokens import PEOPLE, Person

__all__ = ["HUNDRED_POLICIES", "Gateway"]

HUNDRED_POLICIES = Person("client-with-a-hundred", 2596516999)
"""Not one of the demo's people: a client with as many policies as the longest list on a screen."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway as its consumers see it, and what it asks of the systems behind it."""

    stack: Stack

    def ask(self, file: str, person: Person = PEOPLE["client"], language: str = "ru") -> Any:
        """Run one of the consumers' operations and return ``data``; it must come without errors."""
        headers = {
            "authorization": f"Bearer {self.stack.issuer.token(person)}",
            "content-type": "application/json",
            "accept-language": language,
        }
        answer = fetch("POST", f"{self.stack.url}/graphql", queries.load()[file].request, headers)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def forget(self) -> None:
        """Empty the cache and set every simulator's counters to zero."""
        with redis.Redis(unix_socket_path=str(self.stack.redis_socket)) as client:
            client.flushall()
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
    """Exchange JSON with a process on this machine."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    with closing(connection):
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, f"{address.path}?{address.query}", data, dict(headers or {}))
        return json.load(connection.getresponse())
