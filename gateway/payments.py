"""Payments, put together: the acquirer behind its port, the rules, and who is alarmed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from domain.payments.models import Payment
from domain.payments.ports import PaymentPorts, PaymentRules
from gateway import acquirer
from gateway.observability.acquirer import AcquirerTelemetry
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics
from gateway.settings import AcquirerSettings

__all__ = ["Alarm", "connect", "why_a_person"]

NOT_TOLD: Final = "NOT_TOLD"
"""The acquirer's answers have been of no use for so long that somebody has to ask it otherwise."""

PAID_TWICE: Final = "PAID_TWICE"
"""A second order of the payment was paid: that money is to go back."""


@asynccontextmanager
async def connect(settings: AcquirerSettings, metrics: Metrics) -> AsyncIterator[PaymentPorts | None]:
    """Open what payments stand on; none where no acquirer is set. Nothing is asked of it yet."""
    async with acquirer.opened(settings, AcquirerTelemetry(metrics)) as client:
        if client is None:
            yield None
        else:
            yield PaymentPorts(client, settings.allowed, Alarm(metrics), rules(settings))


@dataclass(frozen=True, slots=True)
class Alarm:
    """Counts payments that a person has to look at, and writes which: by number, never by whom or where."""

    metrics: Metrics

    def __call__(self, payment: Payment) -> None:
        """Tell of one."""
        failure = why_a_person(payment)
        self.metrics.payments_stopped.labels(failure).inc()
        logger().error("payment needs a person", payment=payment.number, failure=failure)


def why_a_person(payment: Payment) -> str:
    """Return why a person has to look at a payment, in a word."""
    if payment.doubled_at is not None:
        return PAID_TWICE
    if payment.cannot_be_told_of:
        return NOT_TOLD
    assert payment.failure is not None
    return payment.failure.value


def rules(settings: AcquirerSettings) -> PaymentRules:
    """Return the settings as the domain wants them said."""
    joint = "&" if "?" in settings.return_url else "?"
    return PaymentRules(
        f"{settings.return_url}{joint}payment=",
        timedelta(seconds=settings.order_life_s),
        timedelta(seconds=settings.unshown_order_life_s),
        timedelta(seconds=settings.patience_s),
        timedelta(seconds=settings.told_after_s),
        timedelta(seconds=settings.check_every_s),
        settings.timeout_s,
        timedelta(seconds=settings.watch_orders_for_s),
    )
