"""Spares a legacy system and hides its passing troubles.

``SystemGuard`` stands between an adapter and its system: it sees every call, and decides whether and when it is made.
``Resilient`` stands in front of a read: it asks again for what is worth asking again.
"""

from gateway.sources.resilient.capacity import Capacity, Lane
from gateway.sources.resilient.guard import SystemGuard
from gateway.sources.resilient.read import Resilient
from gateway.sources.resilient.telemetry import ResilienceTelemetry

__all__ = ["Capacity", "Lane", "ResilienceTelemetry", "Resilient", "SystemGuard"]
