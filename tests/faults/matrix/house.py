"""One gateway in the test's own process, the real systems' simulators behind it, asked as its consumers ask."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

import orjson
import redis
import structlog

from dev import queries
from dev.simulators.kit import Handle
from dev.tokens import AUDIENCE, ISSUER, PEOPLE, DemoIssuer, Person
from domain.clock import Clock, Deadline
from domain.errors import Source
from domain.ports import Call
from gateway import wiring
from gateway.app import create_app
from gateway.observability import access_log, logs
from gateway.settings import Log, LogLevel, Settings, load
from gateway.wiring import Connected
from tests.e2e.asking import HUNDRED_POLICIES
from tests.faults.matrix.systems import addresses
from tests.modes import MODE
from tests.unit.gateway.asgi import Client, running

__all__ = ["OPERATIONS", "Answer", "Estate", "House"]

MOTOR: Final = {"number": "K23815851"}
"""A policy of the first client that has claims, unlike the life policy that the page is tried with elsewhere."""

OPERATIONS: Final = {
    file: replace(operation, variables=MOTOR) if file == "policy_page" else operation
    for file, operation in queries.load().items()
}
VIEWERS: Final = {"client_card": PEOPLE["employee"], "hundred_policies": HUNDRED_POLICIES}
SECRET: Final = "a key of the tests, forty characters long"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a consumer got. Units: ``took_s`` in seconds of the gateway's clock."""

    status: int
    data: Any
    errors: list[dict[str, Any]]
    took_s: float


@dataclass(frozen=True, slots=True)
class House:
    """A gateway that runs, and what can be seen of it. ``log`` is all that it wrote."""

    settings: Settings
    clock: Clock
    client: Client
    connected: Connected
    log: io.StringIO
    issuer: DemoIssuer

    async def ask(self, file: str) -> Answer:
        """Run one of the consumers' operations as one of its users."""
        person: Person = VIEWERS.get(file, PEOPLE["client"])
        token = self.issuer.token(person, now_s=self.clock.now().timestamp())
        began_s = self.clock.monotonic()
        reply = await self.client.post(OPERATIONS[file].request, authorization=f"Bearer {token}")
        took_s = self.clock.monotonic() - began_s
        return Answer(reply.status, reply.json["data"], reply.json.get("errors", []), took_s)

    async def sign_in(self) -> None:
        """Have the gateway log in at every system, so that faults meet the calls that matter."""
        for ping in self.connected.pings.values():
            await ping(Call(Deadline.after(self.clock, self.settings.limits.request_deadline_s)))

    @property
    def complaints(self) -> list[dict[str, Any]]:
        """Lines of the log that say that something of ours is broken."""
        lines = map(orjson.loads, self.log.getvalue().splitlines())
        return [line for line in lines if line["level"] in {"error", "critical"}]


@dataclass(frozen=True, slots=True)
class Estate:
    """What outlives a gateway: the systems, Redis, keys. ``redis_path`` is where gateways find it."""

    folder: Path
    handles: Mapping[Source, Handle]
    redis_path: Path
    redis: redis.Redis
    issuer: DemoIssuer = field(default_factory=DemoIssuer)

    @asynccontextmanager
    async def house(self, clock: Clock, changes: Mapping[str, str]) -> AsyncIterator[House]:
        """Run a gateway; ``changes`` are variables over its settings."""
        settings = load(wiring.ADAPTER_SETTINGS, None, {**self._variables(), **changes})
        with written() as log:
            async with running(create_app(settings, clock=clock)) as client:
                connected = cast("Connected", client._state["connected"])
                yield House(settings, clock, client, connected, log, self.issuer)

    def mend(self) -> None:
        """Turn every switch off, and empty Redis."""
        for handle in self.handles.values():
            handle.switchboard.clear()
        self.redis.flushall()

    def _variables(self) -> dict[str, str]:
        jwks = self.folder / "jwks.json"
        self.issuer.write_jwks(jwks)
        return {
            **MODE,
            "GATEWAY_SERVER_ENVIRONMENT": "development",
            "GATEWAY_ACCESS_ISSUER": ISSUER,
            "GATEWAY_ACCESS_AUDIENCE": AUDIENCE,
            "GATEWAY_ACCESS_JWKS": str(jwks),
            "GATEWAY_ACCESS_DEMO_KEYS": "true",
            "GATEWAY_LINKS_KEY": SECRET,
            "GATEWAY_CACHE_SECRET": SECRET,
            "GATEWAY_REDIS_UNIX_SOCKET_PATH": str(self.redis_path),
            **addresses(self.handles),
        }


@contextmanager
def written() -> Iterator[io.StringIO]:
    """Let the log of this process, whichever gateway writes it, go to a string."""
    root, log = logging.getLogger(), io.StringIO()
    handlers, level = [*root.handlers], root.level
    config = structlog.get_config() if structlog.is_configured() else None
    requests = access_log.current()
    logs.configure(Log(level=LogLevel.INFO), log)
    try:
        yield log
    finally:
        root.handlers[:] = handlers
        access_log.use(requests)
        root.setLevel(level)
        logging.getLogger("strawberry.execution").disabled = False
        if config is None:
            structlog.reset_defaults()
        else:
            structlog.configure(**config)
