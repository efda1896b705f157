"""What every way to a legacy system is put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

from adapters import claims_core, life_valuation, policy_core
from adapters.gate import Limits
from adapters.transport import Observer, Transport
from domain.clock import Clock
from domain.errors import Source
from gateway.rows import ReadTelemetry
from gateway.settings import Settings
from gateway.sources.resilient import Capacity, Lane, SystemGuard

__all__ = ["ADAPTER_SETTINGS", "Telemetry", "capacity", "guard", "wire"]

ADAPTER_SETTINGS: Final[Mapping[str, type]] = {
    Source.POLICY_CORE.value: policy_core.Settings,
    Source.CLAIMS_CORE.value: claims_core.Settings,
    Source.LIFE_VALUATION.value: life_valuation.Settings,
}
"""Section of the settings -> its dataclass in the adapter's folder."""


class Telemetry(Observer, ReadTelemetry, Protocol):
    """Is told of upstream calls too."""


def guard(settings: Settings, source: Source, clock: Clock, telemetry: Telemetry) -> SystemGuard:
    """Return what stands between a system's adapter and the system."""
    section = cast("Any", settings.adapters[source.value])
    return SystemGuard(source, capacity(section.limits), settings.resilience, clock, telemetry)


def wire(settings: Settings, guarding: SystemGuard, telemetry: Telemetry) -> tuple[Any, Transport]:
    """Return what an adapter is made of: its section of the settings, and a transport of its own."""
    section = cast("Any", settings.adapters[guarding.source.value])
    return section, Transport(guarding.source, section.limits, telemetry, gate=guarding)


def capacity(limits: Limits) -> Capacity:
    """Return how hard a system may be pressed, as its guard wants it said."""
    # An answer never takes longer than its exchange may, so with little patience that is what slow means.
    common = Lane(limits.concurrency, min(limits.slow_s, limits.timeout_s))
    return Capacity(
        common, {operation: Lane(lane.concurrency, lane.slow_s) for operation, lane in limits.lanes.items()}
    )
