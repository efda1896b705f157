"""Whether the process lives, and whether it may be sent requests.

The gateway is ready once it is wired and started, whatever the legacy systems do: each answer can be partial, and
taking every replica out of service because one system is down would turn its failure into everybody's. ``?verbose``
shows the systems, and what the gateway does to spare each; ``?sources=1`` makes them count, for whoever waits for the
whole to be up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import GatewayError, Source
from gateway.http.errors import told
from gateway.http.language import DEFAULT
from gateway.http.state import Contexts, connected
from gateway.observability.logs import logger
from gateway.wiring import Connected

__all__ = ["Health"]

KEPT_S: Final = 1.0
PING_S: Final = 2.0
UP: Final = "UP"
NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Seen:
    at_s: float
    sources: dict[str, str]


class Health:
    """Endpoints of ``/healthz`` and ``/readyz``."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._seen: _Seen | None = None
        self._asking = asyncio.Lock()

    async def alive(self, _request: Request) -> Response:
        """Answer that the process serves requests."""
        return JSONResponse({"status": UP}, headers=NO_STORE)

    async def ready(self, request: Request) -> Response:
        """Answer whether requests may come; getting here means that the lifespan has started."""
        counts = request.query_params.get("sources") == "1"
        if not counts and "verbose" not in request.query_params:
            return JSONResponse({"status": UP}, headers=NO_STORE)
        systems = connected(request.scope)
        sources = await self._sources(systems)
        all_up = all(state == UP for state in sources.values())
        is_ready = all_up or not counts
        shown: dict[str, Any] = {"status": UP if is_ready else "WAITING", "sources": sources}
        if "verbose" in request.query_params:
            shown["guards"] = {source.value: guard.snapshot() for source, guard in systems.guards.items()}
        return JSONResponse(shown, 200 if is_ready else 503, headers=NO_STORE)

    async def _sources(self, systems: Connected) -> dict[str, str]:
        """Ping each system, at most once a second whoever asks."""
        async with self._asking:
            now_s = self._contexts.clock.monotonic()
            if self._seen is None or now_s - self._seen.at_s >= KEPT_S:
                states = await asyncio.gather(*(self._ping(systems, source) for source in systems.pings))
                names = [source.value for source in systems.pings]
                self._seen = _Seen(now_s, dict(zip(names, states, strict=True)))
            return self._seen.sources

    async def _ping(self, systems: Connected, source: Source) -> str:
        try:
            async with asyncio.timeout(PING_S):
                await systems.pings[source](self._contexts.call(PING_S))
        except TimeoutError:
            return "SOURCE_TIMEOUT"
        except GatewayError as failure:
            return told(failure, DEFAULT).code
        except Exception as fault:  # noqa: BLE001 - one system's ping must not hide the others'
            logger().error("ping failed", source=source.value, exc_info=fault)
            return told(fault, DEFAULT).code
        return UP
