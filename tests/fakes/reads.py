"""Every read of the product over plain dicts: counts what it is asked and fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from domain.errors import Source, SourceError, SourceGarbled
from domain.ports import MISSING, Call, Outcome, Reads

__all__ = ["OWNED", "READS", "FakeRead", "FakeReads"]

K = TypeVar("K")
V = TypeVar("V")

READS: Final = tuple(field.name for field in fields(Reads))
"""Names of all reads."""

OWNED: Final = {
    Source.POLICY_CORE: (
        "clients",
        "client_lookups",
        "policies",
        "policies_by_number",
        "policies_of_holder",
        "instalments",
        "documents",
        "renewals",
        "renewal_choices",
        "bills",
        "product_rules",
    ),
    Source.CLAIMS_CORE: ("claims", "claims_by_number", "claims_of_policy", "claim_messages", "repair_stations"),
    Source.LIFE_VALUATION: (*(name for name in READS if name.startswith("life_")), "underlying_levels"),
}
"""Names of the reads that each system answers."""


class FakeRead(Generic[K, V]):
    """One read. ``batches`` keeps the keys of each call that asked something, ``instants`` how new each had to be.

    ``kept`` are older answers: they are given to whoever does not insist on new ones.
    """

    def __init__(self, rows: Mapping[K, Outcome[V]]) -> None:
        self.rows = dict(rows)
        self.kept: dict[K, Outcome[V]] = {}
        self.batches: list[list[K]] = []
        self.instants: list[datetime | None] = []
        self.failure: SourceError | None = None

    async def __call__(self, keys: Sequence[K], call: Call, /) -> Sequence[Outcome[V]]:
        """Answer every key, in order."""
        if not keys:
            return []
        self.batches.append(list(keys))
        self.instants.append(call.not_older_than)
        await asyncio.sleep(0)
        rows = self.rows if call.not_older_than else {**self.rows, **self.kept}
        return [self.failure or rows.get(key, MISSING) for key in keys]


class FakeReads:
    """All reads. Rows are given per read, by its name in ``Reads``; a key without a row is missing."""

    def __init__(self, **rows: Mapping[Any, Any]) -> None:
        if strangers := rows.keys() - set(READS):
            msg = f"no such reads: {sorted(strangers)}"
            raise TypeError(msg)
        self.by_name: dict[str, FakeRead[Any, Any]] = {name: FakeRead(rows.get(name, {})) for name in READS}
        self.ports = Reads(**self.by_name)

    @property
    def calls(self) -> dict[str, int]:
        """Calls per read; reads that were never asked are left out."""
        return {name: len(read.batches) for name, read in self.by_name.items() if read.batches}

    @property
    def keys(self) -> dict[str, list[Any]]:
        """Keys asked per read, in order, over all calls; reads that were never asked are left out."""
        return {
            name: [key for batch in read.batches for key in batch]
            for name, read in self.by_name.items()
            if read.batches
        }

    def fail(self, name: str, failure: SourceError, keys: Iterable[Any] | None = None) -> None:
        """Make a read fail from now on: for some keys, or for all."""
        read = self.by_name[name]
        if keys is None:
            read.failure = failure
        else:
            read.rows.update(dict.fromkeys(keys, failure))

    def garble(self, name: str, key: Any, breach: SourceGarbled) -> None:
        """Put what stands for a row that could not be read in front of a key's list."""
        rows = self.by_name[name].rows
        listed = rows[key]
        assert isinstance(listed, tuple)
        rows[key] = (breach, *listed)

    def fail_source(self, failure: SourceError) -> None:
        """Make every read of the failure's system fail from now on."""
        for name in OWNED[failure.source]:
            self.fail(name, failure)
