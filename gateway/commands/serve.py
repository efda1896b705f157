"""``python -m gateway serve``: run the gateway until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from argparse import ArgumentParser, Namespace

import uvicorn

from gateway.app import create_app
from gateway.commands import starting
from gateway.documents.shelf import Shelf
from gateway.observability import access_log, logs
from gateway.settings import Settings, SettingsError

__all__ = ["add_arguments", "keep_from_collector", "run"]

BACKLOG = 2048
COLLECTED_AT = (25_000, 20, 50)
"""New objects, and collections of younger ones, after which the collector looks."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    starting.add_arguments(parser)


def run(options: Namespace) -> int:
    """Serve. Raises: ``SettingsError``."""
    settings, clock = starting.started(options)
    for number in (signal.SIGTERM, signal.SIGINT):
        # The server takes them over while it runs and raises them again at its end: a wanted end is no failure.
        signal.signal(number, lambda *_: sys.exit(0))
    logs.configure(settings.log)
    asyncio.run(starting.check_revision(settings.store))
    app = create_app(settings, clock=clock)
    _reload_on_hangup(settings, app.shelf)
    keep_from_collector()
    listener = _listener(settings)
    host, port = listener.getsockname()[:2]
    logs.logger().info("listening", host=host, port=port, environment=settings.server.environment.value)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=max(1, round(settings.server.shutdown_s)),
        )
    )
    with listener:
        server.run(sockets=[listener])
    access_log.current().flush()
    return 0 if server.started else 1


def _reload_on_hangup(settings: Settings, shelf: Shelf) -> None:
    """Read the lists of documents again on SIGHUP; a gateway without any ends by it, as a process does."""
    if settings.documents.manifests is not None:
        signal.signal(signal.SIGHUP, lambda *_: shelf.reload_aside())


def keep_from_collector() -> None:
    """Hide what lives as long as the process from the garbage collector.

    Modules and schema are several hundred thousand objects; a full collection that goes through them holds up every
    request for a tenth of a second or two.
    """
    gc.collect()
    gc.freeze()
    # A request that went well forms no cycle, so there is little to find: failures that were raised, and libraries'.
    gc.set_threshold(*COLLECTED_AT)


def _listener(settings: Settings) -> socket.socket:
    """Bind before anything is connected, so that a taken port is told at once."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as taken:
        raise SettingsError(f"server.port: cannot listen on {host}:{port} ({taken.strerror})") from None
