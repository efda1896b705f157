"""What customers do whose card the bank remembers: it is remembered when they pay once, and charged from then on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.faults.storm import paying
from tests.faults.storm.browser import LOOK_S, OVER, Unanswered
from tests.faults.storm.keeper import Keeper
from tests.faults.storm.paying import new_key
from tests.faults.storm.people import Keeping

__all__ = ["LEAVING", "SCRIPTS"]

KeeperScript: TypeAlias = Callable[[Keeper], Awaitable[None]]

LOOKS: Final = 40
ATTEMPTS: Final = 3
"""To have a card remembered: in a small storm there is one customer for each way to use it."""


async def remembered(keeper: Keeper) -> AsyncIterator[tuple[str, str]]:
    """Pay on the bank's page until a card is remembered; then have what is left to pay at hand, one after the other.

    Each time the card is told, and the order at which it was remembered.
    """
    assert isinstance(keeper.who, Keeping)
    card: tuple[str, str] | None = None
    for payable in keeper.who.payables:
        keeper.payable = payable
        if card is not None:
            yield card
        else:
            card = await remembering(keeper)


async def remembering(keeper: Keeper) -> tuple[str, str] | None:
    """Pay one thing on the bank's page and let the card be remembered; try again if that comes to nothing."""
    orders: dict[str, str] = {}
    for _ in range(ATTEMPTS):
        opened = await paying.opened(keeper, "first", new_key())
        if opened is not None and opened["address"] is not None:
            orders[opened["id"]] = order_of(opened)
        paid = await paying.paid(keeper, "first", opened, "remember")
        if paid is None or paid["state"] == "STOPPED":
            return None
        if paid["state"] == "PAID":
            means = await keeper.means()
            return (means[0], orders[paid["id"]]) if means and paid["id"] in orders else None
    return None


async def come_of(keeper: Keeper, tab: str, payment: Any) -> Any:
    """Wait for a charge, until it is over or there is a page to pay on after all."""
    if payment is None:
        return None
    for _ in range(LOOKS):
        if payment["address"] is not None or payment["state"] in OVER:
            break
        await asyncio.sleep(keeper.random.uniform(*LOOK_S))
        payment = await keeper.read(tab, payment["id"])
    return payment


async def seen_through(keeper: Keeper, tab: str, payment: Any) -> Any:
    """Wait for a charge; where there is a page to pay on after all, pay there."""
    payment = await come_of(keeper, tab, payment)
    return await paying.paid(keeper, tab, payment, keeper.random.choice(("pay", "remember")))


async def charged(keeper: Keeper, tab: str, means: str, key: str | None = None) -> Any:
    """Have it charged, and see it through."""
    return await seen_through(keeper, tab, await keeper.charge(tab, key or new_key(), means))


async def plainly(keeper: Keeper) -> None:
    """Have all of it charged."""
    async for means, _ in remembered(keeper):
        await charged(keeper, "tab", means)


async def in_two_tabs(keeper: Keeper) -> None:
    """Have the same charged in two tabs at once, under a key each."""
    async for means, _ in remembered(keeper):
        await asyncio.gather(charged(keeper, "left", means), charged(keeper, "right", means))


async def beside_the_page(keeper: Keeper) -> None:
    """Begin to pay on the page, have the same charged in another tab, and press the page's button."""
    async for means, _ in remembered(keeper):
        opened = await paying.opened(keeper, "page", new_key())
        await asyncio.gather(paying.paid(keeper, "page", opened), charged(keeper, "card", means))


async def with_lost_answers(keeper: Keeper) -> None:
    """Have it charged, do not wait for the answer, and again under the same key; then anew under another."""
    async for means, _ in remembered(keeper):
        key = new_key()
        hasty = asyncio.create_task(keeper.charge("hasty", key, means, 1))
        await asyncio.sleep(keeper.random.uniform(0, 0.1))
        hasty.cancel()
        with suppress(asyncio.CancelledError, Unanswered):
            await hasty
        await asyncio.gather(charged(keeper, "one", means, key), charged(keeper, "two", means, key))
        await charged(keeper, "anew", means)


async def forgetting_meanwhile(keeper: Keeper) -> None:
    """Have the card forgotten while it is charged; then try to have something charged to it."""
    is_first = True
    async for means, _ in remembered(keeper):
        if is_first:
            await asyncio.gather(charged(keeper, "tab", means), forgotten_soon(keeper, means))
        else:
            await charged(keeper, "tab", means)
            await paying.plainly(keeper)
        is_first = False


async def forgotten_soon(keeper: Keeper, means: str) -> None:
    """Have the card forgotten in a moment."""
    await asyncio.sleep(keeper.random.uniform(0, 0.3))
    await keeper.forget(new_key(), means)


async def forgotten_at_bank(keeper: Keeper) -> None:
    """Have something charged to a card that the bank forgets meanwhile."""
    async for means, order in remembered(keeper):
        await asyncio.gather(keeper.is_forgotten_at_bank(order), charged(keeper, "tab", means))


async def blocked(keeper: Keeper) -> None:
    """Have all of it charged to a card that the bank has blocked."""
    async for means, order in remembered(keeper):
        await keeper.is_blocked(order)
        await charged(keeper, "tab", means)


async def paid_late(keeper: Keeper) -> None:
    """Have it charged to a blocked card: the bank takes the money after all, when another order is there to be paid."""
    ways = list(LATE)
    keeper.random.shuffle(ways)
    async for means, order in remembered(keeper):
        await keeper.is_blocked(order)
        opened = await come_of(keeper, "tab", await keeper.charge("tab", new_key(), means))
        if opened is not None and opened["address"] is not None and (first := await keeper.declined(opened)):
            await ways.pop()(keeper, opened, first)


async def late_and_paid_then(keeper: Keeper, opened: Any, first: str) -> None:
    """Pay on the page after the bank took the money for the first order, if that can be paid still."""
    await keeper.pays_late(first)
    await paying.paid(keeper, "tab", opened)


async def paid_and_late_then(keeper: Keeper, opened: Any, first: str) -> None:
    """Pay on the page, and then the bank takes the money for the first order too."""
    await paying.paid(keeper, "tab", opened, keeper.random.choice(("pay", "remember")))
    await keeper.pays_late(first)


async def paid_and_late_at_once(keeper: Keeper, opened: Any, first: str) -> None:
    """Pay on the page while the bank takes the money for the first order."""
    await asyncio.gather(paying.paid(keeper, "tab", opened), keeper.pays_late(first))


async def late_alone(keeper: Keeper, opened: Any, first: str) -> None:
    """Leave the page alone: the bank takes the money for the first order."""
    await keeper.pays_late(first)
    await keeper.until("tab", opened, OVER)


LATE: Final = (late_and_paid_then, paid_and_late_then, paid_and_late_at_once, late_alone)


async def gone_at_once(keeper: Keeper) -> None:
    """Have it charged, and close the page before the answer is there."""
    async for means, _ in remembered(keeper):
        with suppress(TimeoutError, Unanswered):
            async with asyncio.timeout(keeper.random.uniform(0.01, 0.2)):
                await keeper.charge("tab", new_key(), means, 1)


def order_of(payment: Any) -> str:
    """The bank's order, as the address of its page tells it."""
    return str(parse_qs(urlsplit(payment["address"]).query)["order"][0])


SCRIPTS: Final[dict[KeeperScript, int]] = {
    plainly: 5,
    in_two_tabs: 4,
    beside_the_page: 4,
    with_lost_answers: 4,
    forgetting_meanwhile: 2,
    forgotten_at_bank: 2,
    blocked: 3,
    paid_late: 2,
    gone_at_once: 2,
}
"""How many go about it in which way, as parts of all."""

LEAVING: Final = frozenset({gone_at_once})
"""Those who leave before the end."""
