"""Pages of FindPolicies to the policies of each holder. Source: PROTOCOL.md, section 5."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from adapters.policy_core import errors, wire
from adapters.policy_core.mapping.batches import Matched, item_failure, matched, settled
from adapters.policy_core.mapping.policies import policy
from adapters.policy_core.mapping.values import isn, whole
from domain import models
from domain.errors import SourceError, SourceGarbled
from domain.ports import MISSING, Missing, Outcome, Rows

__all__ = ["held"]

Placed = tuple[int, wire.Policy]
"""A row with the place of its page."""


def held(
    operation: str, asked: Sequence[models.Isn], pages: Sequence[wire.FoundPolicies]
) -> Matched[models.Isn, Rows[models.Policy]]:
    """Give each person the policies of all pages."""

    def person(row: wire.ClientItem) -> models.Isn:
        return isn(row.client_isn, "ClientIsn")

    def count(row: wire.ClientItem) -> Outcome[int]:
        failure = item_failure(operation, row.item_status)
        return whole(row.policy_count, "PolicyCount") if failure is None else failure

    persons = matched(operation, asked, (row for page in pages for row in page.client), person, count)
    oddities = list(persons.oddities)
    owned: dict[models.Isn, list[Placed]] = defaultdict(list)
    for place, row in ((place, row) for place, page in enumerate(pages) for row in page.policy):
        try:
            owned[isn(row.holder_isn, "HolderIsn")].append((place, row))
        except wire.Unreadable as broken:
            # Whose it is shows in the count of the holder who lacks it.
            oddities.append(f"a policy of nobody knows whom: {broken}")
    outcomes: dict[models.Isn, Outcome[Rows[models.Policy]]] = {}
    for holder, told in persons.outcomes.items():
        rows = owned.pop(holder, [])
        outcomes[holder] = told if isinstance(told, SourceError) else portfolio(operation, told, rows)
    oddities += ["a row that was not asked for" for rows in owned.values() for _ in rows]
    return Matched(outcomes, tuple(oddities))


def portfolio(operation: str, count: int | Missing, rows: Sequence[Placed]) -> Outcome[Rows[models.Policy]]:
    """Read one person's policies. Shape: by ISN, those that cannot be read last."""
    if isinstance(count, Missing):
        return errors.garbled(operation, "policies of an unknown person") if rows else MISSING
    versions: dict[object, list[Placed]] = defaultdict(list)
    for place, row in rows:
        versions[identity(row)].append((place, row))
    if len(versions) < count:
        return errors.garbled(operation, "fewer policies than PolicyCount")
    found = [single(operation, each) for each in versions.values()]
    good = [each for each in found if not isinstance(each, SourceGarbled)]
    bad = [each for each in found if isinstance(each, SourceGarbled)]
    return (*sorted(good, key=lambda each: each.isn), *bad)


def identity(row: wire.Policy) -> models.Isn | wire.Policy:
    """Tell policies apart: by ISN, or by the whole row where that cannot be read."""
    try:
        return isn(row.isn, "Isn")
    except wire.Unreadable:
        return row


def single(operation: str, versions: Sequence[Placed]) -> models.Policy | SourceGarbled:
    """Read one policy. Data move under the pages, so it may stand on two of them, though not with two contents."""
    first = versions[0][1]
    places = {place for place, _ in versions}
    if len(places) < len(versions) or any(row != first for _, row in versions):
        return errors.garbled(operation, "a policy came twice")
    return settled(operation, policy, first)
