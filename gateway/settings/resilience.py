"""Settings of what stands between the reads and the legacy systems; the same for each system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from gateway.settings.declaring import Between

__all__ = ["BreakerSettings", "HoldSettings", "ResilienceSettings", "RetrySettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySettings:
    """How often a read is asked again, and how much of a system's traffic that may become."""

    attempts: Annotated[int, "Times a key is asked in all; 1 never asks again", Between(1, 10)] = 3
    backoff_s: Annotated[float, "First pause in seconds, doubled each time, and as much jitter", Between(0, 10)] = 0.05
    backoff_max_s: Annotated[float, "Longest pause, in seconds", Between(0, 60)] = 1.0
    share: Annotated[float, "Retries that each read of a system pays for", Between(0, 1)] = 0.1
    floor_per_s: Annotated[float, "Retries a second that even a quiet system gets", Between(0, 100)] = 0.2
    burst: Annotated[float, "Retries that can be saved up", Between(1, 10_000)] = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """When calls of one operation of a system stop, and how they begin again."""

    window_calls: Annotated[int, "Latest calls that are looked at", Between(1, 10_000)] = 100
    window_s: Annotated[float, "Seconds after which a call no longer counts", Between(1, 3600)] = 30.0
    minimum_calls: Annotated[
        int, "Calls before anything is concluded, or callers in vain since the last answer", Between(1, 10_000)
    ] = 20
    failure_share: Annotated[float, "Share of failed calls that opens", Between(0.01, 1)] = 0.5
    slow_share: Annotated[float, "Share of slow calls that opens", Between(0.01, 1)] = 0.8
    open_s: Annotated[float, "Seconds without any call before the first probes", Between(0.01, 600)] = 5.0
    probes: Annotated[int, "Calls let through when half open; as many must succeed to close", Between(1, 100)] = 3

    def __post_init__(self) -> None:
        if self.minimum_calls > self.window_calls:
            raise ValueError("minimum_calls must not be above window_calls")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSettings:
    """How long a system that asked for it is left alone."""

    throttled_s: Annotated[float, "Seconds after a 429 that names no time", Between(0, 60)] = 1.0
    throttled_max_s: Annotated[float, "Longest time a 429 is believed, in seconds", Between(0, 3600)] = 60.0
    spread: Annotated[
        float, "Share of that time by which those who waited are let go one after the other", Between(0, 1)
    ] = 0.25
    maintenance_probe_s: Annotated[
        float, "Seconds between single calls that look whether maintenance is over", Between(0.01, 3600)
    ] = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilienceSettings:
    """How the systems are spared, and how much of their trouble is hidden."""

    retry: RetrySettings = field(default_factory=RetrySettings)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
    hold: HoldSettings = field(default_factory=HoldSettings)
    queue: Annotated[int, "Calls that may wait for their turn at one system", Between(0, 100_000)] = 512
    floor_s: Annotated[float, "A call is not begun with less than so many seconds left", Between(0, 10)] = 0.005
