"""Where the product meets the legacy systems: the only module that names adapters.

A read goes in or out of a cache, a breaker or a fault by one row here; nothing above or below has to change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar, cast

from adapters import claims_core, life_valuation, policy_core
from adapters.transport import Limits, Observer, Transport
from domain import models
from domain.clock import Clock
from domain.errors import Source
from domain.ports import Call, Files, Read, Reads
from gateway.settings import Settings
from gateway.sources import redis
from gateway.sources.cached import Cached, CachePolicy, Keyer
from gateway.sources.codec import Codec
from gateway.sources.guarded import GuardedStore
from gateway.sources.resilient import Capacity, Lane, ResilienceTelemetry, Resilient, SystemGuard
from gateway.sources.single_flight import SingleFlight
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


class Telemetry(Observer, CacheMetrics, ResilienceTelemetry, Protocol):
    """Is told of upstream calls, of those that were not made, and of the cache."""


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

        def row(source: Source, name: str, read: Read[K, V]) -> Read[K, V]:
            return Resilient(read, name, guards[source])

        reads = Reads(
            clients=row(Source.POLICY_CORE, "clients", policies.clients),
            client_lookups=row(Source.POLICY_CORE, "client_lookups", policies.client_lookups),
            policies=row(Source.POLICY_CORE, "policies", policies.policies),
            policies_by_number=row(Source.POLICY_CORE, "policies_by_number", policies.policies_by_number),
            policies_of_holder=row(Source.POLICY_CORE, "policies_of_holder", policies.policies_of_holder),
            instalments=row(Source.POLICY_CORE, "instalments", policies.instalments),
            documents=row(Source.POLICY_CORE, "documents", policies.documents),
            renewals=row(Source.POLICY_CORE, "renewals", policies.renewals),
            product_rules=row(Source.POLICY_CORE, "product_rules", policies.product_rules),
            claims=row(Source.CLAIMS_CORE, "claims", claims.claims),
            claims_by_number=row(Source.CLAIMS_CORE, "claims_by_number", claims.claims_by_number),
            claims_of_policy=row(Source.CLAIMS_CORE, "claims_of_policy", claims.claims_of_policy),
            claim_messages=row(Source.CLAIMS_CORE, "claim_messages", claims.claim_messages),
            repair_stations=row(Source.CLAIMS_CORE, "repair_stations", claims.repair_stations),
            life_contracts=row(Source.LIFE_VALUATION, "life_contracts", life.life_contracts),
            life_contracts_of_holder=row(
                Source.LIFE_VALUATION, "life_contracts_of_holder", life.life_contracts_of_holder
            ),
            life_valuations=remembered_valuations(
                row(Source.LIFE_VALUATION, "life_valuations", life.life_valuations), settings, store, clock, telemetry
            ),
            life_surrender_tables=row(Source.LIFE_VALUATION, "life_surrender_tables", life.life_surrender_tables),
            life_strategies=row(Source.LIFE_VALUATION, "life_strategies", life.life_strategies),
            life_operations=row(Source.LIFE_VALUATION, "life_operations", life.life_operations),
            life_orders=row(Source.LIFE_VALUATION, "life_orders", life.life_orders),
            underlying_levels=row(Source.LIFE_VALUATION, "underlying_levels", life.underlying_levels),
        )
        pings = {source: adapter.ping for source, adapter in adapters.items()}
        yield Connected(reads, Files(policies.policy_document, claims.claim_file), pings, guards)


def guard(settings: Settings, source: Source, clock: Clock, telemetry: Telemetry) -> SystemGuard:
    """Return what stands between a system's adapter and the system."""
    limits = cast("Limits", cast("Any", settings.adapters[source.value]).limits)
    # An answer never takes longer than its exchange may, so with little patience that is what slow means.
    common = Lane(limits.concurrency, min(limits.slow_s, limits.timeout_s))
    own = {operation: Lane(lane.concurrency, lane.slow_s) for operation, lane in limits.lanes.items()}
    return SystemGuard(source, Capacity(common, own), settings.resilience, clock, telemetry)


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
    """Valuations cost the engine seconds each: one computation per contract at a time, kept for a while."""
    policy = CachePolicy("life_valuations", settings.cache.markets.while_open_s, settings.cache.missing_s)
    keyer = Keyer(settings.cache.secret.encode(), settings.cache.prefix)
    cached = Cached(read, store, Codec(models.LifeValuation), policy, keyer, clock, telemetry)
    return SingleFlight(
        cached, Source.LIFE_VALUATION, "valuation", clock, patience_s=settings.limits.request_deadline_s
    )
