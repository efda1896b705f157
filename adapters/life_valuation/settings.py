"""Settings of the life valuation adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from adapters.gate import Lane, Limits

__all__ = ["JOB", "NIGHTLY", "Settings"]

JOB: Final = "valuation_poll"
"""The operation that brings the result of a job, from its submission on."""

NIGHTLY: Final = "nightly"
"""The operation that brings the nightly file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the engine is and how hard it may be pressed; batch limits are those of contract/PROTOCOL.md.

    Units: seconds and bytes. ``first_poll_s`` holds when the engine gives no estimate of its own; the pause between
    later polls grows by ``poll_backoff`` from ``poll_pause_s`` to ``poll_pause_max_s``. ``jobs`` is how many valuation
    jobs this process keeps running at once. An answer that takes ``slow_s``, or a job ``slow_job_s``, is slower than
    a healthy engine's.
    """

    url: str
    key: str = field(repr=False)
    timeout_s: float = 10.0
    slow_s: float = 3.0
    slow_job_s: float = 9.0
    concurrency: int = 8
    max_body_bytes: int = 8 * 1024**2
    contracts_per_call: int = 50
    clients_per_call: int = 50
    tickers_per_call: int = 20
    contracts_per_job: int = 25
    jobs: int = 4
    first_poll_s: float = 2.0
    poll_pause_s: float = 0.25
    poll_backoff: float = 1.6
    poll_pause_max_s: float = 2.0
    history_days: int = 365
    nightly_timeout_s: float = 120.0
    max_nightly_bytes: int = 512 * 1024**2

    @property
    def limits(self) -> Limits:
        """What the transport must keep to."""
        return Limits(
            concurrency=self.concurrency,
            timeout_s=self.timeout_s,
            max_body_bytes=self.max_body_bytes,
            slow_s=self.slow_s,
            lanes={JOB: Lane(self.jobs, self.slow_job_s), NIGHTLY: Lane(1, self.slow_s)},
        )
