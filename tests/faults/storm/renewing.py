"""What customers do who renew a policy: each script is one way to go about it, and to pay for it in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any, Final, TypeAlias

from resolvers import ids
from tests.e2e.renewing import plain
from tests.faults.storm import paying
from tests.faults.storm.browser import LOOK_S, TRIES, Unanswered
from tests.faults.storm.paying import new_key
from tests.faults.storm.people import Payable, instalment_of
from tests.faults.storm.renewer import Renewer

__all__ = ["LEAVING", "SCRIPTS"]

RenewalScript: TypeAlias = Callable[[Renewer], Awaitable[None]]

ROUNDS: Final = 6
"""How many codes are asked for, and how many prices are looked at, before somebody gives up."""
PAYING: Final = (paying.plainly, paying.in_two_tabs, paying.with_lost_answers, paying.declined, paying.paid_and_gone)


async def priced(renewer: Renewer, tab: str, key: str | None = None, *, other: bool = False) -> Any:
    """Look at what can be chosen, and have it priced; None if there is nothing to renew."""
    policy = await renewer.choices()
    choices = policy["renewal"]["choices"]
    choice = plain(choices["proposed"])
    if other:
        choice = changed(choice, choices, renewer.random)
    return await renewer.price(tab, key or new_key(), policy["id"], choice)


def changed(choice: Any, choices: Any, random: Random) -> Any:
    """Choose something else: in most products anybody may drive, in others a sum or a deductible can be another."""
    sums = {each["riskCode"]: [one["amount"] for one in each["sums"]] for each in choices["coverages"]}
    return {
        "coverages": [{**each, "sumInsured": random.choice(sums[each["riskCode"]])} for each in choice["coverages"]],
        "deductible": random.choice([None, *(each["amount"] for each in choices["deductibles"])]),
        "instalmentCount": random.choice(choices["instalmentCounts"]),
        "driverIds": None if choices["canLiftDriverLimit"] else choice["driverIds"],
    }


async def signed(renewer: Renewer, tab: str, offer: Any, *, wrong_first: bool = False, twice: bool = False) -> bool:
    """Have a code sent and sign with it; whether the offer was signed, as far as the customer knows."""
    for _ in range(ROUNDS):
        if await renewer.accept(tab, new_key(), offer) is None:
            return False
        code = await renewer.code()
        if code is None:
            continue
        key = new_key()
        if wrong_first:
            wrong = "000000" if code != "000000" else "000001"
            await renewer.sign(tab, key, offer, wrong, meant=False)
        if twice:
            both = await asyncio.gather(*(renewer.sign(tab, key, offer, code) for _ in range(2)))
            payload = both[0]
        else:
            payload = await renewer.sign(tab, key, offer, code)
        if "WrongCode" not in {each["__typename"] for each in payload["errors"]}:
            return payload["offer"] is not None
    return False


async def agreed(renewer: Renewer, tab: str, offer: Any, **how: bool) -> Any:
    """Sign, wait for the core, and sign anew whenever the price has changed; None if it came to nothing."""
    for _ in range(ROUNDS):
        if offer is None or not await signed(renewer, tab, offer, **how):
            return None
        offer = await renewer.settled(tab, await renewer.offer(tab, offer["id"]))
        if offer["state"] == "AGREED":
            return offer
        if offer["state"] != "REPRICED":
            return None
        offer = await renewer.offer(tab, offer["replacedBy"])
    return None


async def paid(renewer: Renewer, offer: Any, pay: paying.Script | None = None) -> None:
    """Pay what was agreed, as untidily as anybody: as the renewal or as the first instalment of the new policy."""
    if offer is None:
        return
    for _ in range(TRIES):
        if offer["newPolicy"] is not None:
            break
        await asyncio.sleep(renewer.random.uniform(*LOOK_S))
        offer = await renewer.offer("new", offer["id"])
    else:
        raise Unanswered
    decoded = ids.decode(offer["newPolicy"]["id"])
    assert decoded is not None
    instalment = instalment_of(int(decoded.internal), 1)
    renewer.payable = Payable(instalment.subject, {"renewalOf": offer["id"]})
    if renewer.random.random() < 0.3:
        await paying.opened(renewer, "as renewal", new_key())
        renewer.payable = instalment
    await (pay or renewer.random.choice(PAYING))(renewer)


async def plainly(renewer: Renewer) -> None:
    """Price, sign, pay."""
    await paid(renewer, await agreed(renewer, "tab", await priced(renewer, "tab")))


async def another_choice(renewer: Renewer) -> None:
    """Price what is proposed, then something else, and take that; the first code is a wrong one."""
    await priced(renewer, "tab")
    offer = await priced(renewer, "tab", other=True)
    await paid(renewer, await agreed(renewer, "tab", offer, wrong_first=True))


async def with_lost_answers(renewer: Renewer) -> None:
    """Price without waiting for the answer, and again under the same key; sign twice at once."""
    key = new_key()
    with suppress(TimeoutError, Unanswered):
        async with asyncio.timeout(renewer.random.uniform(0.05, 0.5)):
            await priced(renewer, "hasty", key)
    one, two = await asyncio.gather(priced(renewer, "one", key), priced(renewer, "two", key))
    await paid(renewer, await agreed(renewer, "one", one or two, twice=True))


async def in_two_tabs(renewer: Renewer) -> None:
    """Price in two tabs, and sign both offers at once."""
    tabs = ("left", "right")
    offers = [await priced(renewer, tab, other=tab == "right") for tab in tabs]
    codes = []
    for tab, offer in zip(tabs, offers, strict=True):
        if offer is not None:
            await renewer.accept(tab, new_key(), offer)
        codes.append(await renewer.code())
    both = zip(tabs, offers, codes, strict=True)
    await asyncio.gather(
        *(renewer.sign(tab, new_key(), offer, code) for tab, offer, code in both if offer is not None and code)
    )
    for tab, offer in zip(tabs, offers, strict=True):
        if offer is not None:
            found = await renewer.settled(tab, await renewer.offer(tab, offer["id"]))
            if found["state"] == "AGREED":
                await paid(renewer, found)


async def unwilling_to_pay_more(renewer: Renewer) -> None:
    """Sign, and leave it at that if the price has changed."""
    offer = await priced(renewer, "tab")
    if offer is not None and await signed(renewer, "tab", offer):
        found = await renewer.settled("tab", await renewer.offer("tab", offer["id"]))
        if found["state"] == "AGREED":
            await paid(renewer, found, paying.plainly)


async def gone_after_signing(renewer: Renewer) -> None:
    """Send the code, and close the page before the answer is there."""
    offer = await priced(renewer, "tab")
    if offer is None or await renewer.accept("tab", new_key(), offer) is None:
        return
    if (code := await renewer.code()) is not None:
        with suppress(TimeoutError, Unanswered):
            async with asyncio.timeout(renewer.random.uniform(0.01, 0.3)):
                await renewer.sign("tab", new_key(), offer, code, tries=1)


async def gone_before_signing(renewer: Renewer) -> None:
    """Have a code sent, and never enter it."""
    offer = await priced(renewer, "tab")
    if offer is not None and renewer.random.random() < 0.7:
        await renewer.accept("tab", new_key(), offer)


SCRIPTS: Final[dict[RenewalScript, int]] = {
    plainly: 5,
    another_choice: 4,
    with_lost_answers: 5,
    in_two_tabs: 3,
    unwilling_to_pay_more: 3,
    gone_after_signing: 2,
    gone_before_signing: 2,
}
"""How many go about it in which way, as parts of all."""

LEAVING: Final = frozenset({gone_after_signing, gone_before_signing})
"""Those who leave before the end."""
