"""Reads and files of the claims core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from adapters.claims_core import errors, mapping, wire
from adapters.claims_core.adapter.system import System
from domain import models
from domain.errors import NotFound, SourceError, SourceGarbled
from domain.numbers import policy_number
from domain.ports import MISSING, Call, FileStream, Outcome, Rows

__all__ = ["Reading"]

K = TypeVar("K", bound=str)
V = TypeVar("V")
R = TypeVar("R", wire.Claim, wire.Message, wire.Station)

LIST_CLAIMS: Final = "listClaims"
NOTHING: Final[wire.Page[wire.Claim]] = wire.Page((), (), None)
MAX_CITY_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True)
class ClaimKey:
    """One way to ask for claims: the parameter, what it takes, where a row carries it."""

    parameter: str
    is_valid: Callable[[str], bool]
    of_row: Callable[[wire.Row[wire.Claim]], str | None]


BY_ID: Final = ClaimKey("ids", wire.is_object_id, lambda row: row.id)
BY_NUMBER: Final = ClaimKey("numbers", wire.is_claim_number, lambda row: row.number)
BY_POLICY: Final = ClaimKey(
    "policyNumbers",
    wire.is_policy_number,
    lambda row: policy_number(row.policyNumber) if row.policyNumber else None,
)


class Reading(System):
    """Claims, their messages and files, and repair stations. Each read has the shape of ``domain.ports.Read``."""

    async def claims(self, keys: Sequence[models.ClaimId], call: Call) -> Sequence[Outcome[models.Claim]]:
        """Answer claims by id."""
        return await self._single_claims(BY_ID, self._settings.max_ids, keys, call)

    async def claims_by_number(self, keys: Sequence[str], call: Call) -> Sequence[Outcome[models.Claim]]:
        """Answer claims by number."""
        return await self._single_claims(BY_NUMBER, self._settings.max_numbers, keys, call)

    async def claims_of_policy(
        self, keys: Sequence[models.PolicyNumber], call: Call
    ) -> Sequence[Outcome[Rows[models.Claim]]]:
        """Answer every claim of each policy, the newest event first; an unknown policy has none."""

        async def ask(
            chunk: Sequence[models.PolicyNumber],
        ) -> Mapping[models.PolicyNumber, Outcome[Rows[models.Claim]]]:
            return await self._claims_by_key(BY_POLICY, chunk, call)

        return await self._transport.batches(LIST_CLAIMS, keys, self._settings.max_policies, call, ask)

    async def claim_messages(
        self, keys: Sequence[models.ClaimId], call: Call
    ) -> Sequence[Outcome[tuple[models.ClaimMessage, ...]]]:
        """Answer the messages of each claim, the oldest first; one call per claim."""

        async def ask(
            chunk: Sequence[models.ClaimId],
        ) -> Mapping[models.ClaimId, Outcome[tuple[models.ClaimMessage, ...]]]:
            return {key: await self._messages(key, call) for key in chunk}

        return await self._transport.batches("listMessages", keys, 1, call, ask)

    async def repair_stations(
        self, keys: Sequence[str], call: Call
    ) -> Sequence[Outcome[tuple[models.RepairStation, ...]]]:
        """Answer the stations of each city, by name; one call per city."""

        async def ask(chunk: Sequence[str]) -> Mapping[str, Outcome[tuple[models.RepairStation, ...]]]:
            return {key: await self._stations(key, call) for key in chunk}

        return await self._transport.batches("listRepairStations", keys, 1, call, ask)

    @asynccontextmanager
    async def claim_file(self, key: models.ClaimFileKey, call: Call) -> AsyncIterator[FileStream]:
        """Open an uploaded file. Raises: ``NotFound``, ``SourceError``."""
        if not (wire.is_object_id(key.claim) and wire.is_file_id(key.file_id)):
            raise NotFound
        try:
            async with self._client.document(key.claim, key.file_id, call) as answer:
                length = answer.headers.get("Content-Length")
                yield FileStream(errors.media_type(answer), int(length) if length else None, answer.chunks)
        except SourceGarbled as broken:
            self._transport.observer.garbled(errors.SOURCE, broken.operation, broken.detail)
            raise

    async def _single_claims(
        self, by: ClaimKey, limit: int, keys: Sequence[K], call: Call
    ) -> Sequence[Outcome[models.Claim]]:
        async def ask(chunk: Sequence[K]) -> Mapping[K, Outcome[models.Claim]]:
            found = await self._claims_by_key(by, chunk, call)
            return {key: only(outcome) for key, outcome in found.items()}

        return await self._transport.batches(LIST_CLAIMS, keys, limit, call, ask)

    async def _claims_by_key(
        self, by: ClaimKey, chunk: Sequence[K], call: Call
    ) -> dict[K, Outcome[Rows[models.Claim]]]:
        asked = [key for key in chunk if by.is_valid(key)]
        page = await self._client.claims(by.parameter, asked, call) if asked else NOTHING
        failed = {failure.key: errors.of_code(LIST_CLAIMS, failure.code) for failure in page.failures}
        rows = self._rows_by_key(by, asked, page)
        answers: dict[K, Outcome[Rows[models.Claim]]] = dict.fromkeys(chunk, ())
        for key in asked:
            failure = failed.get(key)
            if isinstance(failure, SourceError):
                answers[key] = failure
            else:
                total = page.totals.get(key) if failure is None else 0
                answers[key] = newest_first(rows[key], total)
        return answers

    def _rows_by_key(
        self, by: ClaimKey, asked: Sequence[str], page: wire.Page[wire.Claim]
    ) -> dict[str, list[wire.Row[wire.Claim]]]:
        """Sort rows to the keys that asked for them; one that nobody can be given shows where a key lacks it."""
        rows: dict[str, list[wire.Row[wire.Claim]]] = {key: [] for key in asked}
        for row in page.items:
            key = by.of_row(row)
            if key in rows:
                rows[key].append(row)
            elif key is None and isinstance(row, wire.Unreadable):
                self._transport.observer.garbled(errors.SOURCE, LIST_CLAIMS, f"a row without a key: {row.detail}")
            else:
                self._transport.observer.garbled(errors.SOURCE, LIST_CLAIMS, "a row that was not asked for")
        return rows

    async def _messages(self, key: models.ClaimId, call: Call) -> Outcome[tuple[models.ClaimMessage, ...]]:
        if not wire.is_object_id(key):
            return MISSING
        try:
            page = await self._client.messages(key, call)
        except NotFound:
            return MISSING
        found = whole("listMessages", page, mapping.message)
        return tuple(sorted(found, key=lambda each: (each.sent_at, each.id)))

    async def _stations(self, key: str, call: Call) -> tuple[models.RepairStation, ...]:
        if not key.strip() or len(key) > MAX_CITY_CHARACTERS:
            return ()
        page = await self._client.stations(key, call)
        found = whole("listRepairStations", page, mapping.station)
        return tuple(sorted(found, key=lambda each: (each.name, each.id)))


def newest_first(rows: Sequence[wire.Row[wire.Claim]], total: int | None) -> Rows[models.Claim] | SourceGarbled:
    """Map the claims of one key; those that cannot be read come last. Too few of them are none at all."""
    found = mapped(LIST_CLAIMS, rows, mapping.claim)
    if total is None:
        return errors.garbled(LIST_CLAIMS, "no total and no failure")
    if len(found) < total:
        return errors.garbled(LIST_CLAIMS, "fewer rows than the total")
    good = [each for each in found if not isinstance(each, SourceGarbled)]
    bad = [each for each in found if isinstance(each, SourceGarbled)]
    return (*sorted(good, key=lambda each: (each.event.occurred_at, each.id), reverse=True), *bad)


def mapped(operation: str, rows: Sequence[wire.Row[R]], to_domain: Callable[[R], V]) -> list[V | SourceGarbled]:
    """Map rows, each for itself. Shape: one item per id, and one per row whose id cannot be read."""
    versions: dict[object, list[wire.Row[R]]] = defaultdict(list)
    for row in rows:
        versions[row.id or row].append(row)
    return [single(operation, each, to_domain) for each in versions.values()]


def single(operation: str, versions: Sequence[wire.Row[R]], to_domain: Callable[[R], V]) -> V | SourceGarbled:
    """Map the one row of an id."""
    if len(versions) > 1:
        return errors.garbled(operation, "a row comes twice")
    [row] = versions
    if isinstance(row, wire.Unreadable):
        return errors.garbled(operation, row.detail)
    try:
        return to_domain(row)
    except mapping.Unknown as broken:
        return errors.garbled(operation, str(broken))


def whole(operation: str, page: wire.Page[R], to_domain: Callable[[R], V]) -> list[V]:
    """Map rows that stand for one answer. Raises: ``SourceGarbled`` for a bad row or too few."""
    found: list[V] = []
    for each in mapped(operation, page.items, to_domain):
        if isinstance(each, SourceGarbled):
            raise each
        found.append(each)
    if len(found) < page.total:
        raise errors.garbled(operation, "fewer rows than the total")
    return found


def only(outcome: Outcome[Rows[models.Claim]]) -> Outcome[models.Claim]:
    """The one claim that a unique key has."""
    if not isinstance(outcome, tuple):
        return outcome
    if len(outcome) > 1:
        return errors.garbled(LIST_CLAIMS, "several claims under one key")
    return outcome[0] if outcome else MISSING
