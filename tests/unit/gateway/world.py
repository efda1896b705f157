"""A gateway over fake systems, with settings and people of its own."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from strawberry import Schema

from dev.tokens import AUDIENCE, ISSUER, DemoIssuer, Person
from domain import models
from domain.clock import Clock
from domain.errors import Source
from domain.ports import Call, Reads
from domain.viewer import Viewer, ViewerKind
from gateway.app import create_app
from gateway.observability import access_log
from gateway.observability.sources import SourceTelemetry
from gateway.settings import (
    Access,
    CacheSettings,
    ChannelSettings,
    CoalescingSettings,
    DocumentSettings,
    Environment,
    ExecutionSettings,
    Limits,
    Links,
    Log,
    LogLevel,
    Page,
    RedisSettings,
    ResilienceSettings,
    Server,
    Settings,
)
from gateway.settings.declaring import Secret
from gateway.sources.resilient import SystemGuard
from gateway.wiring import Connected
from schema import root
from tests.fakes import holdings, objects
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import StillClock
from tests.fakes.files import FakeFiles
from tests.fakes.reads import FakeReads
from tests.modes import COMPILED
from tests.unit.gateway.asgi import Client, running

__all__ = ["CLIENT", "EMPLOYEE", "KEY", "STRANGER", "VIEWER", "World", "settings"]

KEY: Final = "a key of the tests, forty characters long"
CLIENT: Final = Person("client-1", 1)
STRANGER: Final = Person("client-2", 2)
EMPLOYEE: Final = Person("employee-1", scopes=("clients:find",))
VIEWER: Final = Viewer(ViewerKind.CLIENT, "client-1", models.Isn(1))


def settings(jwks: Path, **changed: Any) -> Settings:
    """Settings of a development gateway; sections are replaced by name."""
    sections: dict[str, Any] = {
        "server": Server(environment=Environment.DEVELOPMENT, public_url="http://gateway.test"),
        "access": Access(issuer=ISSUER, audience=AUDIENCE, jwks=jwks, demo_keys=True),
        "links": Links(key=Secret(KEY)),
        "limits": Limits(),
        "documents": DocumentSettings(),
        "execution": ExecutionSettings(compiled=COMPILED),
        "coalescing": CoalescingSettings(),
        "resilience": ResilienceSettings(),
        "redis": RedisSettings(),
        "cache": CacheSettings(secret=Secret(KEY)),
        "channels": ChannelSettings(),
        "log": Log(level=LogLevel.DEBUG),
        "page": Page(),
        "adapters": {},
    }
    return Settings(**{**sections, **changed})


@cache
def built_once() -> Schema:
    """The schema, which no gateway changes: building it costs more than most tests ask of theirs."""
    return root.build()


async def answered(_call: Call) -> None:
    """A ping that is answered."""


@dataclass
class World:
    """Everything around one gateway. ``written`` is its log."""

    jwks: Path
    written: io.StringIO
    issuer: DemoIssuer = field(default_factory=DemoIssuer)
    clock: StillClock = field(default_factory=StillClock)
    reads: FakeReads = field(
        default_factory=lambda: FakeReads(
            **holdings.rows(clients=[objects.client()], policies=[objects.policy()]),
            documents={objects.number(100): (objects.document(),)},
        )
    )
    files: FakeFiles = field(default_factory=lambda: FakeFiles({objects.document().key: b"%PDF-1.7 content"}))
    pings: dict[Source, Any] = field(default_factory=lambda: dict.fromkeys(Source, answered))
    guards: dict[Source, SystemGuard] = field(default_factory=dict)
    audit: FakeAudit | None = field(default_factory=FakeAudit)
    opened: int = 0
    closed: int = 0

    def __post_init__(self) -> None:
        self.issuer.write_jwks(self.jwks)

    @asynccontextmanager
    async def connect(
        self, _settings: Settings, _clock: Clock, _telemetry: SourceTelemetry
    ) -> AsyncIterator[Connected]:
        """Stand in for ``gateway.wiring.connect``."""
        self.opened += 1
        yield Connected(self.reads.ports, self.files.ports, self.pings, self.guards)
        self.closed += 1

    @asynccontextmanager
    async def gateway(self, **changed: Any) -> AsyncIterator[Client]:
        """Run a gateway in this world."""
        app = create_app(
            settings(self.jwks, **changed),
            clock=self.clock,
            connect=self.connect,
            open_audit=lambda _: self.audit,
            build=built_once,
        )
        async with running(app) as client:
            yield client

    def answer(self, name: str, read: Any) -> None:
        """Put a function in the place of a read."""
        reads: dict[str, Any] = {**self.reads.by_name, name: read}
        self.reads.ports = Reads(**reads)

    def token(self, person: Person = CLIENT, **changes: Any) -> str:
        """Mint a token, valid from now on."""
        return self.issuer.token(person, now_s=self.clock.now().timestamp(), **changes)

    def bearer(self, person: Person = CLIENT, **changes: Any) -> str:
        """An ``Authorization`` header."""
        return f"Bearer {self.token(person, **changes)}"

    @property
    def log(self) -> str:
        """All that was written, as it was."""
        access_log.current().flush()
        return self.written.getvalue()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Lines of the log about one event."""
        return [line for line in map(orjson.loads, self.log.splitlines()) if line["event"] == event]
