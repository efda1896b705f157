"""The session with the policy core, renewed once for all that wait. Source: PROTOCOL.md, section 2."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

from adapters.policy_core import errors
from domain.clock import Deadline
from domain.errors import SourceTimeout
from domain.ports import Call

__all__ = ["Session"]


class Session:
    """Holds the session id of the process. Units: ``timeout_s`` of one log-in, in seconds."""

    def __init__(self, log_in: Callable[[Call], Awaitable[str]], timeout_s: float) -> None:
        self._log_in = log_in
        self._timeout_s = timeout_s
        self._id: str | None = None
        self._renewal: asyncio.Task[str] | None = None

    async def id(self, call: Call) -> str:
        """Return the session id; whoever waits for a log-in leaves at its own deadline.

        Raises: ``SourceError``.
        """
        if self._id is not None:
            return self._id
        if self._renewal is None:
            # An empty context: the log-in belongs to no request, so none may lend it its trace or viewer.
            self._renewal = asyncio.create_task(self._renew(call), context=Context())
            self._renewal.add_done_callback(self._renewed)
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                return await asyncio.shield(self._renewal)
        except TimeoutError as late:
            raise SourceTimeout(errors.SOURCE, "Login", "no session in time") from late

    def forget(self, session_id: str) -> None:
        """Drop a session that the core refused, unless another has come in its place meanwhile."""
        if self._id == session_id:
            self._id = None

    async def close(self) -> None:
        """Stop a log-in that is under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])

    async def _renew(self, first: Call) -> str:
        # The first to wait must not decide for the others, so the log-in has a deadline of its own.
        return await self._log_in(Call(Deadline.after(first.deadline.clock, self._timeout_s)))

    def _renewed(self, renewal: asyncio.Task[str]) -> None:
        self._renewal = None
        if not renewal.cancelled() and renewal.exception() is None:
            self._id = renewal.result()
