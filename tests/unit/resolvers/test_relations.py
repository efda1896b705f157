"""What every batch function promises: an outcome per parent, in order, each read asked once however many parents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain import models
from domain.deadlines import claim_deadlines
from domain.errors import Source, SourceGarbled, SourceTimeout
from domain.models import ClientRef, Isn
from resolvers import claims, clients, life, policies, renewals
from resolvers.pages import Page, Slice
from tests.fakes import objects
from tests.fakes.clock import NOW, TODAY
from tests.fakes.objects import in_days, number, rub
from tests.fakes.reads import FakeReads
from tests.fakes.requests import EMPLOYEE, request

Batch = Callable[..., Coroutine[Any, Any, Sequence[Any]]]


@dataclass(frozen=True)
class Relation:
    """A relation: its parent by number, the read behind it with key and row, what is shown of a row, and of none.

    ``absent`` is a class of failure where the system has a row for every parent, be it an empty one.
    """

    function: Batch
    parent: Callable[[int], Any]
    read: str
    key: Callable[[int], Any]
    row: Callable[[int], Any]
    absent: Any
    arguments: dict[str, Any] = field(default_factory=dict)
    shown: Callable[[Any], Any] = lambda row: row


def ref(n: int) -> ClientRef:
    return ClientRef(Isn(n))


def ticker(n: int) -> models.Underlying:
    return models.Underlying(f"IDX{n}", f"Индекс {n}")


def renewal(n: int) -> models.Renewal:
    return models.Renewal(True, in_days(-n), in_days(30), rub("50000.00"), refusal=None)


def number_of(row: models.Renewal) -> int:
    """Of which policy a renewal is."""
    assert row.opens_on is not None
    return (TODAY - row.opens_on).days


def product_rules(n: int) -> models.ProductRules:
    return models.ProductRules(f"A{n}", "Правила", "3", date(2025, 1, 1), 14, (1, 2, 4))


def product(n: int) -> models.Policy:
    return objects.policy(n, product=models.Product(f"A{n}", "Автозащита"))


RELATIONS = {
    "client's profile": Relation(clients.profile, ref, "clients", Isn, objects.client, None),
    "client's policies": Relation(
        clients.policies,
        ref,
        "policies_of_holder",
        Isn,
        lambda n: (objects.policy(1000 + n, holder_isn=Isn(n)),),
        (),
        {"part": Slice()},
    ),
    "client's life contracts": Relation(
        clients.life_contracts,
        ref,
        "life_contracts_of_holder",
        Isn,
        lambda n: (objects.contract(1000 + n, holder_isn=Isn(n)),),
        (),
    ),
    "policy's instalments": Relation(
        policies.instalments, objects.policy, "instalments", number, lambda n: (objects.instalment(n),), SourceGarbled
    ),
    "policy's documents": Relation(
        policies.documents, objects.policy, "documents", number, lambda n: (objects.document(n),), SourceGarbled
    ),
    "policy's renewal": Relation(
        renewals.renewals,
        objects.policy,
        "renewals",
        number,
        renewal,
        None,
        shown=lambda row: renewals.PolicyRenewal(objects.policy(number_of(row)), row),
    ),
    "renewal's choices": Relation(
        renewals.choices,
        lambda n: renewals.PolicyRenewal(objects.policy(n), renewal(n)),
        "renewal_choices",
        number,
        objects.renewal_choices,
        None,
        shown=lambda row: renewals.OfferedChoices(objects.policy(row.drivers[0]), row),
    ),
    "policy's rules": Relation(
        policies.product_rules, product, "product_rules", lambda n: f"A{n}", product_rules, None
    ),
    "policy's claims": Relation(
        policies.claims, objects.policy, "claims_of_policy", number, lambda n: (objects.claim(f"c{n}", n),), ()
    ),
    "policy's life contract": Relation(
        policies.life_contract,
        lambda n: objects.policy(n, line=models.Line.LIFE),
        "life_contracts",
        number,
        objects.contract,
        None,
    ),
    "claim's policy": Relation(
        claims.policy, lambda n: objects.claim(f"c{n}", n), "policies_by_number", number, objects.policy, None
    ),
    "claim's messages": Relation(
        claims.messages,
        lambda n: objects.claim(f"c{n}"),
        "claim_messages",
        lambda n: models.ClaimId(f"c{n}"),
        lambda n: (objects.message(f"m{n}"),),
        (),
    ),
    "claim's deadlines": Relation(
        claims.deadlines,
        lambda n: objects.claim(f"c{n}", n, documents_complete_on=date(2025, 9, 1)),
        "policies_by_number",
        number,
        objects.policy,
        (),
        shown=lambda row: claim_deadlines(objects.claim(documents_complete_on=date(2025, 9, 1)), row.line),
    ),
    "contract's policy": Relation(life.policy, objects.contract, "policies", Isn, objects.policy, None),
    "contract's valuation": Relation(
        life.valuation, objects.contract, "life_valuations", number, objects.valuation, None
    ),
    "contract's surrender table": Relation(
        life.surrender_table,
        objects.contract,
        "life_surrender_tables",
        number,
        lambda n: (models.SurrenderRow(n, in_days(n), Decimal(80), rub("80.00")),),
        SourceGarbled,
    ),
    "contract's strategies": Relation(
        life.strategies,
        objects.contract,
        "life_strategies",
        number,
        lambda n: (models.Strategy(f"S{n}", "Рост", ticker(n), Decimal(71)),),
        SourceGarbled,
    ),
    "contract's operations": Relation(
        life.operations,
        objects.contract,
        "life_operations",
        number,
        lambda n: (models.LifeOperation(models.LifeOperationKind.SURRENDER, n % 2 == 0, refusal=None),),
        SourceGarbled,
    ),
    "contract's orders": Relation(
        life.orders,
        objects.contract,
        "life_orders",
        number,
        lambda n: (models.LifeOrder(f"o{n}", models.LifeOperationKind.SURRENDER, models.LifeOrderState.DONE, NOW),),
        SourceGarbled,
    ),
    "underlying's levels": Relation(
        life.underlying_levels,
        ticker,
        "underlying_levels",
        lambda n: f"IDX{n}",
        lambda n: (models.UnderlyingLevel(in_days(-n), Decimal("100.0000")),),
        None,
    ),
}


@pytest.fixture(params=RELATIONS)
def relation(request: pytest.FixtureRequest) -> Relation:
    return RELATIONS[request.param]


def world(relation: Relation, *held: int) -> FakeReads:
    return FakeReads(**{relation.read: {relation.key(n): relation.row(n) for n in held}})


def unpaged(answers: Sequence[Any]) -> list[Any]:
    """Take the nodes out of pages; leave anything else as it is."""
    return [tuple(edge.node for edge in each.edges) if isinstance(each, Page) else each for each in answers]


def expected(relation: Relation, n: int) -> Any:
    return relation.shown(relation.row(n))


async def test_a_hundred_parents_are_one_call(relation: Relation) -> None:
    parents = [relation.parent(n) for n in range(1, 101)]
    reads = world(relation, *range(1, 101))

    answers = await relation.function(parents, request(reads, EMPLOYEE), **relation.arguments)

    assert unpaged(answers) == [expected(relation, n) for n in range(1, 101)]
    assert reads.calls == {relation.read: 1}


async def test_answers_come_in_the_order_of_parents_with_gaps_where_nothing_is(relation: Relation) -> None:
    order = [7, 3, 9, 3, 8]
    reads = world(relation, 3, 7)

    answers = await relation.function(
        [relation.parent(n) for n in order], request(reads, EMPLOYEE), **relation.arguments
    )

    present = {3, 7}
    told = [type(each) if isinstance(each, SourceGarbled) else each for each in unpaged(answers)]
    assert told == [expected(relation, n) if n in present else relation.absent for n in order]


async def test_a_failure_is_told_of_the_parents_it_concerns_alone(relation: Relation) -> None:
    failure = SourceTimeout(Source.POLICY_CORE, "anything", "no whole answer in time")
    reads = world(relation, 1, 2, 3)
    reads.fail(relation.read, failure, [relation.key(2)])

    answers = await relation.function(
        [relation.parent(n) for n in (1, 2, 3)], request(reads, EMPLOYEE), **relation.arguments
    )

    assert unpaged(answers) == [expected(relation, 1), failure, expected(relation, 3)]


async def test_no_parents_ask_nothing(relation: Relation) -> None:
    reads = world(relation)

    assert list(await relation.function([], request(reads, EMPLOYEE), **relation.arguments)) == []
    assert reads.calls == {}


async def test_parents_of_two_fields_share_a_call(relation: Relation) -> None:
    reads = world(relation, 1, 2)
    context = request(reads, EMPLOYEE)
    parents = [context.loaders.relation(relation.function, context, relation.arguments) for _ in range(2)]

    assert parents[0] is parents[1]
    await asyncio.gather(*(parents[0].one(relation.parent(each)) for each in (1, 2, 1)))
    assert reads.calls == {relation.read: 1}
    assert reads.keys[relation.read] == [relation.key(1), relation.key(2)]
