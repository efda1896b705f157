"""A read, a clock and counters to put around what is tested."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain import models
from domain.clock import Deadline
from domain.money import Money
from domain.ports import Call, Outcome
from gateway.sources.store import CacheFailure, CacheOutcome, Verdict

COMPUTED_AT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


@dataclass(slots=True)
class StillClock:
    """Moves only when told."""

    instant: datetime = COMPUTED_AT
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.instant + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@dataclass(slots=True)
class RunningClock:
    """The event loop's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()


def valuation(number: str) -> models.LifeValuation:
    """The worked example: 4 200 000 at 71 % of the growth from 1845.62 to 2340.90."""
    return models.LifeValuation(
        number=models.PolicyNumber(number),
        as_of=COMPUTED_AT,
        stale=False,
        current_level=Decimal("2340.9000"),
        performance_percent=Decimal("26.8354"),
        guaranteed=Money(Decimal("4200000.00")),
        investment_income=Money(Decimal("800232.42")),
        available_income=Money(Decimal("661754.74")),
        payout_at_maturity=Money(Decimal("5000232.42")),
        surrender_value=None,
        coupons=(models.Coupon(observed_on=COMPUTED_AT.date(), earned=None, amount=None, paid_on=None),),
        fx_rate=None,
        tax_estimate=None,
    )


@dataclass(slots=True)
class LifeSystem:
    """A read that counts; ``gate`` holds it back while it is closed."""

    answer: Callable[[str], Outcome[models.LifeValuation]] = valuation
    batches: list[tuple[str, ...]] = field(default_factory=list)
    cancelled: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, keys: Sequence[str], call: Call, /) -> Sequence[Outcome[models.LifeValuation]]:
        self.batches.append(tuple(keys))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return [self.answer(key) for key in keys]

    @property
    def computations(self) -> Counter[str]:
        return Counter(key for batch in self.batches for key in batch)


@dataclass(slots=True)
class Counts:
    """Counts as the metrics would."""

    answers: Counter[CacheOutcome] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    revalidations: int = 0
    takeovers: int = 0
    failures: Counter[CacheFailure] = field(default_factory=Counter)
    reachable: list[bool] = field(default_factory=list)

    def answered(self, read: str, outcome: CacheOutcome) -> None:
        self.answers[outcome] += 1

    def computed(self, read: str, verdict: Verdict) -> None:
        self.verdicts[verdict] += 1

    def revalidating(self, read: str, count: int) -> None:
        self.revalidations += count

    def took_over(self, read: str) -> None:
        self.takeovers += 1

    def failed(self, read: str, failure: CacheFailure) -> None:
        self.failures[failure] += 1

    def store_is(self, *, reachable: bool) -> None:
        self.reachable.append(reachable)


def within(seconds: float) -> Call:
    """A call with that much time."""
    return Call(Deadline.after(RunningClock(), seconds))
