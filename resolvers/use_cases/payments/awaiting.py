"""Whoever was told to wait for a payment is told how the waiting has ended, once, in the transaction that ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from domain.accounts.messages import Template
from domain.payments import judging
from resolvers.use_cases.telling import tell_client

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.ports import UnitOfWork
    from domain.payments.models import Payment

__all__ = ["AT_ONCE", "tell_failed", "tell_ready"]

AT_ONCE: Final = timedelta(0)
"""For what comes so late that nobody looks on any more."""


async def tell_ready(work: UnitOfWork, after: Payment, told_after: timedelta, at: datetime) -> None:
    """Tell who waited for long that the payment can be made now, if it can."""
    if judging.was_awaited(after, told_after, at):
        await tell_client(work, after.client, Template.PAYMENT_READY, after.number)


async def tell_failed(work: UnitOfWork, before: Payment, after: Payment, told_after: timedelta, at: datetime) -> None:
    """Tell who waited for long that the payment has failed, if it just has."""
    if judging.was_awaited_in_vain(before, after, told_after, at):
        await tell_client(work, after.client, Template.PAYMENT_FAILED, after.number)
