"""Rows of an answer, each read by itself so that one broken row spoils only its own key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import msgspec

from adapters.life_valuation.wire.contracts import ContractRecord
from adapters.life_valuation.wire.envelope import Failure
from adapters.life_valuation.wire.fields import Fields, Unreadable

__all__ = [
    "Row",
    "Unknown",
    "client_of",
    "complete",
    "contract_of",
    "contracts_of_client",
    "listing",
    "rows",
    "ticker_of",
    "unknown",
]

R = TypeVar("R")


class Unknown(msgspec.Struct, frozen=True):
    """The engine says that it does not know the key."""


class Row(msgspec.Struct, Generic[R], frozen=True):
    """What the engine says of one key: a record, its own failure, that it knows none, or why it cannot be read."""

    key: Hashable
    record: R | Failure | Unknown | Unreadable


def rows(
    items: Sequence[Fields],
    key: Callable[[Fields], Hashable],
    read: Callable[[Fields], R | Failure],
) -> list[Row[R]]:
    """Read rows one by one. A row whose key cannot be read has the reason for its key, so it is nobody's."""
    found: list[Row[R]] = []
    for item in items:
        name: Hashable = None
        try:
            name = key(item)
            found.append(Row(name, read(item)))
        except Unreadable as broken:
            found.append(Row(broken if name is None else name, broken))
    return found


def listing(name: str, read: Callable[[Fields], R]) -> Callable[[Fields], tuple[R, ...]]:
    """Make a reader of the records that an item lists."""
    return lambda item: item.listed(name, read)


def contract_of(row: Fields) -> str:
    """Read the contract number that a row is about."""
    return row.contract()


def ticker_of(row: Fields) -> str:
    """Read the ticker that a row is about."""
    return row.text("ticker")


def client_of(row: Fields) -> int:
    """Read the client that a row is about."""
    return row.isn("client_isn")


def contracts_of_client(group: Fields) -> tuple[ContractRecord | Unreadable, ...]:
    """Read a client's contracts, each for itself: one that is doubled or somebody else's cannot be read either.

    Raises: ``Unreadable`` when there are fewer than the group says.
    """
    versions: dict[object, list[ContractRecord | Unreadable]] = defaultdict(list)
    for item in group.items("contracts"):
        record = contract_of_client(item, client_of(group))
        versions[number_of(item) or record].append(record)
    if len(versions) < group.whole("count"):
        raise Unreadable("contracts: fewer than count")
    return tuple(Unreadable("contracts: doubled row") if len(each) > 1 else each[0] for each in versions.values())


def contract_of_client(item: object, client: int) -> ContractRecord | Unreadable:
    """Read one contract of a group."""
    try:
        record = ContractRecord.of(Fields.of(item, "contracts"))
    except Unreadable as broken:
        return broken
    return record if record.client_isn == client else Unreadable("contracts: of another client")


def number_of(item: object) -> str | None:
    """Read the number of a contract that may be unreadable otherwise."""
    try:
        return contract_of(Fields.of(item, "contracts"))
    except Unreadable:
        return None


def unknown(result: Fields) -> list[Row[R]]:
    """Read which keys the engine does not know. Raises: ``Unreadable``."""
    return [Row(key, Unknown()) for key in result.texts("unknown")]


def complete(found: list[Row[R]], asked: Sequence[Hashable]) -> list[Row[R]]:
    """Add what is left out of an answer, which by the contract says something of every key."""
    absent = set(asked) - {row.key for row in found}
    return [*found, *(Row(key, Unreadable("left out of the answer")) for key in absent)]
