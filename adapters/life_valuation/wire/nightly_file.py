"""The nightly file as a whole, fed in pieces: lines, and the control totals of its trailer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adapters.life_valuation.wire.fields import Unreadable
from adapters.life_valuation.wire.nightly import (
    LINE_BYTES,
    NightlyHeader,
    NightlyLevelRecord,
    NightlySurrenderRecord,
    NightlyTrailer,
    decode_line,
)

__all__ = ["NightlyFile", "NightlyItem"]

END_OF_LINE = b"\r\n"

NightlyItem = NightlyLevelRecord | NightlySurrenderRecord | Unreadable
"""A row, or why one line alone cannot be read."""


@dataclass(slots=True)
class NightlyFile:
    """Decodes the file of one day. Raises: ``Unreadable`` for what spoils the file as a whole."""

    day: date
    _rest: bytes = field(default=b"", init=False)
    _begun: bool = field(default=False, init=False)
    _trailer: NightlyTrailer | None = field(default=None, init=False)
    _seen: Counter[bytes] = field(default_factory=Counter, init=False)
    _amounts: Decimal = field(default=Decimal(0), init=False)
    _all_readable: bool = field(default=True, init=False)

    def feed(self, piece: bytes) -> Iterator[NightlyItem]:
        """Yield the rows of the lines that are whole by now."""
        *lines, self._rest = (self._rest + piece).split(END_OF_LINE)
        for line in lines:
            item = self._item(line)
            if item is not None:
                yield item
        if len(self._rest) > LINE_BYTES + len(END_OF_LINE):
            raise Unreadable("line without an end")

    def finish(self) -> None:
        """Check that the file came whole."""
        if self._trailer is None or self._rest:
            raise Unreadable("file is cut: no trailer")
        if (self._trailer.levels, self._trailer.surrender_rows) != (self._seen[b"10"], self._seen[b"20"]):
            raise Unreadable("trailer counts other rows")
        if self._all_readable and self._trailer.amounts != self._amounts:
            raise Unreadable("trailer sums to another amount")

    def _item(self, line: bytes) -> NightlyItem | None:
        if self._trailer is not None:
            raise Unreadable("line behind the trailer")
        self._seen[line[:2]] += 1
        try:
            record = decode_line(line)
        except Unreadable as broken:
            if not self._begun or line[:2] == b"99":
                raise
            self._all_readable = False
            return broken
        if isinstance(record, NightlyHeader) or not self._begun:
            self._begin(record)
            return None
        if isinstance(record, NightlyTrailer):
            self._trailer = record
            return None
        if isinstance(record, NightlySurrenderRecord):
            self._amounts += record.amount
        return record

    def _begin(self, record: object) -> None:
        if self._begun or not isinstance(record, NightlyHeader):
            raise Unreadable("header out of place")
        if record.business_date != self.day:
            raise Unreadable("file of another day")
        self._begun = True
