"""Serve one of the peers in Python: ``python -m dev.bench.peers.memory PEER PORT [SETTINGS.toml]``."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

__all__ = ["APPS"]


def ours() -> ASGIApp:
    """Make the gateway's application by the settings file, with its log to standard output."""
    from dev.bench.peers.memory.ours import build, connect
    from gateway import settings as configuration
    from gateway.app import create_app
    from gateway.commands.serve import keep_from_collector
    from gateway.observability import logs
    from gateway.wiring import ADAPTER_SETTINGS

    settings = configuration.load(ADAPTER_SETTINGS, Path(sys.argv[3]), {})
    logs.configure(settings.log)
    keep_from_collector()
    return create_app(settings, connect=connect, build=build)


def strawberry() -> ASGIApp:
    """Make plain Strawberry's application."""
    from dev.bench.peers.memory.plain import app

    return app()


def ariadne() -> ASGIApp:
    """Make Ariadne's application."""
    from dev.bench.peers.memory.ariadne_peer import app

    return app()


APPS: Final[Mapping[str, Callable[[], ASGIApp]]] = {"ours": ours, "strawberry": strawberry, "ariadne": ariadne}
"""Applications by peer; each imports its own framework alone."""


def main() -> None:
    """Serve all peers alike: uvicorn with uvloop and httptools, long-lived objects hidden from the collector."""
    app = APPS[sys.argv[1]]()
    # uvicorn raises the signal again at its end: a wanted end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    gc.collect()
    gc.freeze()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=2048,
    )


if __name__ == "__main__":
    main()
