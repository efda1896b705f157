"""The adapter over bytes that were recorded or written by hand, without a system behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from adapters.gate import Arrival
from adapters.policy_core import Adapter, Settings
from adapters.replies import Body, Reply
from adapters.transport import Transport
from domain.clock import Deadline
from domain.errors import Source
from domain.ports import Call
from tests.contracts.subjects import Observed
from tests.fakes.clock import StillClock

__all__ = ["CALL", "Replay", "envelope", "recorded", "replaying"]

RECORDED: Final = Path(__file__).parent / "recorded"
HEADERS: Final = {"Content-Type": "text/xml; charset=windows-1251"}
CALL: Final = Call(Deadline.after(StillClock(), 5))
PIECE: Final = 100


def recorded(name: str) -> bytes:
    """Bytes of a recorded reply."""
    return (RECORDED / name).read_bytes()


def envelope(operation: str, data: str, status: str = "<ErrorCode>0</ErrorCode>") -> bytes:
    """A reply written by hand."""
    return (
        '<?xml version="1.0" encoding="windows-1251"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation}Response xmlns="urn:insurer:policy-core:1"><ResponseStatus>{status}</ResponseStatus>'
        f"<ResponseData>{data}</ResponseData></{operation}Response></soap:Body></soap:Envelope>"
    ).encode("windows-1251")


class Replay(Transport):
    """Gives out replies by operation, in turn, the last one again and again; keeps the requests."""

    replies: dict[str, list[Reply]]
    requests: list[tuple[str, bytes]]

    async def fetch(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Give the next reply to the operation."""
        assert method == "POST"
        assert headers == {**HEADERS, "SOAPAction": f'"urn:insurer:policy-core:1/{operation}"'}
        self.requests.append((operation, body or b""))
        waiting = self.replies[operation]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @asynccontextmanager
    async def stream(
        self,
        operation: str,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        max_bytes: int | None = None,
        arrival: Arrival,
    ) -> AsyncIterator[Body]:
        """Give the next reply to the operation in small pieces."""
        reply = await self.fetch(operation, call, method, url, body=body, headers=headers)

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(reply.body), PIECE):
                yield reply.body[start : start + PIECE]

        yield Body(reply.status, reply.headers, pieces())


def replaying(
    operation: str, *bodies: bytes, status: int = 200, headers: Mapping[str, str] = HEADERS
) -> tuple[Adapter, Replay]:
    """Return an adapter whose system answers one operation, and every log-in."""
    settings = Settings("http://localhost/ws/PolicyCore", "gateway", "gateway-secret")
    transport = Replay(Source.POLICY_CORE, settings.limits, Observed())
    transport.replies = {
        "Login": [Reply(200, HEADERS, recorded("login.xml"))],
        operation: [Reply(status, headers, body) for body in bodies],
    }
    transport.requests = []
    return Adapter(settings, transport), transport
