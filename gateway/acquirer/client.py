"""The acquirer's server over HTTP: one exchange a question, never repeated by itself. See README.md."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import aiohttp

from domain.acquirer import Order
from domain.clock import Deadline
from domain.errors import AcquirerGarbled, AcquirerUnavailable, Refused
from domain.money import Money
from gateway.acquirer.orders import Unreadable, code_of, is_order, kopecks, order_of
from gateway.settings import AcquirerSettings

__all__ = ["AcquirerClient", "Observer", "opened"]

MOST_BYTES: Final = 64 * 1024
PASSING: Final = frozenset({401, 403, 408, 429})
"""Of the 4xx those that say nothing of the order: our secret will be mended, and so will the pace."""

UNKNOWN: Final = "UNKNOWN"
CODES: Final[Mapping[tuple[int, str], str]] = {
    (422, "UNKNOWN_MEANS"): "MEANS_GONE",
    (409, "ORDER_DIFFERS"): "ORDER_DIFFERS",
}
"""What the acquirer declines, by status and its code -> our code."""


class Observer(Protocol):
    """Is told how each question ended."""

    def asked(self, operation: str, outcome: str, detail: str, seconds: float) -> None:
        """Record one exchange; ``outcome`` is ``answered``, ``refused``, ``unavailable`` or ``garbled``."""
        ...


@dataclass(frozen=True, slots=True)
class AcquirerClient:
    """``domain.acquirer.Acquirer``."""

    settings: AcquirerSettings
    session: aiohttp.ClientSession
    observer: Observer

    async def order(self, order: str, deadline: Deadline) -> Order | None:
        """Return the order, None for one whose page was never opened. Raises: as ``Acquirer``."""
        return await self._watched("order", "GET", order, "", deadline)

    async def cancel(self, order: str, deadline: Deadline) -> Order:
        """Make an order unpayable for ever, if it is not paid. Raises: as ``Acquirer``."""
        return known("cancel", await self._watched("cancel", "POST", order, "/cancel", deadline))

    async def charge(self, order: str, bill: str, amount: Money, token: str, deadline: Deadline) -> Order:
        """Pay an order with remembered means. Raises: as ``Acquirer``."""
        units = kopecks(amount)
        body = {
            "token": token,
            "amount": units,
            "bill": bill,
            "signature": self._signature(order, bill, str(units), token),
        }
        return known("charge", await self._watched("charge", "POST", order, "/charge", deadline, body))

    async def _watched(
        self, operation: str, method: str, order: str, what: str, deadline: Deadline, body: Any = None
    ) -> Order | None:
        began = time.monotonic()
        outcome, detail = "answered", ""
        try:
            return await self._asked(operation, method, order, what, deadline, body)
        except AcquirerUnavailable as failed:
            outcome, detail = "unavailable", failed.detail
            raise
        except AcquirerGarbled as failed:
            outcome, detail = "garbled", failed.detail
            raise
        except Refused as refused:
            outcome, detail = "refused", refused.code
            raise
        finally:
            self.observer.asked(operation, outcome, detail, time.monotonic() - began)

    async def _asked(
        self, operation: str, method: str, order: str, what: str, deadline: Deadline, body: Any
    ) -> Order | None:
        if not is_order(order):
            raise AcquirerGarbled(operation, "no order can be called so")
        address = f"{self.settings.address}/orders/{order}{what}"
        # Raised without a cause: what a library says may quote the request.
        try:
            async with asyncio.timeout(min(self.settings.timeout_s, deadline.remaining_s())):
                status, answer = await self._exchange(method, address, body)
        except TimeoutError:
            raise AcquirerUnavailable(operation, "no answer in time") from None
        except _TooLong:
            raise AcquirerGarbled(operation, f"body is over {MOST_BYTES} bytes") from None
        except (aiohttp.ClientError, OSError) as lost:
            raise AcquirerUnavailable(operation, type(lost).__name__) from None
        return meant(operation, order, status, answer)

    async def _exchange(self, method: str, address: str, body: Any) -> tuple[int, bytes]:
        async with self.session.request(method, address, json=body, allow_redirects=False) as answer:
            read = b""
            async for piece in answer.content.iter_any():
                read += piece
                if len(read) > MOST_BYTES:
                    raise _TooLong
            return answer.status, read

    def _signature(self, *parts: str) -> str:
        assert self.settings.merchant_secret is not None
        signed = "|".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self.settings.merchant_secret.encode(), signed, hashlib.sha256).hexdigest()


class _TooLong(Exception):
    """The body is longer than any answer about an order."""


def meant(operation: str, order: str, status: int, body: bytes) -> Order | None:
    """Say what an answer means. Raises: as ``Acquirer``."""
    if status == 200:
        try:
            return order_of(body, order)
        except Unreadable as unreadable:
            raise AcquirerGarbled(operation, str(unreadable)) from None
    if status >= 500 or status in PASSING:
        raise AcquirerUnavailable(operation, f"HTTP {status}")
    code = code_of(body) or ""
    if (status, code) == (404, UNKNOWN):
        return None
    if (status, code) in CODES:
        raise Refused(CODES[status, code])
    # Also a 404 that is not the acquirer's own: it must not pass for an order that nobody has opened.
    raise AcquirerGarbled(operation, f"HTTP {status}")


def known(operation: str, order: Order | None) -> Order:
    """Return the order. Raises: ``AcquirerGarbled`` where it must be known by now."""
    if order is None:
        raise AcquirerGarbled(operation, "HTTP 404")
    return order


@asynccontextmanager
async def opened(settings: AcquirerSettings, observer: Observer) -> AsyncIterator[AcquirerClient | None]:
    """Open a pool of connections; none without an address. No connection is made before the first question."""
    if not settings.is_set:
        yield None
        return
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=settings.connections),
        timeout=aiohttp.ClientTimeout(total=None, connect=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"Authorization": f"Bearer {settings.merchant_secret}", "Accept-Encoding": "identity"},
    ) as session:
        yield AcquirerClient(settings, session, observer)
