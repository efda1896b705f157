"""What stands between the product and the reads of one system: sharing, cache, guard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from domain import models
from domain.clock import Clock
from domain.ports import Read
from gateway.settings import Settings
from gateway.sources import renewals as renewing
from gateway.sources import valuations
from gateway.sources.batches import CoalescingMetrics, CoalescingRules
from gateway.sources.bisection import BisectionBudget
from gateway.sources.cache import Cache
from gateway.sources.cached import Cached
from gateway.sources.coalesced import Coalesced
from gateway.sources.codec import Codec
from gateway.sources.resilient import ResilienceTelemetry, Resilient, SystemGuard
from gateway.sources.store import CacheMetrics

__all__ = ["ReadTelemetry", "Rows"]

K = TypeVar("K")
V = TypeVar("V")


class ReadTelemetry(CacheMetrics, CoalescingMetrics, ResilienceTelemetry, Protocol):
    """Is told of upstream calls that were shared or not made, and of the cache."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Puts the decorators around the reads of one system."""

    settings: Settings
    guard: SystemGuard
    clock: Clock
    telemetry: ReadTelemetry
    cache: Cache

    @property
    def section(self) -> Any:
        """The adapter's own settings."""
        return self.settings.adapters[self.guard.source.value]

    def row(self, name: str, read: Read[K, V], max_batch: int) -> Read[K, V]:
        """Return a read as nearly all are: shared by concurrent requests over asked again when that may help."""
        return self._shared(name, Resilient(read, name, self.guard), max_batch, self.settings.coalescing.in_flight)

    def valuations(
        self, name: str, read: Read[models.PolicyNumber, models.LifeValuation], max_batch: int
    ) -> Read[models.PolicyNumber, models.LifeValuation]:
        """Return a read that is kept for a while too: valuations cost the engine seconds each.

        As many batches as the engine runs jobs, so that a cold contract need not wait for another's job.
        """
        return self._shared(name, self.remembered(name, read), max_batch, self.section.jobs)

    def remembered(
        self, name: str, read: Read[models.PolicyNumber, models.LifeValuation]
    ) -> Cached[models.PolicyNumber, models.LifeValuation]:
        """Return a read of valuations that are kept for a while."""
        engine = self.section
        policy = valuations.policy(
            self.settings.cache, self.settings.limits.request_deadline_s, engine.jobs, engine.contracts_per_job
        )
        return self.cache.over(Resilient(read, name, self.guard), Codec(models.LifeValuation), policy)

    def renewals(
        self, name: str, read: Read[models.PolicyNumber, models.Renewal], max_batch: int
    ) -> Read[models.PolicyNumber, models.Renewal]:
        """Return a read that is kept for minutes: one policy a call, and asked by every home screen.

        Only what is fresh is an answer, and nobody's visit. While the store is away as many are asked for at once as
        the system takes: then it is no slower than without a cache.
        """
        if not self.settings.cache.renewals_s:
            return self.row(name, read, max_batch)
        policy = renewing.policy(self.settings.cache, self.settings.limits.request_deadline_s)
        asking = Resilient(read, name, self.guard)
        kept = self.cache.over(asking, Codec(models.Renewal), policy, at_once=self.section.concurrency)
        return self._shared(name, kept.refresh, max_batch, self.settings.coalescing.in_flight)

    def _shared(self, name: str, read: Read[K, V], max_batch: int, in_flight: int) -> Read[K, V]:
        chosen = self.settings.coalescing
        if not chosen.enabled:
            return read
        # Less than a request gets: else no batch would reach its deadline, and no breaker see that.
        patience_s = min(chosen.patience_s, self.settings.limits.request_deadline_s / 2)
        rules = CoalescingRules(max_batch, in_flight, chosen.hold_s, patience_s)
        budget = BisectionBudget(chosen.bisection_share, chosen.bisections)
        return Coalesced(read, self.guard.source, name, rules, budget, self.clock, self.telemetry)
