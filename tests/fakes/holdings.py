"""Rows for ``FakeReads`` out of plain objects: each object is found by every key that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from domain import models

__all__ = ["rows"]

V = TypeVar("V")
K = TypeVar("K", bound=Hashable)


def rows(
    *,
    clients: Sequence[models.Client] = (),
    policies: Sequence[models.Policy] = (),
    claims: Sequence[models.Claim] = (),
    contracts: Sequence[models.LifeContract] = (),
) -> dict[str, dict[Any, Any]]:
    """Return rows per read. Who holds nothing has an empty collection; who is not given is missing."""
    isns = [each.isn for each in clients]
    return {
        "clients": {each.isn: each for each in clients},
        "policies": {each.isn: each for each in policies},
        "policies_by_number": {each.key: each for each in policies},
        "policies_of_holder": grouped(isns, policies, lambda each: each.holder_isn),
        "claims": {each.id: each for each in claims},
        "claims_by_number": {each.number: each for each in claims},
        "claims_of_policy": grouped([each.key for each in policies], claims, lambda each: each.policy_number),
        "life_contracts": {each.number: each for each in contracts},
        "life_contracts_of_holder": grouped(isns, contracts, lambda each: each.holder_isn),
    }


def grouped(keys: Iterable[K], held: Iterable[V], key_of: Callable[[V], K]) -> dict[K, tuple[V, ...]]:
    """Group objects by key, with an empty group for a key that has none."""
    groups: dict[K, list[V]] = {key: [] for key in keys}
    for each in held:
        groups.setdefault(key_of(each), []).append(each)
    return {key: tuple(group) for key, group in groups.items()}
