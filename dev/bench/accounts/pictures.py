"""Picture codes whose digits are known, since they are laid into the shared store from here."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from domain.money import Locale
from gateway.clock import SystemClock
from gateway.identity.pictures import SharedPictures
from gateway.settings import PictureSettings, RedisSettings
from gateway.sources.clients import connected
from gateway.sources.exchanges import Exchanges

__all__ = ["solved"]

TIMEOUT_S: Final = 5.0
LIFE_S: Final = 3600


def solved(socket: Path, *, secret: str, prefix: str, many: int) -> list[tuple[str, str]]:
    """Return ids and digits of new pictures that a gateway with this secret and prefix takes, each once.

    They are the gateway's own, but never drawn: only their solving is measured, not their making.
    """
    return asyncio.run(_solved(socket, secret, prefix, many))


async def _solved(socket: Path, secret: str, prefix: str, many: int) -> list[tuple[str, str]]:
    drawn: list[str] = []

    def draw(digits: str, _locale: Locale) -> tuple[bytes, bytes]:
        drawn.append(digits)
        return b"", b""

    redis = RedisSettings(unix_socket_path=str(socket), timeout_s=TIMEOUT_S)
    async with connected(redis) as (client, _):
        exchanges = Exchanges(client, redis.timeout_s, redis.max_connections)
        settings = PictureSettings(life_s=LIFE_S)
        pictures = SharedPictures(
            settings, exchanges, SystemClock(), secret=secret, prefix=prefix, pause_s=redis.pause_s, draw=draw
        )
        try:
            ids = [(await pictures.make(Locale.RU)).id for _ in range(many)]
        finally:
            pictures.close()
    return list(zip(ids, drawn, strict=True))
