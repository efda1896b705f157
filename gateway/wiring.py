"""Where the product meets the legacy systems: the only module that names adapters.

A read goes in or out of a cache, a breaker or a fault by one row here; nothing above or below has to change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar, cast

from adapters import claims_core, life_valuation, policy_core
from adapters.gate import Limits
from adapters.transport import Observer, Transport
from domain import models
from domain.clock import Clock
from domain.errors import Source
from domain.ports import Call, Files, Read, Reads
from gateway.settings import Settings
from gateway.sources import redis
from gateway.sources.batches import CoalescingMetrics, CoalescingRules
from gateway.sources.bisection import BisectionBudget
from gateway.sources.cached import Cached, CachePolicy, Keyer
from gateway.sources.coalesced import Coalesced
from gateway.sources.codec import Codec
from gateway.sources.guarded import GuardedStore
from gateway.sources.resilient import Capacity, Lane, ResilienceTelemetry, Resilient, SystemGuard
from gateway.sources.store import CacheMetrics, Store

__all__ = ["ADAPTER_SETTINGS", "Connected", "Telemetry", "connect"]

K = TypeVar("K")
V = TypeVar("V")

ADAPTER_SETTINGS: Final[Mapping[str, type]] = {
    Source.POLICY_CORE.value: policy_core.Settings,
    Source.CLAIMS_CORE.value: claims_core.Settings,
    Source.LIFE_VALUATION.value: life_valuation.Settings,
}
"""Section of the settings -> its dataclass in the adapter's folder."""

ONE: Final = "one"
"""Keys of a call whose operation takes no more: it is shared, and no key waits for another."""


class Telemetry(Observer, CacheMetrics, CoalescingMetrics, ResilienceTelemetry, Protocol):
    """Is told of upstream calls, of those that were shared or not made, and of the cache."""


class System(Protocol):
    """What every adapter is, besides its reads."""

    async def start(self) -> None:
        """Open the connection pool."""
        ...

    async def close(self) -> None:
        """Let every connection go."""
        ...

    async def ping(self, call: Call) -> None:
        """Ask for a sign of life. Raises: ``SourceError``."""
        ...


@dataclass(frozen=True, slots=True)
class Connected:
    """The legacy systems, ready to be asked.

    ``pings`` asks each for a sign of life; ``guards`` know what state each is in without asking.
    """

    reads: Reads
    files: Files
    pings: Mapping[Source, Callable[[Call], Awaitable[None]]]
    guards: Mapping[Source, SystemGuard] = field(default_factory=dict)


@asynccontextmanager
async def connect(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[Connected]:
    """Open every adapter and the cache; close them at the end. Nothing is asked of anybody yet."""
    async with AsyncExitStack() as stack:
        guards = {source: guard(settings, source, clock, telemetry) for source in Source}
        policies = policy_core.Adapter(*wire(settings, guards[Source.POLICY_CORE], telemetry))
        claims = claims_core.Adapter(*wire(settings, guards[Source.CLAIMS_CORE], telemetry))
        life = life_valuation.Adapter(*wire(settings, guards[Source.LIFE_VALUATION], telemetry))
        adapters: Mapping[Source, System] = {
            Source.POLICY_CORE: policies,
            Source.CLAIMS_CORE: claims,
            Source.LIFE_VALUATION: life,
        }
        for adapter in adapters.values():
            await adapter.start()
            stack.push_async_callback(adapter.close)
        backend = await stack.enter_async_context(redis.connected(settings.redis))
        store = GuardedStore(backend, clock, settings.redis.pause_s, telemetry)

        core, claim_rows, engine = (Rows(settings, guards[source], clock, telemetry) for source in Source)
        reads = Reads(
            clients=core.row("clients", policies.clients, "max_clients"),
            client_lookups=core.row("client_lookups", policies.client_lookups, ONE),
            policies=core.row("policies", policies.policies, "max_policies"),
            policies_by_number=core.row("policies_by_number", policies.policies_by_number, "max_policies"),
            policies_of_holder=core.row("policies_of_holder", policies.policies_of_holder, "max_holders"),
            instalments=core.row("instalments", policies.instalments, "max_policies"),
            documents=core.row("documents", policies.documents, "max_policies"),
            renewals=core.row("renewals", policies.renewals, ONE),
            product_rules=core.row("product_rules", policies.product_rules, ONE),
            claims=claim_rows.row("claims", claims.claims, "max_ids"),
            claims_by_number=claim_rows.row("claims_by_number", claims.claims_by_number, "max_numbers"),
            claims_of_policy=claim_rows.row("claims_of_policy", claims.claims_of_policy, "max_policies"),
            claim_messages=claim_rows.row("claim_messages", claims.claim_messages, ONE),
            repair_stations=claim_rows.row("repair_stations", claims.repair_stations, ONE),
            life_contracts=engine.row("life_contracts", life.life_contracts, "contracts_per_call"),
            life_contracts_of_holder=engine.row(
                "life_contracts_of_holder", life.life_contracts_of_holder, "clients_per_call"
            ),
            life_valuations=engine.shared(
                "life_valuations",
                remembered_valuations(
                    engine.resilient("life_valuations", life.life_valuations), settings, store, clock, telemetry
                ),
                "contracts_per_job",
                in_flight="jobs",
            ),
            life_surrender_tables=engine.row("life_surrender_tables", life.life_surrender_tables, "contracts_per_call"),
            life_strategies=engine.row("life_strategies", life.life_strategies, "contracts_per_call"),
            life_operations=engine.row("life_operations", life.life_operations, "contracts_per_call"),
            life_orders=engine.row("life_orders", life.life_orders, "contracts_per_call"),
            underlying_levels=engine.row("underlying_levels", life.underlying_levels, "tickers_per_call"),
        )
        pings = {source: adapter.ping for source, adapter in adapters.items()}
        yield Connected(reads, Files(policies.policy_document, claims.claim_file), pings, guards)


def capacity(limits: Limits) -> Capacity:
    """Return how hard a system may be pressed, as its guard wants it said."""
    # An answer never takes longer than its exchange may, so with little patience that is what slow means.
    common = Lane(limits.concurrency, min(limits.slow_s, limits.timeout_s))
    return Capacity(
        common, {operation: Lane(lane.concurrency, lane.slow_s) for operation, lane in limits.lanes.items()}
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Puts the decorators around the reads of one system. Limits are named as in the adapter's section."""

    settings: Settings
    guard: SystemGuard
    clock: Clock
    telemetry: Telemetry

    def row(self, name: str, read: Read[K, V], most: str) -> Read[K, V]:
        """Return a read as nearly all are: shared by concurrent requests, and asked again when that may help."""
        return self.shared(name, self.resilient(name, read), most)

    def resilient(self, name: str, read: Read[K, V]) -> Read[K, V]:
        """Return a read that asks again within the system's budget."""
        return Resilient(read, name, self.guard)

    def shared(self, name: str, read: Read[K, V], most: str, in_flight: str | None = None) -> Read[K, V]:
        """Return a read whose concurrent callers share calls of at most so many keys."""
        ours = self.settings.coalescing
        if not ours.enabled:
            return read
        section = self.settings.adapters[self.guard.source.value]
        rules = CoalescingRules(
            max_batch=1 if most == ONE else getattr(section, most),
            in_flight=getattr(section, in_flight) if in_flight else ours.in_flight,
            hold_s=ours.hold_s,
            # Less than a request gets: else a batch would never reach its deadline, and no breaker see it.
            patience_s=min(ours.patience_s, self.settings.limits.request_deadline_s / 2),
        )
        budget = BisectionBudget(ours.bisection_share, ours.bisections)
        return Coalesced(read, self.guard.source, name, rules, budget, self.clock, self.telemetry)


def guard(settings: Settings, source: Source, clock: Clock, telemetry: Telemetry) -> SystemGuard:
    """Return what stands between a system's adapter and the system."""
    section = cast("Any", settings.adapters[source.value])
    return SystemGuard(source, capacity(section.limits), settings.resilience, clock, telemetry)


def wire(settings: Settings, guarding: SystemGuard, telemetry: Telemetry) -> tuple[Any, Transport]:
    """Return what an adapter is made of: its section of the settings, and a transport of its own."""
    section = cast("Any", settings.adapters[guarding.source.value])
    return section, Transport(guarding.source, section.limits, telemetry, gate=guarding)


def remembered_valuations(
    read: Read[models.PolicyNumber, models.LifeValuation],
    settings: Settings,
    store: Store,
    clock: Clock,
    telemetry: Telemetry,
) -> Read[models.PolicyNumber, models.LifeValuation]:
    """Valuations cost the engine seconds each, so they are kept for a while."""
    policy = CachePolicy("life_valuations", settings.cache.markets.while_open_s, settings.cache.missing_s)
    keyer = Keyer(settings.cache.secret.encode(), settings.cache.prefix)
    return Cached(read, store, Codec(models.LifeValuation), policy, keyer, clock, telemetry)
