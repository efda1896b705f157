"""A stopped payment is closed by a person who has seen to the money; then the same may be paid again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments import judging
from domain.payments.models import PaymentFailure, PaymentState

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.ports import Store

__all__ = ["close"]


async def close(store: Store, number: int, by: str, reason: str, at: datetime) -> bool:
    """Close one, and keep for good who did and why. Returns whether it was stopped. Raises: ``StoreUnavailable``."""
    async with store.work() as work:
        payment = await work.payments.by_number(number)
        if payment is None or payment.state is not PaymentState.STOPPED:
            return False
        await work.payments.change(judging.failed(payment, PaymentFailure.CLOSED, at))
        await work.payments.closed(payment.id, by, reason, at)
    return True
