"""Where the product meets the legacy systems: the only module that names adapters.

A read goes in or out of a cache, a breaker or a fault by one row here; nothing above or below has to change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from adapters import claims_core, life_valuation, policy_core
from adapters.transport import Observer, Transport
from domain import models
from domain.clock import Clock
from domain.errors import Source
from domain.ports import Call, Files, Read, Reads
from gateway.settings import Settings
from gateway.sources import redis
from gateway.sources.cached import Cached, CachePolicy, Keyer
from gateway.sources.codec import Codec
from gateway.sources.guarded import GuardedStore
from gateway.sources.single_flight import SingleFlight
from gateway.sources.store import CacheMetrics, Store

__all__ = ["ADAPTER_SETTINGS", "Connected", "Telemetry", "connect"]

ADAPTER_SETTINGS: Final[Mapping[str, type]] = {
    Source.POLICY_CORE.value: policy_core.Settings,
    Source.CLAIMS_CORE.value: claims_core.Settings,
    Source.LIFE_VALUATION.value: life_valuation.Settings,
}
"""Section of the settings -> its dataclass in the adapter's folder."""


class Telemetry(Observer, CacheMetrics, Protocol):
    """Is told of upstream calls and of the cache."""


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
    """The legacy systems, ready to be asked. ``pings`` asks each for a sign of life."""

    reads: Reads
    files: Files
    pings: Mapping[Source, Callable[[Call], Awaitable[None]]]


@asynccontextmanager
async def connect(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[Connected]:
    """Open every adapter and the cache; close them at the end. Nothing is asked of anybody yet."""
    async with AsyncExitStack() as stack:
        policies = policy_core.Adapter(*wire(settings, Source.POLICY_CORE, telemetry))
        claims = claims_core.Adapter(*wire(settings, Source.CLAIMS_CORE, telemetry))
        life = life_valuation.Adapter(*wire(settings, Source.LIFE_VALUATION, telemetry))
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
        reads = Reads(
            clients=policies.clients,
            client_lookups=policies.client_lookups,
            policies=policies.policies,
            policies_by_number=policies.policies_by_number,
            policies_of_holder=policies.policies_of_holder,
            instalments=policies.instalments,
            documents=policies.documents,
            renewals=policies.renewals,
            product_rules=policies.product_rules,
            claims=claims.claims,
            claims_by_number=claims.claims_by_number,
            claims_of_policy=claims.claims_of_policy,
            claim_messages=claims.claim_messages,
            repair_stations=claims.repair_stations,
            life_contracts=life.life_contracts,
            life_contracts_of_holder=life.life_contracts_of_holder,
            life_valuations=remembered_valuations(life.life_valuations, settings, store, clock, telemetry),
            life_surrender_tables=life.life_surrender_tables,
            life_strategies=life.life_strategies,
            life_operations=life.life_operations,
            life_orders=life.life_orders,
            underlying_levels=life.underlying_levels,
        )
        pings = {source: adapter.ping for source, adapter in adapters.items()}
        yield Connected(reads, Files(policies.policy_document, claims.claim_file), pings)


def wire(settings: Settings, source: Source, telemetry: Telemetry) -> tuple[Any, Transport]:
    """Return what an adapter is made of: its section of the settings, and a transport of its own."""
    section = cast("Any", settings.adapters[source.value])
    return section, Transport(source, section.limits, telemetry)


def remembered_valuations(
    read: Read[models.PolicyNumber, models.LifeValuation],
    settings: Settings,
    store: Store,
    clock: Clock,
    telemetry: Telemetry,
) -> Read[models.PolicyNumber, models.LifeValuation]:
    """Valuations cost the engine seconds each: one computation per contract at a time, kept for a while."""
    policy = CachePolicy("life_valuations", settings.cache.valuations_s, settings.cache.missing_s)
    keyer = Keyer(settings.cache.secret.encode(), settings.cache.prefix)
    cached = Cached(read, store, Codec(models.LifeValuation), policy, keyer, clock, telemetry)
    return SingleFlight(
        cached, Source.LIFE_VALUATION, "valuation", clock, patience_s=settings.limits.request_deadline_s
    )
