"""Versions of the rule of automatic accounts, kept for good."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts.automatic import Decision, Outcome, Rule, RuleChange, StandingRule
from domain.models import ContactKind, Isn, Line, PolicyNumber
from gateway.store.store import PostgresStore
from resolvers.use_cases.ruling import RuleRefused, set_rule
from tests.unit.gateway.store.made import NOON, rows, somebody_waits

RULE: Final = Rule(frozenset({Line.LIFE, Line.KASKO}), Decimal("1500.50"), frozenset({ContactKind.EMAIL}), 7)
CHANGE: Final = RuleChange(StandingRule(RULE), "Ivanova", "the pilot begins", NOON)


async def test_the_newest_is_in_force_and_all_come_back_whole(store: PostgresStore) -> None:
    off = replace(CHANGE, standing=StandingRule(replace(RULE, least_premium=None), is_on=False), by="Petrov")
    async with store.work() as work:
        assert await work.rules.newest() is None
        numbers = [await work.rules.add(each) for each in (CHANGE, off)]
    first, second = (
        replace(each, standing=replace(each.standing, number=number))
        for each, number in zip((CHANGE, off), numbers, strict=True)
    )
    async with store.work() as work:
        assert await work.rules.newest() == second
        assert await work.rules.history(9) == [second, first]
        assert await work.rules.history(1) == [second]
    assert (first.standing.rule.version, numbers[0] < numbers[1]) == (RULE.version, True)


async def test_of_two_who_set_it_at_once_the_second_changes_what_the_first_has_made(store: PostgresStore) -> None:
    settled = StandingRule(RULE, is_on=False)

    def days(before: StandingRule) -> StandingRule:
        return replace(before, rule=replace(before.rule, new_days=3))

    async with store.work() as work:
        await work.rules.alone()
        second = asyncio.create_task(set_rule(store, settled, days, "Petrov", "complaint 17", NOON))
        await somebody_waits(store)
        await work.rules.add(CHANGE)
    made = await second
    assert (made.standing.is_on, made.standing.rule) == (True, replace(RULE, new_days=3))


async def test_what_is_refused_is_not_kept(store: PostgresStore) -> None:
    with pytest.raises(RuleRefused, match="lines"):
        await set_rule(
            store, StandingRule(RULE), lambda _: StandingRule(replace(RULE, lines=frozenset())), "I", "a reason", NOON
        )
    assert await rows(store, "SELECT count(*) FROM automatic_rules") == [(0,)]


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("lines", {"lines": frozenset()}),
        ("contacts", {"contacts": frozenset()}),
        ("new_days", {"new_days": 0}),
        ("new_days", {"new_days": 367}),
        ("least_premium", {"least_premium": Decimal(-1)}),
    ],
)
async def test_the_last_net_no_rule_that_cannot_be(
    store: PostgresStore, constraint: str, changes: dict[str, Any]
) -> None:
    wrong = replace(CHANGE, standing=StandingRule(replace(RULE, **changes)))
    with pytest.raises(IntegrityError, match=f"automatic_rules_{constraint}_check"):
        async with store.work() as work:
            await work.rules.add(wrong)


async def test_a_decision_names_a_version_that_there_is(store: PostgresStore) -> None:
    decision = Decision(7, Isn(1), PolicyNumber("P100"), Outcome.ACCEPTED, NOON, RULE.version, 77)
    with pytest.raises(IntegrityError, match="decisions_rule_number_fkey"):
        async with store.work() as work:
            await work.feed.decided(decision)
    async with store.work() as work:
        number = await work.rules.add(CHANGE)
        await work.feed.decided(replace(decision, rule_number=number))
    assert await rows(store, "SELECT seq, rule_number FROM decisions") == [(7, number)]
