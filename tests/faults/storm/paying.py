"""What customers do who pay: each script is one way to go about it, none of them tidy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias
from uuid import uuid4

from tests.faults.storm.browser import OVER, Browser, Unanswered

__all__ = ["LEAVING", "SCRIPTS", "Script"]

Script: TypeAlias = Callable[[Browser], Awaitable[None]]

OPEN: Final = frozenset({"OPEN"})


def new_key() -> str:
    """Make a key for a new wish."""
    return str(uuid4())


async def opened(browser: Browser, tab: str, key: str) -> Any:
    """Begin to pay, and wait for the address; None if there is nothing to pay any more."""
    payment = await browser.start(tab, key)
    return None if payment is None else await browser.until(tab, payment, OPEN)


async def paid(browser: Browser, tab: str, payment: Any, action: str = "pay") -> Any:
    """Press a button on the bank's page, and wait until the gateway knows what came of it."""
    if payment is None or payment["address"] is None:
        return payment
    await browser.press(payment["address"], action)
    return await browser.until(tab, payment, OVER)


async def plainly(browser: Browser) -> None:
    """Begin, pay, wait."""
    await paid(browser, "tab", await opened(browser, "tab", new_key()))


async def in_two_tabs(browser: Browser) -> None:
    """Begin in two tabs at once, under a key each, and pay in both."""

    async def in_one(tab: str) -> None:
        await paid(browser, tab, await opened(browser, tab, new_key()))

    await asyncio.gather(in_one("left"), in_one("right"))


async def with_lost_answers(browser: Browser) -> None:
    """Begin, do not wait for the answer, and begin under the same key: at once, and when it is paid."""
    key = new_key()
    hasty = asyncio.create_task(browser.start("hasty", key, 1))
    await asyncio.sleep(browser.random.uniform(0, 0.1))
    hasty.cancel()
    with suppress(asyncio.CancelledError, Unanswered):
        await hasty
    first, second = await asyncio.gather(opened(browser, "one", key), opened(browser, "two", key))
    await paid(browser, "one", first or second)
    await browser.start("again", key)


async def declined(browser: Browser) -> None:
    """Have the card declined, then try again under a new key, and pay."""
    first = await paid(browser, "tab", await opened(browser, "tab", new_key()), "decline")
    if first is not None and first["state"] == "FAILED":
        await paid(browser, "tab", await opened(browser, "tab", new_key()))


async def twice(browser: Browser) -> None:
    """Pay, press again, and begin anew what is paid already, under a new key."""
    payment = await paid(browser, "tab", await opened(browser, "tab", new_key()))
    if payment is not None and payment["address"] is not None:
        await browser.press(payment["address"], "pay", 1)
    await paid(browser, "other", await opened(browser, "other", new_key()))


async def paid_and_gone(browser: Browser) -> None:
    """Pay, and close the page before anybody says that it is paid."""
    payment = await opened(browser, "tab", new_key())
    if payment is not None and payment["address"] is not None:
        await browser.press(payment["address"], "pay")


async def gone_at_the_bank(browser: Browser) -> None:
    """Open the bank's page, and close it."""
    payment = await opened(browser, "tab", new_key())
    if payment is not None and payment["address"] is not None:
        await browser.visit(payment["address"])


async def gone_before_the_bank(browser: Browser) -> None:
    """Begin, and never go to the bank."""
    await opened(browser, "tab", new_key())


async def gone_at_once(browser: Browser) -> None:
    """Begin, and close the page before the answer is there."""
    with suppress(TimeoutError):
        async with asyncio.timeout(browser.random.uniform(0.01, 0.2)):
            await browser.start("tab", new_key(), 1)


SCRIPTS: Final[dict[Script, int]] = {
    plainly: 5,
    in_two_tabs: 5,
    with_lost_answers: 5,
    declined: 3,
    twice: 3,
    paid_and_gone: 3,
    gone_at_the_bank: 1,
    gone_before_the_bank: 1,
    gone_at_once: 1,
}
"""How many go about it in which way, as parts of all."""

LEAVING: Final = frozenset({gone_at_the_bank, gone_before_the_bank, gone_at_once})
"""Those who leave without paying: what they began is over when its time is."""
