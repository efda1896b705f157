"""What hangs on a life contract, in an order that does not change from one reading to the next."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from domain import models
from resolvers import life
from tests.fakes import objects
from tests.fakes.clock import NOW
from tests.fakes.objects import in_days, number, rub
from tests.fakes.reads import FakeReads
from tests.fakes.requests import client, request
from tests.unit.resolvers.graph import CLIENT

KINDS = models.LifeOperationKind
DONE = models.LifeOrderState.DONE
SORTED: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "life_surrender_tables": (
        life.surrender_table,
        tuple(models.SurrenderRow(year, in_days(year), Decimal(80), rub("80.00")) for year in (1, 2, 3)),
    ),
    "life_strategies": (
        life.strategies,
        tuple(models.Strategy(code, "Рост", models.Underlying("IDX", "Индекс"), Decimal(71)) for code in "ABC"),
    ),
    "life_operations": (
        life.operations,
        tuple(
            models.LifeOperation(kind, available=True, refusal=None)
            for kind in (KINDS.CHANGE_BENEFICIARY, KINDS.FIX_INCOME, KINDS.SURRENDER)
        ),
    ),
    "life_orders": (
        life.orders,
        (
            models.LifeOrder("z", KINDS.SURRENDER, DONE, NOW - timedelta(days=1)),
            models.LifeOrder("a", KINDS.SURRENDER, DONE, NOW),
            models.LifeOrder("b", KINDS.SURRENDER, DONE, NOW),
        ),
    ),
}


@pytest.mark.parametrize("read", SORTED)
async def test_whatever_order_the_engine_answers_in(read: str) -> None:
    relation, ordered = SORTED[read]
    for answer in permutations(ordered):
        context = request(FakeReads(**{read: {number(200): answer}}), client(CLIENT))
        assert await relation([objects.contract()], context) == [ordered]


async def test_levels_come_the_oldest_first() -> None:
    ordered = tuple(models.UnderlyingLevel(in_days(day), Decimal("100.0000")) for day in (-2, -1, 0))
    context = request(FakeReads(underlying_levels={"IDX1": ordered[::-1]}), client(CLIENT))

    assert await life.underlying_levels([models.Underlying("IDX1", "Индекс роста")], context) == [ordered]
