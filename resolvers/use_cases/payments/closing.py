"""A payment that waits for a person is closed by one who has seen to the money; then the same may be paid again.

An order of which the acquirer has said nothing of use is watched still: it may be paid after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments import judging
from domain.payments.watching import WatchedOrder

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.ports import Store

__all__ = ["close"]


async def close(store: Store, number: int, by: str, reason: str, at: datetime) -> bool:
    """Close one, and keep for good who did and why. Returns whether it waited. Raises: ``StoreUnavailable``."""
    async with store.work() as work:
        payment = await work.payments.by_number(number)
        if payment is None or not payment.waits_for_a_person:
            return False
        await work.payments.change(judging.closed(payment, at))
        if payment.order is not None and payment.paid_at is None:
            await work.watched_orders.add(WatchedOrder(payment.order, payment.id, at, at))
        await work.payments.closed(payment.id, by, reason, at)
    return True
