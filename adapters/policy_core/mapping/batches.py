"""Rows of a batch reply to one outcome per key. One bad row is the outcome of its own key and of no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.policy_core import errors, wire
from adapters.policy_core.mapping.policies import policy
from adapters.policy_core.mapping.values import isn, number, optional
from domain import models
from domain.errors import SourceError, SourceGarbled
from domain.ports import MISSING, Missing, Outcome

__all__ = ["Matched", "held", "matched", "policy_item", "settled"]

K = TypeVar("K")
R = TypeVar("R")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Matched(Generic[K, V]):
    """Outcomes of the keys that got one, and how many rows nobody asked for."""

    outcomes: dict[K, Outcome[V]]
    strangers: int


def settled(operation: str, value: Callable[[R], Outcome[V]], row: R) -> Outcome[V]:
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
    """Find each key its row, in whatever order rows come. Shape: a key without a row is left out."""
    wanted = set(asked)
    found: dict[K, Outcome[V]] = {}
    strangers = 0
    unreadable: SourceGarbled | None = None
    for row in rows:
        try:
            of = key(row)
        except wire.Unreadable as broken:
            unreadable = errors.garbled(operation, f"a row without a key: {broken}")
            continue
        if of not in wanted:
            strangers += 1
        elif of in found:
            found[of] = errors.garbled(operation, "a row came twice")
        else:
            found[of] = settled(operation, value, row)
    if unreadable is not None:
        # The row may be that of any key which got none, so none of these is known to be missing.
        found.update(dict.fromkeys(wanted - found.keys(), unreadable))
    return Matched(found, strangers)


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


def held(
    operation: str, asked: Sequence[models.Isn], pages: Sequence[wire.FoundPolicies]
) -> Matched[models.Isn, tuple[models.Policy, ...]]:
    """Give each person the policies of all pages. Source: PROTOCOL.md, section 5, FindPolicies."""

    def person(row: wire.ClientItem) -> Outcome[tuple[models.Policy, ...]]:
        failure = item_failure(operation, row.item_status)
        return () if failure is None else failure

    def person_key(row: wire.ClientItem) -> models.Isn:
        return isn(row.client_isn, "ClientIsn")

    persons = matched(operation, asked, (row for page in pages for row in page.client), person_key, person)
    owned: dict[models.Isn, list[tuple[int, wire.Policy]]] = defaultdict(list)
    for place, row in ((place, row) for place, page in enumerate(pages) for row in page.policy):
        try:
            owned[isn(row.holder_isn, "HolderIsn")].append((place, row))
        except wire.Unreadable as broken:
            # A policy of nobody knows whom: no list of this batch is known to be whole.
            return Matched(dict.fromkeys(asked, errors.garbled(operation, str(broken))), persons.strangers)

    outcomes: dict[models.Isn, Outcome[tuple[models.Policy, ...]]] = {}
    for holder in asked:
        told = persons.outcomes.get(holder, MISSING)
        rows = owned.pop(holder, [])
        outcomes[holder] = told if isinstance(told, SourceError) or not rows else settled(operation, portfolio, rows)
    return Matched(outcomes, persons.strangers + sum(map(len, owned.values())))


def portfolio(rows: Sequence[tuple[int, wire.Policy]]) -> tuple[models.Policy, ...]:
    """Read one person's policies. Shape: rows with the place of their page; result by ISN.

    Data move under the pages, so a policy may stand on two of them, though not with two contents.
    """
    found: dict[models.Isn, tuple[int, wire.Policy]] = {}
    for place, row in rows:
        key = isn(row.isn, "Isn")
        before = found.setdefault(key, (place, row))
        if before[1] is not row and (before[0] == place or before[1] != row):
            raise wire.Unreadable("a policy came twice")
    return tuple(policy(found[key][1]) for key in sorted(found))


def item_failure(operation: str, status: wire.Status | None) -> SourceError | Missing | None:
    """Translate an item's status; sessions are a matter of the whole call."""
    try:
        return errors.failure(operation, status)
    except errors.SessionExpired:
        raise wire.Unreadable("ItemStatus speaks of the session") from None
