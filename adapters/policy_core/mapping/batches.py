"""Rows of a batch reply to one outcome per key. One bad row is the outcome of its own key and of no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.policy_core import errors, wire
from adapters.policy_core.mapping.policies import policy
from adapters.policy_core.mapping.values import number, optional
from domain import models
from domain.errors import SourceError, SourceGarbled
from domain.ports import Missing, Outcome

__all__ = ["Matched", "item_failure", "matched", "or_error", "policy_item", "settled"]

K = TypeVar("K")
R = TypeVar("R")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Matched(Generic[K, V]):
    """An outcome of every key, and what is wrong with rows that could be given to none."""

    outcomes: dict[K, Outcome[V]]
    oddities: tuple[str, ...]


def settled(operation: str, value: Callable[[R], V], row: R) -> V | SourceGarbled:
    """Read one item, whatever it holds."""
    try:
        return value(row)
    except wire.Unreadable as broken:
        return errors.garbled(operation, str(broken))


def matched(
    operation: str,
    asked: Sequence[K],
    rows: Iterable[R],
    key: Callable[[R], K],
    value: Callable[[R], Outcome[V]],
) -> Matched[K, V]:
    """Find each key its row, in whatever order rows come. Source: PROTOCOL.md, section 4.

    A key without a row is garbled: one that the core does not know has a row that says so.
    """
    wanted = set(asked)
    found: dict[K, Outcome[V]] = {}
    oddities: list[str] = []
    for row in rows:
        try:
            of = key(row)
        except wire.Unreadable as broken:
            oddities.append(f"a row without a key: {broken}")
            continue
        if of not in wanted:
            oddities.append("a row that was not asked for")
        elif of in found:
            found[of] = errors.garbled(operation, "a row came twice")
        else:
            found[of] = settled(operation, value, row)
    found.update({lost: errors.garbled(operation, "no row and no error") for lost in wanted - found.keys()})
    return Matched(found, tuple(oddities))


def or_error(operation: str, value: Callable[[R], V]) -> Callable[[R | wire.ItemError], Outcome[V]]:
    """Make a reader of rows one of rows and of the errors that stand for them. Source: policy_core.xsd, ItemError."""

    def outcome(row: R | wire.ItemError) -> Outcome[V]:
        if not isinstance(row, wire.ItemError):
            return value(row)
        failure = item_failure(operation, row.item_status)
        if failure is None:
            raise wire.Unreadable("ItemError without an error")
        return failure

    return outcome


def policy_item(row: wire.PolicyItem) -> Outcome[models.Policy]:
    """Source: policy_core.xsd, PolicyItem. The policy has to be the one that the item's key names."""
    failure = item_failure("GetPolicies", row.item_status)
    if failure is not None:
        return failure
    if row.policy is None:
        raise wire.Unreadable("Policy is absent")
    found = policy(row.policy)
    asked = row.key or wire.PolicyKey()
    if asked.isn not in {None, row.policy.isn} or optional(number, asked.number, "Key") not in {None, found.key}:
        raise wire.Unreadable("Policy is another one than its Key")
    return found


def item_failure(operation: str, status: wire.Status | None) -> SourceError | Missing | None:
    """Translate an item's status; sessions are a matter of the whole call."""
    try:
        return errors.answered(operation, status)
    except errors.SessionExpired:
        raise wire.Unreadable("ItemStatus speaks of the session") from None
