"""Picture codes: six digits, drawn and spoken, each good for one try."""

from __future__ import annotations

import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from domain.accounts.ports import Picture
from domain.clock import Clock
from domain.money import Locale
from gateway.identity.deriving import PICTURES, derived, keyed
from gateway.identity.drawing import Drawing
from gateway.identity.shared import Shared
from gateway.identity.workers import Workers
from gateway.settings.accounts import PictureSettings
from gateway.sources.exchanges import Exchanges

__all__ = ["SharedPictures"]

DIGITS: Final = 6
ID_BYTES: Final = 16
SHARED, LOCAL = "s", "l"
ID: Final = re.compile(r"[sl][\w-]{22}", re.ASCII)
BETWEEN: Final = re.compile(r"[\s-]+")


class SharedPictures:
    """Implements ``domain.accounts.ports.Pictures``.

    What is kept is an HMAC of id and digits, in Redis, taken away by the first try. While Redis is away a picture is
    kept by the process that made it and can be solved there alone; an id tells where its picture is, so none is to be
    had twice. Another picture is made by asking for one. Digits alone, so that both can be read out.
    """

    def __init__(
        self,
        settings: PictureSettings,
        exchanges: Exchanges,
        clock: Clock,
        *,
        secret: str,
        prefix: str,
        pause_s: float,
        draw: Callable[[str, Locale], tuple[bytes, bytes]] | None = None,
    ) -> None:
        self._life_s = settings.life_s
        self._shared = Shared("pictures", exchanges, clock, pause_s)
        self._local = _Local(settings.local_entries)
        self._clock = clock
        self._key = derived(secret, PICTURES)
        self._prefix = prefix
        self._draw = draw or Drawing(settings.voices).drawn
        self.workers = Workers("pictures", threads=settings.threads, queue=settings.queue, wait_s=settings.wait_s)

    async def make(self, locale: Locale) -> Picture:
        """Make one, spoken in a language. Raises: ``TooBusy``."""
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        image, speech = await self.workers.run(self._draw, digits, locale)
        expires_at = self._clock.now() + timedelta(seconds=self._life_s)
        return Picture(await self._keep(digits), image, speech, expires_at)

    async def solve(self, id_: str, text: str) -> bool:
        """Return whether these are the digits; whatever the answer, the picture is used up."""
        if not ID.fullmatch(id_):
            return False
        kept = self._local.take(id_, self._clock.monotonic()) if id_[0] == LOCAL else await self._taken(id_)
        given = self._hash(id_, BETWEEN.sub("", text))
        return kept is not None and hmac.compare_digest(kept, given)

    def close(self) -> None:
        """Let the threads go."""
        self.workers.close()

    async def _keep(self, digits: str) -> str:
        id_ = SHARED + secrets.token_urlsafe(ID_BYTES)
        if await self._shared.send(("SET", self._name(id_), self._hash(id_, digits), "EX", self._life_s)) is None:
            id_ = LOCAL + secrets.token_urlsafe(ID_BYTES)
            self._local.keep(id_, self._hash(id_, digits), self._clock.monotonic() + self._life_s)
        return id_

    async def _taken(self, id_: str) -> bytes | None:
        answer = await self._shared.send(("GETDEL", self._name(id_)))
        return None if answer is None or answer[0] is None else bytes(answer[0])

    def _name(self, id_: str) -> str:
        return f"{self._prefix}:picture:{id_}"

    def _hash(self, id_: str, digits: str) -> bytes:
        return keyed(self._key, id_.encode(), digits.encode("utf-8", "surrogatepass"))


class _Local:
    """Pictures of this process, the oldest dropped when there are too many. Units: ``until_s`` in monotonic seconds."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    def keep(self, id_: str, hash_: bytes, until_s: float) -> None:
        self._kept[id_] = hash_, until_s
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def take(self, id_: str, now_s: float) -> bytes | None:
        hash_, until_s = self._kept.pop(id_, (None, 0.0))
        return hash_ if now_s < until_s else None
