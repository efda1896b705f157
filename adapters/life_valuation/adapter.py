"""Reads of the life valuation engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import TypeVar

from adapters.life_valuation import errors, mapping, wire
from adapters.life_valuation.client import Client
from adapters.life_valuation.errors import SOURCE
from adapters.life_valuation.settings import JOB, Settings
from adapters.transport import Transport
from domain import models
from domain.errors import SourceGarbled
from domain.ports import MISSING, Call, Outcome, Rows

__all__ = ["Adapter"]

K = TypeVar("K")
R = TypeVar("R")
V = TypeVar("V")


class Adapter:
    """The engine as reads of the product's ports; each read has the shape of ``domain.ports.Read``."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._client = Client(settings, transport)

    async def start(self) -> None:
        """Open the connection pool."""
        await self._transport.start()

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()

    async def ping(self, call: Call) -> None:
        """Tell whether the engine answers. Raises: ``SourceError``."""
        await self._client.ping(call)

    async def life_contracts(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[models.LifeContract]]:
        """Contracts by number."""
        chunk, fetch = self._settings.contracts_per_call, self._client.contracts_by_number
        return await self._read("contracts_by_number", keys, chunk, call, wire.fits_contract, fetch, mapping.contract)

    async def life_contracts_of_holder(
        self, keys: Sequence[models.Isn], call: Call
    ) -> list[Outcome[Rows[models.LifeContract]]]:
        """Contracts of clients."""
        chunk, fetch = self._settings.clients_per_call, self._client.contracts_by_client
        return await self._read("contracts_by_client", keys, chunk, call, wire.fits_isn, fetch, contracts)

    async def life_valuations(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[models.LifeValuation]]:
        """Valuations, one job for each chunk; jobs wait for each other and never hold up the other reads."""
        chunk, fetch = self._settings.contracts_per_job, self._client.valuations
        return await self._read(JOB, keys, chunk, call, wire.fits_contract, fetch, mapping.valuation)

    async def life_surrender_tables(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[tuple[models.SurrenderRow, ...]]]:
        """Surrender tables of contracts."""
        chunk, fetch = self._settings.contracts_per_call, self._client.surrender_table
        return await self._read(
            "surrender_table", keys, chunk, call, wire.fits_contract, fetch, mapping.surrender_table
        )

    async def life_strategies(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[tuple[models.Strategy, ...]]]:
        """Strategies on offer for contracts."""
        chunk, fetch = self._settings.contracts_per_call, self._client.strategies_on_offer
        return await self._read("strategies_on_offer", keys, chunk, call, wire.fits_contract, fetch, mapping.strategies)

    async def life_operations(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[tuple[models.LifeOperation, ...]]]:
        """Operations, and whether they are on offer, for contracts."""
        chunk, fetch = self._settings.contracts_per_call, self._client.operations_on_offer
        return await self._read("operations_on_offer", keys, chunk, call, wire.fits_contract, fetch, mapping.operations)

    async def life_orders(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[tuple[models.LifeOrder, ...]]]:
        """Orders given on contracts."""
        chunk, fetch = self._settings.contracts_per_call, self._client.orders
        return await self._read("orders", keys, chunk, call, wire.fits_contract, fetch, mapping.orders)

    async def underlying_levels(
        self, keys: Sequence[str], call: Call
    ) -> list[Outcome[tuple[models.UnderlyingLevel, ...]]]:
        """Levels of underlyings by ticker, the current one last."""
        chunk, fetch = self._settings.tickers_per_call, self._client.underlying_levels
        return await self._read("underlying_levels", keys, chunk, call, wire.fits_ticker, fetch, mapping.levels)

    @asynccontextmanager
    async def nightly(self, day: date, call: Call) -> AsyncIterator[AsyncIterator[mapping.NightlyRow]]:
        """Stream the nightly file of a day; a line that cannot be read is counted and skipped.

        Raises: ``NotFound``, ``SourceError``; the iterator raises ``SourceGarbled`` when the file does not end whole.
        """
        async with self._client.nightly(day, call) as items:
            yield self._nightly_rows(items)

    async def _nightly_rows(self, items: AsyncIterator[wire.NightlyItem]) -> AsyncIterator[mapping.NightlyRow]:
        async for item in items:
            try:
                if isinstance(item, wire.Unreadable):
                    raise item
                yield mapping.nightly_row(item)
            except wire.Unreadable as broken:
                self._transport.observer.garbled(SOURCE, "nightly", str(broken))

    async def _read(
        self,
        operation: str,
        keys: Sequence[K],
        chunk: int,
        call: Call,
        fits: Callable[[K], bool],
        fetch: Callable[[Sequence[K], Call], Awaitable[Sequence[wire.Row[R]]]],
        convert: Callable[[R], V],
    ) -> list[Outcome[V]]:
        async def ask(asked: Sequence[K]) -> dict[K, Outcome[V]]:
            # One key that the engine would refuse spoils its whole batch; and no such thing can exist.
            fitting = [key for key in asked if fits(key)]
            found = await fetch(fitting, call) if fitting else []
            return self._outcomes(operation, fitting, found, convert)

        return await self._transport.batches(operation, keys, chunk, call, ask)

    def _outcomes(
        self, operation: str, asked: Sequence[K], found: Sequence[wire.Row[R]], convert: Callable[[R], V]
    ) -> dict[K, Outcome[V]]:
        by_key: dict[object, list[wire.Row[R]]] = defaultdict(list)
        for row in found:
            by_key[row.key].append(row)
        for key in by_key.keys() - set(asked):
            oddity = (
                f"a row without a key: {key}" if isinstance(key, wire.Unreadable) else "a row that was not asked for"
            )
            self._transport.observer.garbled(SOURCE, operation, oddity)
        return {key: outcome(operation, by_key[key], convert) for key in asked if key in by_key}


def outcome(operation: str, found: Sequence[wire.Row[R]], convert: Callable[[R], V]) -> Outcome[V]:
    """What the rows of one key come to; two of them contradict the contract even when they agree."""
    if len(found) > 1:
        return SourceGarbled(SOURCE, operation, "doubled row")
    record = found[0].record
    if isinstance(record, wire.Unknown):
        return MISSING
    if isinstance(record, wire.Failure):
        return errors.outcome(operation, record)
    try:
        if isinstance(record, wire.Unreadable):
            raise record
        return convert(record)
    except wire.Unreadable as broken:
        return SourceGarbled(SOURCE, operation, str(broken))


def contracts(records: Sequence[wire.ContractRecord | wire.Unreadable]) -> Rows[models.LifeContract]:
    """Map the contracts of one client; one that cannot be read leaves the others."""
    return tuple(
        SourceGarbled(SOURCE, "contracts_by_client", str(each)) if isinstance(each, wire.Unreadable) else each
        for each in mapping.contracts(records)
    )
