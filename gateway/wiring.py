"""Where the product meets the legacy systems: the only module that names adapters.

A read goes in or out of a cache, a breaker or a fault by one row here; nothing above or below has to change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol, cast

from adapters import claims_core, life_valuation, policy_core
from adapters.gate import Limits
from adapters.life_valuation.mapping import NightlySurrender
from adapters.transport import Observer, Transport
from domain import models
from domain.clock import Clock
from domain.commands import Commands, QuoteRenewal
from domain.errors import Source
from domain.journal import Stretch
from domain.ports import Call, Files, Read, Reads
from gateway.feed.outdating import Outdate
from gateway.rows import ReadTelemetry, Rows
from gateway.schedule.warm_up import WarmUp
from gateway.settings import Settings
from gateway.sources import cache as caching
from gateway.sources import renewals
from gateway.sources.exchanges import Exchanges
from gateway.sources.naming import Tag
from gateway.sources.resilient import Capacity, Lane, Resilient, SystemGuard

__all__ = [
    "ADAPTER_SETTINGS",
    "Connected",
    "Core",
    "Telemetry",
    "Written",
    "connect",
    "connect_commands",
    "connect_journal",
    "connect_warm_up",
]

ADAPTER_SETTINGS: Final[Mapping[str, type]] = {
    Source.POLICY_CORE.value: policy_core.Settings,
    Source.CLAIMS_CORE.value: claims_core.Settings,
    Source.LIFE_VALUATION.value: life_valuation.Settings,
}
"""Section of the settings -> its dataclass in the adapter's folder."""


class Telemetry(Observer, ReadTelemetry, Protocol):
    """Is told of upstream calls too."""


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


@dataclass(frozen=True, slots=True)
class Written:
    """The systems for who only writes. ``outdate``: of policies that were written to."""

    commands: Commands
    outdate: Outdate


@asynccontextmanager
async def connect_commands(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[Written]:
    """Open the two cores and the cache, for who only writes. A command has its system's guard before it, no more."""
    async with AsyncExitStack() as stack:
        guarding = guard(settings, Source.POLICY_CORE, clock, telemetry)
        core = policy_core.Adapter(*wire(settings, guarding, telemetry))
        claims = claims_core.Adapter(*wire(settings, guard(settings, Source.CLAIMS_CORE, clock, telemetry), telemetry))
        for adapter in (core, claims):
            await adapter.start()
            stack.push_async_callback(adapter.close)
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        commands = Commands(
            update_contacts=core.update_contacts,
            create_bill=core.create_bill,
            open_online_bill=core.open_online_bill,
            confirm_payment=core.confirm_payment,
            quote_renewal=core.quote_renewal,
            create_agreement=core.create_agreement,
            record_deductible=claims.record_deductible,
        )
        yield Written(commands, outdating(Rows(settings, guarding, clock, telemetry, cache), core))


@asynccontextmanager
async def connect_warm_up(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[WarmUp]:
    """Open the life valuation engine and the cache alone, and what fills the one from the other."""
    async with AsyncExitStack() as stack:
        guarding = guard(settings, Source.LIFE_VALUATION, clock, telemetry)
        life = life_valuation.Adapter(*wire(settings, guarding, telemetry))
        await life.start()
        stack.push_async_callback(life.close)
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        cached = Rows(settings, guarding, clock, telemetry, cache).remembered("life_valuations", life.life_valuations)

        @asynccontextmanager
        async def nightly(day: date, call: Call) -> AsyncIterator[AsyncIterator[models.PolicyNumber]]:
            async with life.nightly(day, call) as rows:
                yield (row.contract async for row in rows if isinstance(row, NightlySurrender))

        section: life_valuation.Settings = cast("Any", settings.adapters[Source.LIFE_VALUATION.value])
        yield WarmUp(cached, cache, nightly, settings.cache.warm_up, section.jobs, section.contracts_per_job, clock)


@dataclass(frozen=True, slots=True)
class Core:
    """The policy core for whoever follows its journal; it is ``domain.journal.Journal``, with the reads it takes."""

    adapter: policy_core.Adapter
    policies_by_number: Read[models.PolicyNumber, models.Policy]
    clients: Read[models.Isn, models.Client]
    outdate: Outdate

    async def events(self, after_seq: int, count: int, call: Call) -> Stretch:
        """Return events of the journal. Raises: ``SourceError``."""
        return await self.adapter.events(after_seq, count, call)


@asynccontextmanager
async def connect_journal(settings: Settings, clock: Clock, telemetry: Telemetry) -> AsyncIterator[Core]:
    """Open the policy core and the cache alone, for who follows the journal.

    What the core is asked for is shared with nobody, and asked again when that may help.
    """
    async with AsyncExitStack() as stack:
        guarding = guard(settings, Source.POLICY_CORE, clock, telemetry)
        policies = policy_core.Adapter(*wire(settings, guarding, telemetry))
        await policies.start()
        stack.push_async_callback(policies.close)
        cache = await stack.enter_async_context(caching.connected(settings.redis, settings.cache, clock, telemetry))
        yield Core(
            policies,
            Resilient(policies.policies_by_number, "policies_by_number", guarding),
            Resilient(policies.clients, "clients", guarding),
            outdating(Rows(settings, guarding, clock, telemetry, cache), policies),
        )


def outdating(rows: Rows, policies: policy_core.Adapter) -> Outdate:
    """Return what outdates all that is kept about policies."""
    # The cache outdates by the reads that it knows of.
    rows.renewals("renewals", policies.renewals, 1)

    async def outdate(numbers: Iterable[models.PolicyNumber]) -> None:
        await rows.cache.invalidate([Tag(renewals.TAG, number) for number in numbers])

    return outdate


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
