"""Rows of an answer, each read by itself so that one broken row spoils only its own key."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.life_valuation.wire.contracts import ContractRecord
from adapters.life_valuation.wire.envelope import Failure
from adapters.life_valuation.wire.fields import Fields, Unreadable

__all__ = ["Row", "client_of", "complete", "contract_of", "contracts_of_client", "listing", "rows"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """What the engine says of one key: a record, its own failure, or why it cannot be read."""

    key: Hashable
    record: R | Failure | Unreadable


def rows(
    items: Sequence[Fields],
    key: Callable[[Fields], Hashable],
    read: Callable[[Fields], R | Failure],
) -> list[Row[R]]:
    """Read rows one by one. Raises: ``Unreadable`` for a row whose key cannot be read, as it might be anybody's."""
    found: list[Row[R]] = []
    for item in items:
        name = key(item)
        try:
            found.append(Row(name, read(item)))
        except Unreadable as broken:
            found.append(Row(name, broken))
    return found


def listing(name: str, read: Callable[[Fields], R]) -> Callable[[Fields], tuple[R, ...]]:
    """Make a reader of the records that an item lists."""
    return lambda item: item.listed(name, read)


def contract_of(row: Fields) -> str:
    """Read the contract number that a row is about."""
    return row.contract()


def client_of(row: Fields) -> int:
    """Read the client that a row is about."""
    return row.isn("client_isn")


def contracts_of_client(row: Fields) -> tuple[ContractRecord, ...]:
    """Read a client's contracts. Raises: ``Unreadable`` also for somebody else's contract or a doubled one."""
    contracts = row.listed("contracts", ContractRecord.of)
    if any(each.client_isn != client_of(row) for each in contracts):
        raise Unreadable("contracts: of another client")
    if len({each.contract for each in contracts}) != len(contracts):
        raise Unreadable("contracts: doubled row")
    return contracts


def complete(found: list[Row[R]], asked: Sequence[Hashable]) -> list[Row[R]]:
    """Add what is left out of an answer that, by the contract, says something of every key."""
    absent = set(asked) - {row.key for row in found}
    return [*found, *(Row(key, Unreadable("left out of the answer")) for key in absent)]
