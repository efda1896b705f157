"""Every read with what stands around it, for the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from adapters import claims_core, life_valuation, policy_core
from domain.clock import Clock
from domain.commands import QuoteRenewal
from domain.errors import Source
from domain.ports import Call, Files, Reads
from gateway.rows import Rows
from gateway.settings import Settings
from gateway.sources import cache as caching
from gateway.sources.exchanges import Exchanges
from gateway.sources.resilient import SystemGuard
from gateway.wiring.parts import Telemetry, guard, wire

__all__ = ["Connected", "connect"]


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

    ``pings`` asks each for a sign of life; ``guards`` know what state each is in without asking. ``exchanges`` are with
    Redis. ``quote_renewal`` is the one command that a customer waits for.
    """

    reads: Reads
    files: Files
    pings: Mapping[Source, Callable[[Call], Awaitable[None]]]
    guards: Mapping[Source, SystemGuard] = field(default_factory=dict)
    exchanges: Exchanges | None = None
    quote_renewal: QuoteRenewal | None = None


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
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        rows = {source: Rows(settings, guards[source], clock, telemetry, cache) for source in Source}
        reads = decorated(policies, claims, life, *rows.values())
        pings = {source: adapter.ping for source, adapter in adapters.items()}
        files = Files(policies.policy_document, claims.claim_file)
        yield Connected(reads, files, pings, guards, cache.exchanges, policies.quote_renewal)


def decorated(
    policies: policy_core.Adapter,
    claims: claims_core.Adapter,
    life: life_valuation.Adapter,
    core: Rows,
    claim: Rows,
    engine: Rows,
) -> Reads:
    """Return every read with what stands around it, and how many keys one call of its system takes."""
    per_core, per_claim, per_engine = core.section, claim.section, engine.section
    return Reads(
        clients=core.row("clients", policies.clients, per_core.max_clients),
        client_lookups=core.row("client_lookups", policies.client_lookups, 1),
        policies=core.row("policies", policies.policies, per_core.max_policies),
        policies_by_number=core.row("policies_by_number", policies.policies_by_number, per_core.max_policies),
        policies_of_holder=core.row("policies_of_holder", policies.policies_of_holder, per_core.max_holders),
        instalments=core.row("instalments", policies.instalments, per_core.max_policies),
        documents=core.row("documents", policies.documents, per_core.max_policies),
        renewals=core.renewals("renewals", policies.renewals, 1),
        renewal_choices=core.row("renewal_choices", policies.renewal_choices, 1),
        bills=core.row("bills", policies.bills, 1),
        product_rules=core.row("product_rules", policies.product_rules, 1),
        claims=claim.row("claims", claims.claims, per_claim.max_ids),
        claims_by_number=claim.row("claims_by_number", claims.claims_by_number, per_claim.max_numbers),
        claims_of_policy=claim.row("claims_of_policy", claims.claims_of_policy, per_claim.max_policies),
        claim_messages=claim.row("claim_messages", claims.claim_messages, 1),
        repair_stations=claim.row("repair_stations", claims.repair_stations, 1),
        life_contracts=engine.row("life_contracts", life.life_contracts, per_engine.contracts_per_call),
        life_contracts_of_holder=engine.row(
            "life_contracts_of_holder", life.life_contracts_of_holder, per_engine.clients_per_call
        ),
        life_valuations=engine.valuations("life_valuations", life.life_valuations, per_engine.contracts_per_job),
        life_surrender_tables=engine.row(
            "life_surrender_tables", life.life_surrender_tables, per_engine.contracts_per_call
        ),
        life_strategies=engine.row("life_strategies", life.life_strategies, per_engine.contracts_per_call),
        life_operations=engine.row("life_operations", life.life_operations, per_engine.contracts_per_call),
        life_orders=engine.row("life_orders", life.life_orders, per_engine.contracts_per_call),
        underlying_levels=engine.row("underlying_levels", life.underlying_levels, per_engine.tickers_per_call),
    )
