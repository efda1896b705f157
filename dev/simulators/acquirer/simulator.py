"""Payment page, merchant's server and ledger in one process."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from aiohttp import web

from dev.simulators.acquirer import counter, merchant
from dev.simulators.acquirer.address import Address, Forged
from dev.simulators.acquirer.callbacks import Callbacks, Sending
from dev.simulators.acquirer.counter import Counter, Unfit
from dev.simulators.acquirer.merchant import Merchant
from dev.simulators.acquirer.orders import CARDS, Book, Differs, Order
from dev.simulators.kit import Fault, Operation, Options, Simulator
from dev.simulators.kit.admin import Refused

MERCHANT_SECRET = "acquirer-merchant-secret-of-simulators"  # noqa: S105 - of a simulated shop
CALLBACK_SECRET = "acquirer-callback-secret-of-simulators"  # noqa: S105 - as that
ORDER_LIFE_S = 1200.0
PAUSE_S = 1.0
ATTEMPTS = 12


class Acquirer(Simulator):
    """Takes no money and asks for no card. Money "taken" is a number in the ledger."""

    name = "acquirer"
    max_request_bytes = 64 * 1024
    operations = tuple(
        map(Operation, (counter.PAGE, counter.PAY, merchant.GET, merchant.CANCEL, merchant.CHARGE)),
    )
    content_faults: ClassVar = frozenset(
        {
            Fault.IN_BAND_ERROR,
            Fault.EXPIRED_TOKEN,
            Fault.UNKNOWN_ENUM,
            Fault.CALLBACK_LOST,
            Fault.CALLBACK_LATE,
            Fault.CALLBACK_REPEATED,
            Fault.CALLBACK_EARLY,
            Fault.CALLBACK_FORGED,
            Fault.AMOUNT_RISE,
        }
    )

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        given = options.extra
        self._secret = given.get("merchant_secret", MERCHANT_SECRET)
        sending = Sending(
            given.get("callback"),
            given.get("callback_secret", CALLBACK_SECRET),
            given.get("callback_pause_s", PAUSE_S),
            given.get("callback_attempts", ATTEMPTS),
        )
        self.book = Book(self.clock, timedelta(seconds=given.get("order_life_s", ORDER_LIFE_S)))
        self._callbacks = Callbacks(sending, self.clock)
        self._counter = Counter(self, self.book, self._callbacks, self._secret)
        self._merchant = Merchant(self, self.book, self._callbacks, self._secret)

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Secrets, where callbacks go, how long an order lives."""
        parser.add_argument("--merchant-secret", default=MERCHANT_SECRET, help="signs payment addresses, and signs in")
        parser.add_argument("--callback", help="address that callbacks are posted to; without it none are sent")
        parser.add_argument("--callback-secret", default=CALLBACK_SECRET, help="signs callbacks")
        parser.add_argument("--callback-pause-s", type=float, default=PAUSE_S, help="before the second try; doubles")
        parser.add_argument("--callback-attempts", type=int, default=ATTEMPTS, help="tries of a callback in all")
        parser.add_argument("--order-life-s", type=float, default=ORDER_LIFE_S, help="from the first visit")

    async def started(self) -> None:
        """Open the way for callbacks."""
        await self._callbacks.start()

    async def stopped(self) -> None:
        """Drop the callbacks that are on their way."""
        await self._callbacks.stop()

    def routes(self) -> Iterable[web.RouteDef]:
        """The page, and the merchant's server."""
        return [
            web.get("/pay", self._counter.show, allow_head=False),
            web.post("/pay", self._counter.take),
            web.get("/orders/{order}", self._merchant.get, allow_head=False),
            web.post("/orders/{order}/cancel", self._merchant.cancel),
            web.post("/orders/{order}/charge", self._merchant.charge),
        ]

    def admin_routes(self) -> Iterable[web.RouteDef]:
        """The ledger, ways to pay without the page, in time and after it, and ways to lose a remembered card."""
        return [
            web.get("/ledger", self.show_ledger),
            web.post("/orders/{order}/pay", self.pay),
            web.post("/orders/{order}/pay-late", self.pay_late),
            web.post("/orders/{order}/forget", self.forget),
            web.post("/orders/{order}/block", self.block),
        ]

    async def show_ledger(self, _request: web.Request) -> web.Response:
        """GET /ledger."""
        return web.json_response({"orders": [order.in_ledger() for order in self.book]})

    async def pay(self, request: web.Request) -> web.Response:
        """POST /orders/{order}/pay: as a customer would, with the faults of `pay`."""
        given = await told(request)
        draw = self.switchboard.draw(counter.PAY)
        order = self._found(request.match_info["order"], given.get("address"))
        if order is None:
            return web.json_response({"error": "no such order; give its payment address"}, status=404)
        card = given.get("card", next(iter(CARDS)))
        try:
            changed = self._counter.decided(order, given.get("action", "pay"), card)
        except Unfit:
            raise Refused("action is pay, remember or decline; card is one of the page's") from None
        if changed:
            await self._callbacks.tell(order, draw)
        return web.json_response(order.in_ledger())

    async def pay_late(self, request: web.Request) -> web.Response:
        """POST /orders/{order}/pay-late: take the money for what was declined, with the faults of `pay`."""
        order = self.book.find(request.match_info["order"])
        if order is None or not self.book.pay_late(order):
            return web.json_response({"error": "no such order that has ended unpaid"}, status=404)
        await self._callbacks.tell(order, self.switchboard.draw(counter.PAY))
        return web.json_response(order.in_ledger())

    async def forget(self, request: web.Request) -> web.Response:
        """POST /orders/{order}/forget: the card that was remembered at it is known no more."""
        return web.json_response({"forgotten": self.book.forget(request.match_info["order"])})

    async def block(self, request: web.Request) -> web.Response:
        """POST /orders/{order}/block: charges to the card that was remembered at it are declined."""
        return web.json_response({"blocked": self.book.block(request.match_info["order"])})

    def _found(self, order: str, address: str | None) -> Order | None:
        if address is None:
            return self.book.find(order)
        try:
            read = Address.parse(address, self._secret)
            if read.order != order:
                raise Refused("the address is another order's")
            return self.book.open(read.order, read.bill, read.amount)
        except Forged:
            raise Refused("the address is not signed by the merchant") from None
        except Differs:
            raise Refused("the order is here with another bill or amount") from None


async def told(request: web.Request) -> dict[str, str]:
    """What the request says: an object of texts, or nothing. Raises: Refused."""
    body = await request.read()
    try:
        given: Any = json.loads(body) if body else {}
    except ValueError:
        raise Refused("the body is not JSON") from None
    if not isinstance(given, dict) or not given.keys() <= {"address", "action", "card"}:
        raise Refused("address, action and card can be given")
    if not all(isinstance(each, str) for each in given.values()):
        raise Refused("address, action and card are texts")
    return given
