"""Reads and files of the policy core."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from adapters.policy_core import errors, mapping, wire
from adapters.policy_core.adapter.system import System
from adapters.policy_core.client import DocumentBody
from domain import models
from domain.errors import NotFound, SourceGarbled
from domain.journal import Stretch
from domain.ports import MISSING, Call, FileStream, Missing, Outcome, Rows

__all__ = ["Reading"]

K = TypeVar("K")
R = TypeVar("R")
S = TypeVar("S")
V = TypeVar("V")


class Reading(System):
    """Each read has the shape of ``domain.ports.Read``."""

    async def clients(self, keys: Sequence[models.Isn], call: Call) -> list[Outcome[models.Client]]:
        """Persons by ISN."""
        limit, fetch = self._settings.max_clients, self._client.clients
        key, value = mapping.client_key, mapping.or_error("GetClients", mapping.client)
        return await self._rows("GetClients", keys, limit, call, mapping.spelled_isn, fetch, key, value)

    async def client_lookups(self, keys: Sequence[models.ClientLookup], call: Call) -> list[Outcome[models.Isn]]:
        """The one person that a policy number, a phone or an e-mail leads to."""
        spell, fetch = mapping.spelled_lookup, self._client.find_client
        return await self._singles("FindClient", keys, call, spell, fetch, mapping.found_client)

    async def policies(self, keys: Sequence[models.Isn], call: Call) -> list[Outcome[models.Policy]]:
        """Policies by ISN."""
        limit, fetch = self._settings.max_policies, partial(self._client.policies, "Isn")
        return await self._rows(
            "GetPolicies", keys, limit, call, mapping.spelled_isn, fetch, mapping.policy_isn_key, mapping.policy_item
        )

    async def policies_by_number(self, keys: Sequence[models.PolicyNumber], call: Call) -> list[Outcome[models.Policy]]:
        """Policies by number."""
        limit, fetch = self._settings.max_policies, partial(self._client.policies, "Number")
        key, value = mapping.policy_number_key, mapping.policy_item
        return await self._rows("GetPolicies", keys, limit, call, mapping.spelled_number, fetch, key, value)

    async def policies_of_holder(self, keys: Sequence[models.Isn], call: Call) -> list[Outcome[Rows[models.Policy]]]:
        """Policies that persons hold, by ISN of the policy; an empty tuple for a person who holds none."""

        async def ask(chunk: Sequence[models.Isn]) -> Mapping[models.Isn, Outcome[Rows[models.Policy]]]:
            asked = spelled(chunk, mapping.spelled_isn)
            if not asked:
                return {}
            pages = await self._client.policies_of_holders(list(asked.values()), call)
            if isinstance(pages, Missing):
                return {}
            return self._counted("FindPolicies", mapping.held("FindPolicies", list(asked), pages))

        return await self._transport.batches("FindPolicies", keys, self._settings.max_holders, call, ask)

    async def instalments(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[tuple[models.Instalment, ...]]]:
        """Parts of the premium, by number of the part."""
        limit, fetch = self._settings.max_policies, self._client.instalments
        key, value = mapping.number_key, mapping.or_error("GetInstalments", mapping.instalments)
        return await self._rows("GetInstalments", keys, limit, call, mapping.spelled_number, fetch, key, value)

    async def documents(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[tuple[models.PolicyDocument, ...]]]:
        """Documents without their content, by id."""
        limit, fetch = self._settings.max_policies, self._client.document_lists
        key, value = mapping.number_key, mapping.or_error("GetDocumentList", mapping.documents)
        return await self._rows("GetDocumentList", keys, limit, call, mapping.spelled_number, fetch, key, value)

    async def renewals(self, keys: Sequence[models.PolicyNumber], call: Call) -> list[Outcome[models.Renewal]]:
        """Whether and until when policies can be renewed."""
        spell, fetch = mapping.spelled_number, self._client.renewal_options
        return await self._singles("GetRenewalOptions", keys, call, spell, fetch, mapping.renewal)

    async def renewal_choices(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> list[Outcome[models.RenewalChoices]]:
        """What can be chosen when policies are renewed; missing for one that cannot be."""
        spell, fetch = mapping.spelled_number, self._client.renewal_choices
        return await self._singles("GetRenewalOptions", keys, call, spell, fetch, mapping.renewal_choices)

    async def bills(self, keys: Sequence[models.Isn], call: Call) -> list[Outcome[models.Bill]]:
        """Bills by ISN, as they are now."""
        spell, fetch = mapping.spelled_isn, self._client.bill
        return await self._singles("GetBillStatus", keys, call, spell, fetch, mapping.bill_of)

    async def product_rules(self, keys: Sequence[str], call: Call) -> list[Outcome[models.ProductRules]]:
        """Rules of insurance by product code."""
        spell, fetch = mapping.spelled_text, self._client.product_rules
        return await self._singles("GetProductRules", keys, call, spell, fetch, mapping.product_rules)

    async def events(self, after_seq: int, count: int, call: Call) -> Stretch:
        """Events after one, as ``domain.journal.Journal`` has it. Raises: ``SourceError``."""
        operation = "GetJournal"
        async with self._transport.gate.admitted(operation, call):
            page = await self._client.journal(after_seq + 1, min(count, self._settings.max_events), call)
        if isinstance(page, Missing):
            raise errors.garbled(operation, "no journal")
        try:
            stretch, oddities = mapping.stretch(page, after_seq)
        except wire.Unreadable as broken:
            self._transport.observer.garbled(errors.SOURCE, operation, str(broken))
            raise errors.garbled(operation, str(broken)) from broken
        for oddity in oddities:
            self._transport.observer.garbled(errors.SOURCE, operation, oddity)
        return stretch

    @asynccontextmanager
    async def policy_document(self, key: models.DocumentKey, call: Call) -> AsyncIterator[FileStream]:
        """Open a document. Raises: ``NotFound``, ``SourceError``."""
        spelling = mapping.spelled_document(key)
        if spelling is None:
            raise NotFound
        try:
            async with self._client.document(*spelling, call) as found:
                if isinstance(found, Missing):
                    raise NotFound
                yield file(found)
        except SourceGarbled as broken:
            self._transport.observer.garbled(errors.SOURCE, "GetDocument", broken.detail)
            raise

    async def _rows(
        self,
        operation: str,
        keys: Sequence[K],
        limit: int,
        call: Call,
        spell: Callable[[K], str | None],
        fetch: Callable[[Sequence[str], Call], Awaitable[Iterable[R] | Missing]],
        key: Callable[[R], K],
        value: Callable[[R], Outcome[V]],
    ) -> list[Outcome[V]]:
        """Answer keys by an operation that takes many."""

        async def ask(chunk: Sequence[K]) -> Mapping[K, Outcome[V]]:
            asked = spelled(chunk, spell)
            if not asked:
                return {}
            rows = await fetch(list(asked.values()), call)
            if isinstance(rows, Missing):
                return {}
            return self._counted(operation, mapping.matched(operation, list(asked), rows, key, value))

        return await self._transport.batches(operation, keys, limit, call, ask)

    async def _singles(
        self,
        operation: str,
        keys: Sequence[K],
        call: Call,
        spell: Callable[[K], S | None],
        fetch: Callable[[S, Call], Awaitable[R | Missing]],
        value: Callable[[K, R], Outcome[V]],
    ) -> list[Outcome[V]]:
        """Answer keys by an operation that takes one."""

        async def ask(chunk: Sequence[K]) -> Mapping[K, Outcome[V]]:
            rows = {key: await fetch(spelling, call) for key, spelling in spelled(chunk, spell).items()}
            return {
                key: MISSING if isinstance(row, Missing) else mapping.settled(operation, partial(value, key), row)
                for key, row in rows.items()
            }

        return await self._transport.batches(operation, keys, 1, call, ask)

    def _counted(self, operation: str, rows: mapping.Matched[K, V]) -> Mapping[K, Outcome[V]]:
        for oddity in rows.oddities:
            self._transport.observer.garbled(errors.SOURCE, operation, oddity)
        return rows.outcomes


def spelled(keys: Sequence[K], spell: Callable[[K], S | None]) -> dict[K, S]:
    """Spell the keys that can be asked for; the others are missing without asking."""
    return {key: spelling for key in keys if (spelling := spell(key)) is not None}


def file(found: DocumentBody) -> FileStream:
    """Read what goes before the file. Raises: ``SourceGarbled``."""
    try:
        return FileStream(mapping.media_type(found.media_type), mapping.size(found.size), found.chunks)
    except wire.Unreadable as broken:
        raise errors.garbled("GetDocument", str(broken)) from broken
