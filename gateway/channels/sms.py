"""SMS by the gateway of a provider: one POST a message, see README.md."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp

from domain.accounts.errors import ChannelRefused, ChannelUnavailable
from gateway.channels import addresses
from gateway.channels.texts import Wording
from gateway.settings import SmsSettings

__all__ = ["Sms"]

MOST_BYTES: Final = 64 * 1024
PASSING: Final = frozenset({401, 403, 408, 429})
"""Of the 4xx those that say nothing of the message: our credentials will be mended, and so will the pace."""


@dataclass(frozen=True, slots=True)
class Sms:
    """Hands messages to an SMS gateway."""

    settings: SmsSettings
    session: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: SmsSettings) -> AsyncIterator[Sms]:
        """Open a pool of connections."""
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=settings.connections),
            timeout=aiohttp.ClientTimeout(total=None, connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Authorization": f"Bearer {settings.token}"},
        ) as session:
            yield cls(settings, session)

    async def deliver(self, address: str, wording: Wording, mark: str) -> None:
        """Hand a message over. Raises: as ``Channel``."""
        message = {"to": addresses.phone(address), "text": wording.text}
        if self.settings.sender:
            message["sender"] = self.settings.sender
        try:
            async with asyncio.timeout(self.settings.timeout_s):
                status, body = await self._exchange(message, mark)
        except TimeoutError:
            raise ChannelUnavailable("no answer in time") from None
        except (aiohttp.ClientError, OSError) as lost:
            raise ChannelUnavailable(type(lost).__name__) from None
        if 400 <= status < 500 and status not in PASSING:
            raise ChannelRefused(f"HTTP {status}")
        if not 200 <= status < 300:
            raise ChannelUnavailable(f"HTTP {status}")
        if not is_receipt(body):
            raise ChannelUnavailable("the answer is no receipt")

    async def _exchange(self, message: dict[str, str], mark: str) -> tuple[int, bytes]:
        async with self.session.post(
            self.settings.url, json=message, headers={"Idempotency-Key": mark}, allow_redirects=False
        ) as answer:
            body = b""
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MOST_BYTES:
                    raise aiohttp.ClientPayloadError
            return answer.status, body


def is_receipt(body: bytes) -> bool:
    """Whether the gateway itself says that it has the message: a balancer's page under 200 is no receipt."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and isinstance(answer.get("id"), str)
