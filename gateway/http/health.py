"""Whether the process lives, and whether it may be sent requests.

The gateway is ready once it is wired and started, whatever the legacy systems do: each answer can be partial, and
taking every replica out of service because one system is down would turn its failure into everybody's. The same holds
for the gateway's own database, without which reads are as good as ever. ``?verbose`` shows the systems, the database,
and what the gateway does to spare each; ``?sources=1`` makes them count, for whoever waits for the whole to be up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import GatewayError
from gateway.http.errors import told
from gateway.http.language import DEFAULT
from gateway.http.state import Contexts, connected, store
from gateway.observability.logs import logger
from gateway.store.store import PostgresStore
from gateway.wiring import Connected

__all__ = ["Health"]

KEPT_S: Final = 1.0
PING_S: Final = 2.0
UP: Final = "UP"
STORE: Final = "store"
NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class _Seen:
    at_s: float
    sources: dict[str, str]
    store: str | None


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
        seen = await self._look(systems, store(request.scope))
        all_up = all(state == UP for state in seen.sources.values()) and seen.store in {UP, None}
        is_ready = all_up or not counts
        shown: dict[str, Any] = {"status": UP if is_ready else "WAITING", "sources": seen.sources}
        if seen.store is not None:
            shown["store"] = seen.store
        if "verbose" in request.query_params:
            shown["guards"] = {source.value: guard.snapshot() for source, guard in systems.guards.items()}
        return JSONResponse(shown, 200 if is_ready else 503, headers=NO_STORE)

    async def _look(self, systems: Connected, database: PostgresStore | None) -> _Seen:
        """Ping each system and the database, at most once a second whoever asks."""
        async with self._asking:
            now_s = self._contexts.clock.monotonic()
            if self._seen is None or now_s - self._seen.at_s >= KEPT_S:
                call = self._contexts.call(PING_S)
                pings: dict[str, Callable[[], Awaitable[None]]] = {
                    source.value: partial(ping, call) for source, ping in systems.pings.items()
                }
                if database is not None:
                    pings[STORE] = database.ping
                states = await asyncio.gather(*(_ping(name, ping) for name, ping in pings.items()))
                sources = dict(zip(pings, states, strict=True))
                self._seen = _Seen(now_s, store=sources.pop(STORE, None), sources=sources)
            return self._seen


async def _ping(name: str, ping: Callable[[], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(PING_S):
            await ping()
    except TimeoutError:
        return "STORE_UNAVAILABLE" if name == STORE else "SOURCE_TIMEOUT"
    except GatewayError as failure:
        return told(failure, DEFAULT).code
    except Exception as fault:  # noqa: BLE001 - one system's ping must not hide the others'
        logger().error("ping failed", source=name, exc_info=fault)
        return told(fault, DEFAULT).code
    return UP
