"""Tells the merchant what became of an order: at least once, signed, with pauses, and not for ever."""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from dev.simulators.acquirer.orders import Order
from dev.simulators.acquirer.signing import callback_signature
from dev.simulators.kit import Clock, Fault
from dev.simulators.kit.switchboard import Draw

LONGEST_PAUSE_S: Final = 60.0
TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Sending:
    """Where callbacks go. Units: `pause_s` before the second attempt, doubled each time up to a minute."""

    address: str | None
    secret: str
    pause_s: float
    attempts: int


@dataclass(slots=True)
class Callbacks:
    """One delivery a change of an order, in the background."""

    sending: Sending
    clock: Clock
    _http: aiohttp.ClientSession | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Open the connections."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        self._http = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())

    async def stop(self) -> None:
        """Drop what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def tell(self, order: Order, draw: Draw) -> None:
        """Begin a delivery as the faults allow; `callback_early` waits for it, but not for ever."""
        if self.sending.address is None or draw.has(Fault.CALLBACK_LOST):
            return
        task = asyncio.create_task(self._deliver(order, draw))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if draw.has(Fault.CALLBACK_EARLY):
            await asyncio.wait([task], timeout=TIMEOUT_S)

    async def _deliver(self, order: Order, draw: Draw) -> None:
        if late := draw.get(Fault.CALLBACK_LATE):
            await asyncio.sleep(late.duration_s)
        body = self._body(order)
        secret = uuid.uuid4().hex if draw.has(Fault.CALLBACK_FORGED) else self.sending.secret
        again = repeated.rows if (repeated := draw.get(Fault.CALLBACK_REPEATED)) else 0
        pause_s = self.sending.pause_s
        for attempt in range(self.sending.attempts):
            if attempt:
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            if await self._attempt(order, body, secret):
                break
        for _ in range(again):
            await self._attempt(order, body, secret)

    async def _attempt(self, order: Order, body: bytes, secret: str) -> bool:
        assert self._http is not None
        assert self.sending.address is not None
        timestamp = str(int(self.clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": callback_signature(secret, timestamp, body),
        }
        order.attempts += 1
        try:
            async with self._http.post(
                self.sending.address, data=body, headers=headers, allow_redirects=False
            ) as answer:
                taken = 200 <= answer.status < 300
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False
        order.delivered += taken
        return taken

    def _body(self, order: Order) -> bytes:
        told = order.as_json()
        del told["means"]
        return json.dumps({**told, "event": str(uuid.uuid4())}).encode()
