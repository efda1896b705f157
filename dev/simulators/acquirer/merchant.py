"""The server that the merchant asks: orders, their end, and payments with a remembered card."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from dev.simulators.acquirer.address import AMOUNT, BILL, ORDER
from dev.simulators.acquirer.callbacks import Callbacks
from dev.simulators.acquirer.counter import rise
from dev.simulators.acquirer.orders import Book, Differs, State
from dev.simulators.acquirer.signing import fits, signature
from dev.simulators.kit import Draw, Fault, Reply, Simulator
from dev.simulators.kit.simulator import Answer

GET = "getOrder"
CANCEL = "cancelOrder"
CHARGE = "chargeOrder"
CHARGED = {"token": str, "amount": int, "bill": str, "signature": str}


class Unfit(Exception):
    """The request is refused; the text is the code."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """The handlers of /orders; each wants the merchant's secret as a bearer token."""

    simulator: Simulator
    book: Book
    callbacks: Callbacks
    secret: str

    async def get(self, request: web.Request) -> web.StreamResponse:
        """GET /orders/{order}."""

        async def answer(draw: Draw) -> Reply:
            order = self.book.find(named(request))
            if order is None:
                return told(404, {"code": "UNKNOWN"})
            shown = order.as_json()
            if draw.has(Fault.UNKNOWN_ENUM):
                shown["state"] = "HELD"
            return told(200, shown)

        return await self._serve(request, GET, answer)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """POST /orders/{order}/cancel."""

        async def answer(_draw: Draw) -> Reply:
            return told(200, self.book.cancel(named(request)).as_json())

        return await self._serve(request, CANCEL, answer)

    async def charge(self, request: web.Request) -> web.StreamResponse:
        """POST /orders/{order}/charge."""
        body = await request.read()

        async def answer(draw: Draw) -> Reply:
            name, given = named(request), charged(body)
            amount, bill, token = given["amount"], given["bill"], given["token"]
            if not fits(given["signature"], signature(self.secret, name, bill, str(amount), token)):
                raise Unfit("WRONG_SIGNATURE")
            if self.book.find(name) is None and not self.book.knows(token):
                raise Unfit("UNKNOWN_MEANS")
            try:
                order = self.book.open(name, bill, amount, rise(draw))
            except Differs:
                return told(409, {"code": "ORDER_DIFFERS"})
            order.charges += 1
            if order.state is State.NEW:
                if not self.book.knows(token):
                    raise Unfit("UNKNOWN_MEANS")
                is_declined = draw.has(Fault.IN_BAND_ERROR)
                changed = self.book.decline(order) if is_declined else self.book.charge(order, token)
                if changed:
                    await self.callbacks.tell(order, draw)
            return told(200, order.as_json())

        return await self._serve(request, CHARGE, answer)

    async def _serve(self, request: web.Request, operation: str, then: Answer) -> web.StreamResponse:
        async def answer(draw: Draw) -> Reply:
            if draw.has(Fault.EXPIRED_TOKEN) or not self._is_known(request):
                return told(401, {"code": "INVALID_SECRET"})
            try:
                return await then(draw)
            except Unfit as unfit:
                return told(422, {"code": str(unfit)})

        return await self.simulator.serve(request, operation, 1, answer)

    def _is_known(self, request: web.Request) -> bool:
        return fits(request.headers.get("Authorization", ""), f"Bearer {self.secret}")


def named(request: web.Request) -> str:
    """The order of the path. Raises: Unfit."""
    order = request.match_info["order"]
    if not ORDER.fullmatch(order):
        raise Unfit("INVALID_ORDER")
    return order


def charged(body: bytes) -> Mapping[str, Any]:
    """What a charge says. Raises: Unfit."""
    try:
        given = json.loads(body)
    except ValueError:
        raise Unfit("NOT_JSON") from None
    if not isinstance(given, dict) or given.keys() != CHARGED.keys():
        raise Unfit("UNKNOWN_FIELD")
    if any(type(given[name]) is not kind for name, kind in CHARGED.items()):
        raise Unfit("INVALID_FIELD")
    if not BILL.fullmatch(given["bill"]) or not AMOUNT.fullmatch(str(given["amount"])):
        raise Unfit("INVALID_FIELD")
    return given


def told(status: int, fields: Mapping[str, Any]) -> Reply:
    """A JSON answer."""
    return Reply(json.dumps(fields, ensure_ascii=False).encode(), charset="utf-8", status=status)
