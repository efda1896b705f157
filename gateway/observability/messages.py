"""Watches what is sent to people."""

from __future__ import annotations

from dataclasses import dataclass

from domain.accounts.ports import Message
from gateway.observability.logs import logger
from gateway.observability.metrics import Metrics

__all__ = ["MessageTelemetry"]


@dataclass(frozen=True, slots=True)
class MessageTelemetry:
    """Counts messages, and writes which template went how, never to whom or with what."""

    metrics: Metrics

    def sent(self, message: Message, outcome: str, reason: str, seconds: float) -> None:
        """Record one attempt; ``outcome`` is ``sent``, ``unavailable`` or ``refused``."""
        self.metrics.messages.labels(message.kind.value, outcome).inc()
        line = logger().debug if outcome == "sent" else logger().warning
        line(
            "message",
            kind=message.kind.value,
            template=message.template.value,
            outcome=outcome,
            reason=reason,
            seconds=round(seconds, 4),
        )
