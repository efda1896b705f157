"""The access token, and whole replies decoded."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from contextvars import Context
from typing import TypeVar

from adapters.claims_core import errors, wire
from adapters.claims_core.settings import Settings
from adapters.replies import Reply
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import SourceTimeout
from domain.ports import Call

__all__ = ["Tokens", "decoded"]

T = TypeVar("T")


class Tokens:
    """The access token, renewed once for all who wait; each waits no longer than its own deadline."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._token = ""
        self._fresh_until_s = 0.0
        self._renewal: asyncio.Task[str] | None = None

    async def current(self, call: Call) -> str:
        """Return a token that has not expired. Raises: ``SourceError``."""
        if self._token and call.deadline.clock.monotonic() < self._fresh_until_s:
            return self._token
        if call.deadline.remaining_s() <= 0:
            raise SourceTimeout(errors.SOURCE, "issueToken", "no time left to ask")
        if self._renewal is None or self._renewal.done():
            # An empty context: a renewal serves everyone, so it must not carry the first caller's trace.
            self._renewal = asyncio.get_running_loop().create_task(self._renew(call), context=Context())
            self._renewal.add_done_callback(retrieved)
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                return await asyncio.shield(self._renewal)
        except TimeoutError as late:
            raise SourceTimeout(errors.SOURCE, "issueToken", "no token in time") from late

    def refused(self, token: str) -> None:
        """Forget a token that the system refused, unless another took its place meanwhile."""
        if token == self._token:
            self._token = ""

    async def close(self) -> None:
        """Abandon a renewal that is under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])

    async def _renew(self, caller: Call) -> str:
        """Ask for a token within the time that settings give, whatever the first waiter's deadline."""
        operation = "issueToken"
        clock = caller.deadline.clock
        asked_at_s = clock.monotonic()
        secret = base64.b64encode(f"{self._settings.client_id}:{self._settings.client_secret}".encode()).decode()
        reply = await self._transport.fetch(
            operation,
            Call(Deadline.after(clock, self._settings.token_timeout_s)),
            "POST",
            f"{self._settings.url}/oauth/token",
            body=b"grant_type=client_credentials",
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        if refusal := errors.of_credentials(operation, reply):
            raise refusal
        if failure := errors.of_reply(operation, reply, reply.body, (errors.JSON_TYPE,)):
            raise errors.of_source(operation, failure)
        token = decoded(operation, wire.decode_token, reply)
        margin_s = min(self._settings.token_margin_s, token.expires_in / 2)
        self._fresh_until_s = asked_at_s + token.expires_in - margin_s
        self._token = token.access_token
        return self._token


def retrieved(renewal: asyncio.Task[str]) -> None:
    """Look at the result, so that a failure nobody waits for any more is not reported as forgotten."""
    if not renewal.cancelled():
        renewal.exception()


def decoded(operation: str, decode: Callable[[bytes], T], reply: Reply) -> T:
    """Decode a whole reply. Raises: ``SourceGarbled``."""
    try:
        return decode(reply.body)
    except wire.Garbage as broken:
        raise errors.garbled(operation, str(broken)) from broken
