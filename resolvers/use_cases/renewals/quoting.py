"""Prices of a choice and of ways to save, asked of the policy core; each under an id that is always the same."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from domain.clock import Deadline
from domain.errors import GatewayError
from domain.renewals import saving
from domain.renewals.written import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.commands import QuoteRenewal
    from domain.models import PolicyNumber, RenewalChoice, RenewalQuote
    from domain.ports import Call
    from domain.renewals.models import Alternative, OfferId, WayToSave

__all__ = ["quoted"]

SPARE_S: Final = 1.0
"""How much of the time is left for the rest; an alternative that is slower than that is left out."""


async def quoted(
    quote: QuoteRenewal,
    offer: OfferId,
    policy: PolicyNumber,
    choice: RenewalChoice,
    alternatives: Sequence[Alternative],
    call: Call,
) -> tuple[RenewalQuote, tuple[WayToSave, ...]]:
    """Return the price of a choice, and which alternatives are cheaper.

    Asked again, the core gives the same quotes. The choice comes first: where that has no price, nothing else is asked.
    Raises: what ``quote`` does for the choice; an alternative that fails is left out.
    """
    base = await quote(policy, choice, _request_id(offer, choice), call)
    within = replace(call, deadline=Deadline(call.deadline.clock, call.deadline.at_s - SPARE_S))

    async def tried(alternative: Alternative) -> RenewalQuote | None:
        try:
            return await quote(policy, alternative.choice, _request_id(offer, alternative.choice), within)
        except GatewayError:
            return None

    prices = await asyncio.gather(*map(tried, alternatives))
    return base, saving.cheaper(base, zip(alternatives, prices, strict=True))


def _request_id(offer: OfferId, choice: RenewalChoice) -> str:
    return str(uuid5(offer, json.dumps(written(choice), sort_keys=True)))
