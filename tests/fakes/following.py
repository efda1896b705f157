"""How far the policy core's journal was followed, and the rule on the way, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.accounts.automatic import OPEN, Decision, RuleChange
from domain.accounts.ports import Overtaken, Try
from domain.models import Isn, PolicyNumber

if TYPE_CHECKING:
    from tests.fakes.account_rows import Rows

__all__ = ["FakeFeed", "FakeRules"]


class FakeFeed:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def position(self) -> int | None:
        return self.rows.position or None

    async def reach(self, seq: int, following: int | None = None) -> None:
        if seq <= self.rows.position:
            raise Overtaken
        self.rows.writes += 1
        self.rows.position = seq
        self.rows.tried = (0, 0, False) if following is None else (following, 1, True)

    async def begin(self, seq: int) -> Try:
        if seq <= self.rows.position:
            raise Overtaken
        before, tries, died = self.rows.tried
        self.rows.tried = (seq, tries + 1 if before == seq else 1, True)
        return Try(self.rows.tried[1], before == seq and died)

    async def broke_off(self, seq: int, *, counts: bool) -> None:
        before, tries, trying = self.rows.tried
        if before == seq and trying:
            self.rows.tried = (seq, tries if counts else tries - 1, False)

    async def decided(self, decision: Decision) -> None:
        self.rows.writes += 1
        self.rows.decisions.append(decision)

    async def open_policies(self, clients: Collection[Isn]) -> Mapping[Isn, PolicyNumber]:
        latest = {(each.client, each.policy): each for each in self.rows.decisions}
        found = sorted(latest.values(), key=lambda each: each.seq)
        left = [(each.client, each.policy) for each in found if each.outcome in OPEN]
        return {client: policy for client, policy in left if client is not None and client in clients}


class FakeRules:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    async def newest(self) -> RuleChange | None:
        return self.rows.rules[-1] if self.rows.rules else None

    async def alone(self) -> None:
        pass

    async def add(self, change: RuleChange) -> int:
        number = len(self.rows.rules) + 1
        self.rows.rules.append(replace(change, standing=replace(change.standing, number=number)))
        return number

    async def history(self, most: int) -> Sequence[RuleChange]:
        return self.rows.rules[: -most - 1 : -1]
