"""The engine's operations: the envelope, lists of rows and valuation jobs, as wire records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any, TypeVar

from adapters.life_valuation import errors, wire
from adapters.life_valuation.client.failures import garbled, raise_failure
from adapters.life_valuation.client.nightly import open_nightly
from adapters.life_valuation.errors import SOURCE, Meaning
from adapters.life_valuation.settings import Settings
from adapters.replies import refused_by_load
from adapters.transport import Transport
from domain.errors import SourceTimeout, SourceUnavailable
from domain.ports import Call

__all__ = ["Client"]

R = TypeVar("R")

JSON = {"Content-Type": "application/json; charset=utf-8"}


class Client:
    """One engine. ``sleep`` is replaced in tests that must not wait."""

    def __init__(
        self, settings: Settings, transport: Transport, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._sleep = sleep

    async def ping(self, call: Call) -> None:
        """Ask for the engine's version. Raises: ``SourceError``."""
        await self._result("ping", {}, call)

    async def contracts_by_number(self, numbers: Sequence[str], call: Call) -> list[wire.Row[wire.ContractRecord]]:
        """Ask for contracts. Raises: ``SourceError``."""
        data = {"contracts": list(numbers)}
        return await self._rows(
            "contracts_by_number", numbers, data, call, "contracts", wire.contract_of, wire.ContractRecord.of
        )

    async def contracts_by_client(
        self, clients: Sequence[int], call: Call
    ) -> list[wire.Row[tuple[wire.ContractRecord | wire.Unreadable, ...]]]:
        """Ask for the contracts of clients. Raises: ``SourceError``."""
        operation = "contracts_by_client"
        result = await self._result(operation, {"clients": [str(isn) for isn in clients]}, call)
        with garbled(operation):
            groups = result.listed("clients", lambda group: group)
        return wire.complete(wire.rows(groups, wire.client_of, wire.contracts_of_client), clients)

    async def surrender_table(self, numbers: Sequence[str], call: Call) -> list[wire.Row[wire.SurrenderTableRecord]]:
        """Ask for surrender tables. Raises: ``SourceError``."""
        return await self._items("surrender_table", numbers, call, wire.SurrenderTableRecord.of)

    async def strategies_on_offer(
        self, numbers: Sequence[str], call: Call
    ) -> list[wire.Row[tuple[wire.StrategyRecord, ...]]]:
        """Ask for strategies on offer. Raises: ``SourceError``."""
        read = wire.listing("strategies", wire.StrategyRecord.of)
        return await self._items("strategies_on_offer", numbers, call, read)

    async def operations_on_offer(
        self, numbers: Sequence[str], call: Call
    ) -> list[wire.Row[tuple[wire.OperationRecord, ...]]]:
        """Ask for operations on offer. Raises: ``SourceError``."""
        read = wire.listing("operations", wire.OperationRecord.of)
        return await self._items("operations_on_offer", numbers, call, read)

    async def orders(self, numbers: Sequence[str], call: Call) -> list[wire.Row[tuple[wire.OrderRecord, ...]]]:
        """Ask for orders. Raises: ``SourceError``."""
        return await self._items("orders", numbers, call, wire.listing("orders", wire.OrderRecord.of))

    async def underlying_levels(self, tickers: Sequence[str], call: Call) -> list[wire.Row[wire.LevelsRecord]]:
        """Ask for the levels of the last ``Settings.history_days``. Raises: ``SourceError``."""
        data = {"tickers": list(tickers), "days": self._settings.history_days}
        key, read = wire.ticker_of, wire.LevelsRecord.of
        return await self._rows("underlying_levels", tickers, data, call, "underlyings", key, read)

    async def valuations(self, numbers: Sequence[str], call: Call) -> list[wire.Row[wire.ValuationRecord]]:
        """Have contracts valued by one job: submit, wait as long as the engine asks, poll until done.

        Raises: ``SourceTimeout`` as soon as the job cannot be done before the deadline, else ``SourceError``.
        """
        job = await self._submit(numbers, call)
        wait_s = self._settings.first_poll_s if job.eta_ms is None else job.eta_ms / 1000
        pause_s = self._settings.poll_pause_s
        while True:
            await self._wait("valuation_poll", wait_s, call)
            state = await self._poll(job, call)
            if isinstance(state, wire.JobLost):
                raise SourceUnavailable(SOURCE, "valuation_poll", "job is lost")
            if isinstance(state, wire.JobDone):
                with garbled("valuation_poll"):
                    found = wire.rows(state.items, wire.contract_of, wire.ValuationRecord.of)
                return wire.complete(found, numbers)
            wait_s = max(pause_s, (state.eta_ms or 0) / 1000)
            pause_s = min(pause_s * self._settings.poll_backoff, self._settings.poll_pause_max_s)

    def nightly(self, day: date, call: Call) -> AbstractAsyncContextManager[AsyncIterator[wire.NightlyItem]]:
        """Open the nightly file of a day. Raises: ``NotFound``, ``SourceError``; so does its iterator."""
        return open_nightly(self._settings, self._transport, day, call)

    async def _submit(self, numbers: Sequence[str], call: Call) -> wire.Job:
        operation = "valuation_submit"
        while True:
            answer = await self._exchange(operation, {"contracts": list(numbers)}, call)
            if isinstance(answer, wire.Result):
                with garbled(operation):
                    return wire.decode_job(answer.fields)
            if errors.meaning(answer) is not Meaning.JOBS_FULL:
                raise_failure(operation, answer)
            wait_s = max((answer.wait_ms or 0) / 1000, self._settings.poll_pause_s)
            if wait_s >= call.deadline.remaining_s():
                raise_failure(operation, answer)
            await self._sleep(wait_s)

    async def _poll(self, job: wire.Job, call: Call) -> wire.JobWaiting | wire.JobDone | wire.JobLost:
        result = await self._result("valuation_poll", {"job_id": job.job_id}, call)
        with garbled("valuation_poll"):
            return wire.decode_poll(result)

    async def _wait(self, operation: str, seconds: float, call: Call) -> None:
        if seconds >= call.deadline.remaining_s():
            raise SourceTimeout(SOURCE, operation, "job will not be done in time")
        await self._sleep(seconds)

    async def _items(
        self, operation: str, numbers: Sequence[str], call: Call, read: Callable[[wire.Fields], R]
    ) -> list[wire.Row[R]]:
        data = {"contracts": list(numbers)}
        return await self._rows(operation, numbers, data, call, "items", wire.contract_of, read)

    async def _rows(
        self,
        operation: str,
        asked: Sequence[str],
        data: dict[str, Any],
        call: Call,
        listed: str,
        key: Callable[[wire.Fields], Hashable],
        read: Callable[[wire.Fields], R],
    ) -> list[wire.Row[R]]:
        answer = await self._exchange(operation, data, call)
        if isinstance(answer, wire.Failure):
            # Instead of an empty list the engine says that it knows none of the contracts.
            if errors.meaning(answer) is Meaning.UNKNOWN_CONTRACT:
                return [wire.Row(each, wire.Unknown()) for each in asked]
            raise_failure(operation, answer)
        with garbled(operation):
            found = wire.rows(answer.fields.listed(listed, lambda row: row), key, read)
            return wire.complete([*found, *wire.unknown(answer.fields)], asked)

    async def _result(self, operation: str, data: dict[str, Any], call: Call) -> wire.Fields:
        answer = await self._exchange(operation, data, call)
        if isinstance(answer, wire.Failure):
            raise_failure(operation, answer)
        return answer.fields

    async def _exchange(self, operation: str, data: dict[str, Any], call: Call) -> wire.Result | wire.Failure:
        body = wire.encode_request(self._settings.key, operation, data)
        reply = await self._transport.fetch(
            operation, call, "POST", f"{self._settings.url}/api", body=body, headers=JSON
        )
        content_type = reply.headers.get("Content-Type", "")
        # The dispatcher's own 429 is JSON with a code; the balancer's is not.
        overload = refused_by_load(SOURCE, operation, reply)
        if overload is not None and not (reply.status == 429 and "json" in content_type):
            raise overload
        with garbled(operation):
            return wire.decode_answer(reply.status, content_type, reply.body)
