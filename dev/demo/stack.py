"""Starts and stops everything; used by the demo, the end-to-end tests and the benches alike."""

from __future__ import annotations

import http.client
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dev import postgres, valkey
from dev.demo import acquirer, messages, systems
from dev.demo.acquirer import Acquirer
from dev.demo.files import Changes, RunFiles
from dev.demo.messages import Messages
from dev.demo.options import Options
from dev.demo.systems import SYSTEMS, Address
from dev.processes import Child, stop_all
from dev.tokens import PEOPLE, DemoIssuer

__all__ = ["PortTaken", "Stack", "free_port"]

READY_WITHIN_S: Final = 60.0
PROBE_S: Final = 5.0
GATEWAY_STOPS_WITHIN_S: Final = 2.0
REST_STOPS_WITHIN_S: Final = 1.5
NEVER_GIVEN: Final = range(10_000, 32_768)
"""Neither Linux nor macOS gives these ports to whoever asks for any: one that is free stays so until it is taken."""


class PortTaken(Exception):
    """Somebody else listens on the gateway's port."""


@dataclass(slots=True)
class Stack:
    """Three legacy systems, mail and SMS, the acquirer, Valkey, PostgreSQL and the gateway: processes on loopback.

    With ``follows`` the journal of the policy core is followed too: it is asked from time to time, and whoever counts
    calls wants nobody to. ``tick`` is called while something is waited for; it may show progress, and raise to give up.
    ``changes`` go over the gateway's settings. Units: ``order_life_s`` is how long the acquirer keeps an order open.
    """

    folder: Path
    options: Options
    tick: Callable[[], object] = lambda: None
    changes: Changes = field(default_factory=dict)
    follows: bool = False
    order_life_s: float | None = None
    issuer: DemoIssuer = field(default_factory=DemoIssuer)
    systems: dict[str, Address] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    redis_socket: Path = field(default=Path(), init=False)
    messages: Messages | None = field(default=None, init=False)
    acquirer: Acquirer | None = field(default=None, init=False)
    database: postgres.Server | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The gateway's address, without a trailing slash."""
        return f"http://127.0.0.1:{self.options.port}"

    @property
    def files(self) -> RunFiles:
        """The files of this run."""
        return RunFiles(self.folder, self.issuer)

    def start_backends(self) -> None:
        """Start what the gateway draws on, all at once, and wait for it. Raises: ``ChildFailed``, ``PortTaken``."""
        check_port(self.options.port)
        server, self.redis_socket = valkey.start(self.folder)
        self.children["valkey"] = server
        self.children["messages"] = messages.start(self.folder)
        self.children["acquirer"] = acquirer.start(self.url, self.folder, self.order_life_s)
        # Its files are made here, which takes a second, while those above begin.
        self.database = postgres.start(self.folder, hasty=False)
        self.children["postgres"] = self.database.child
        # The policy core has to know where orders are paid.
        self.acquirer = Acquirer.of(self.children["acquirer"].ready(READY_WITHIN_S, self.tick))
        for name in SYSTEMS:
            more = self.acquirer.shop if name == "policy_core" else ()
            self.children[name] = systems.start(name, self.options, self.folder, *more)
        for name in SYSTEMS:
            self.systems[name] = Address.of(self.children[name].ready(READY_WITHIN_S, self.tick))
        self.messages = Messages.of(self.children["messages"].ready(READY_WITHIN_S, self.tick))
        valkey.await_ready(server, self.redis_socket, self.tick)
        postgres.await_ready(self.database, self.tick)

    def start_gateway(self) -> None:
        """Start the gateway and wait until it says that all its sources answer. Raises: ``ChildFailed``."""
        settings = self.prepare_gateway()
        self.children["worker"] = self.run_gateway("worker", settings)
        if self.follows:
            self.children["follow"] = self.run_gateway("follow", settings)
        self.serve(settings)

    def prepare_gateway(self) -> Path:
        """Write the gateway's settings and bring its database to its revision. Raises: ``ChildFailed``."""
        self.tokens = {name: self.issuer.token(person) for name, person in PEOPLE.items()}
        self.files.write_page(self.tokens)
        sections: dict[str, Mapping[str, Any]] = {
            name: system.section(self.systems[name].url) for name, system in SYSTEMS.items()
        }
        assert self.database is not None
        assert self.messages is not None
        assert self.acquirer is not None
        sections |= {
            **self.messages.sections,
            **self.acquirer.sections(self.url),
            "store": {"address": self.database.address()},
        }
        settings = self.files.write_settings(self.options, sections, self.redis_socket, self.changes)
        self.run_gateway("migrate", settings).await_end(READY_WITHIN_S, self.tick)
        return settings

    def serve(self, settings: Path) -> None:
        """Start the gateway alone, with settings that are there, and wait for it. Raises: ``ChildFailed``."""
        gateway = self.children["gateway"] = self.run_gateway("serve", settings)
        gateway.await_sign(lambda: is_ready(self.options.port) or None, READY_WITHIN_S, self.tick)

    def run_gateway(self, command: str, settings: Path) -> Child:
        """Start one of the gateway's commands."""
        line = [sys.executable, "-m", "gateway", command, "--config", str(settings)]
        name = "gateway" if command == "serve" else command
        return Child.start(name, line, self.folder / f"{name}.log")

    def check(self) -> None:
        """Make sure that everything runs. Raises: ``ChildFailed``."""
        for child in self.children.values():
            child.check()

    def stop(self) -> None:
        """End everything: the gateway first, so that it does not see its sources go."""
        gateway = [child for name, child in self.children.items() if name in {"gateway", "worker", "follow"}]
        stop_all(gateway, GATEWAY_STOPS_WITHIN_S)
        if self.database is not None:
            self.database.ask_to_stop()
        stop_all(self.children.values(), REST_STOPS_WITHIN_S)
        if self.database is not None:
            self.database.remove()


def check_port(port: int) -> None:
    """Make sure that the port can be listened on. Raises: ``PortTaken``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise PortTaken(taken.strerror) from taken


def free_port() -> int:
    """Return a port that nobody listens on now."""
    while True:
        port = secrets.choice(NEVER_GIVEN)
        with suppress(PortTaken):
            check_port(port)
            return port


def is_ready(port: int) -> bool:
    """Return whether the gateway says that it and its sources are ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROBE_S)
    try:
        connection.request("GET", "/readyz?sources=1")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
