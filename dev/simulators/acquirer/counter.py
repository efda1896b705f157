"""What the customer meets: the page, and what its buttons do."""

from dataclasses import dataclass

from aiohttp import web

from dev.simulators.acquirer import page
from dev.simulators.acquirer.address import Address, Forged
from dev.simulators.acquirer.callbacks import Callbacks
from dev.simulators.acquirer.orders import CARDS, Book, Differs, Order, State
from dev.simulators.acquirer.texts import chosen
from dev.simulators.kit import MOSCOW, Draw, Fault, Reply, Simulator

PAGE = "payPage"
PAY = "pay"
RISE_KOPECKS = 100


class Unfit(Exception):
    """The form has a card or a button that the page has not."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The handlers of /pay."""

    simulator: Simulator
    book: Book
    callbacks: Callbacks
    secret: str

    async def show(self, request: web.Request) -> web.StreamResponse:
        """GET /pay."""
        language = chosen(request.query.get("lang"), request.headers.get("Accept-Language", ""))

        async def answer(draw: Draw) -> Reply:
            try:
                address = Address.read(request.query, self.secret)
            except Forged:
                return html(page.said("FORGED", language), 403)
            try:
                order = self.book.open(address.order, address.bill, address.amount, rise(draw))
            except Differs:
                return html(page.said("DIFFERS", language, address), 409)
            return self._shown(order, address, language)

        return await self.simulator.serve(request, PAGE, 1, answer)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """POST /pay."""
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        language = chosen(form.get("lang"), request.headers.get("Accept-Language", ""))

        async def answer(draw: Draw) -> Reply:
            try:
                address = Address.read(form, self.secret)
                order = self.book.open(address.order, address.bill, address.amount)
                changed = self.decided(order, form.get("action", ""), form.get("card", ""))
            except Forged:
                return html(page.said("FORGED", language), 403)
            except Differs:
                return html(page.said("DIFFERS", language), 409)
            except Unfit:
                return Reply(b"400 Bad Request\n", "text/plain", "utf-8", 400)
            if changed:
                await self.callbacks.tell(order, draw)
            if order.state in {State.PAID, State.DECLINED}:
                return Reply(b"", "", status=303, headers={"Location": address.back, "Cache-Control": "no-store"})
            return self._shown(order, address, language, 409)

        return await self.simulator.serve(request, PAY, 1, answer)

    def decided(self, order: Order, action: str, card: str) -> bool:
        """Do what a button says; whether the order changed. Raises: Unfit."""
        if action not in page.ACTIONS or card not in CARDS:
            raise Unfit
        if action == "decline":
            return self.book.decline(order)
        return self.book.pay(order, card=CARDS[card], remember=action == "remember")

    def _shown(self, order: Order, address: Address, language: str, status: int = 200) -> Reply:
        if order.state is not State.NEW:
            return html(page.over(order, address, language), status, address.origin)
        until = (order.opened_at + self.book.life).astimezone(MOSCOW)
        return html(page.payable(order, address, f"{until:%H:%M}", language), status, address.origin)


def rise(draw: Draw) -> int:
    """By how many kopecks the order is dearer than the bill."""
    switch = draw.get(Fault.AMOUNT_RISE)
    return 0 if switch is None else switch.count or RISE_KOPECKS


def html(text: str, status: int = 200, back_to: str = "") -> Reply:
    """A page that nobody keeps."""
    headers = {
        "Content-Security-Policy": page.policy(back_to),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Reply(text.encode(), "text/html", "utf-8", status, headers)
