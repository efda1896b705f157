"""Renewals, put together: the policy core that prices them, and who is told how they go on."""

from __future__ import annotations

from dataclasses import dataclass

from domain.commands import QuoteRenewal
from domain.renewals.models import PREMIUM_DIFFERS, RenewalOffer
from domain.renewals.ports import RenewalPorts
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["RenewalTally", "ports"]


def ports(quote: QuoteRenewal | None, metrics: Metrics) -> RenewalPorts | None:
    """Return what renewals stand on; none where nobody gives prices."""
    return None if quote is None else RenewalPorts(quote, RenewalTally(metrics))


@dataclass(frozen=True, slots=True)
class RenewalTally:
    """Counts offers by the states that they come to, and writes which a person has to look at: by number alone."""

    metrics: Metrics

    def __call__(self, offer: RenewalOffer) -> None:
        """Tell of one."""
        self.metrics.renewal_offers.labels(offer.state.value).inc()
        if offer.failure == PREMIUM_DIFFERS:
            logger().error("renewal agreed at another price", offer=offer.number)
