"""Settings of how concurrent requests share calls of the legacy systems; the same for each read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gateway.settings.declaring import Between

__all__ = ["CoalescingSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalescingSettings:
    """When keys of concurrent requests go to a system together.

    ``hold_s`` is a balance: longer means fewer calls of a slow system, shorter means that one slow answer keeps fewer
    requests waiting.
    """

    enabled: Annotated[bool, "Let concurrent requests share calls; off to compare, or to look for a fault"] = True
    in_flight: Annotated[
        int, "Calls of one read on their way at once before keys collect for the next", Between(1, 1000)
    ] = 1
    hold_s: Annotated[float, "Seconds on its way after which a call keeps no keys waiting", Between(0, 60)] = 0.1
    patience_s: Annotated[
        float,
        "Seconds that a call may take though all who wait are in a hurry; at most half of what a request gets",
        Between(0, 300),
    ] = 5.0
    bisection_share: Annotated[float, "Failed calls asked again in halves, for each call of a read", Between(0, 1)] = (
        0.05
    )
    bisections: Annotated[float, "Of those, how many can be saved up; 0 asks none again", Between(0, 1000)] = 5.0
