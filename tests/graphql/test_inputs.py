"""Inputs hold what a customer decides and nothing else: what the gateway has to know by itself cannot be sent along.

Every input object of every mutation is tried with fields that it has not, and every place of every input, those of
queries too, has a name that says whether it could be something that is not the client's to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from tests.graphql.accounts import STRANGER, Town
from tests.graphql.test_signed_out import everything
from tests.graphql.test_strangers_commands import (
    EMPLOYEE,
    EXECUTION,
    FOR_EMPLOYEES,
    MUTATIONS,
    operation,
    problems,
    run,
    values,
)

EXTRA: Final = ("accountId", "clientIsn", "status", "amount", "scope", "twoStep", "returnUrl", "__proto__")
"""What somebody would like to send along."""

THE_GATEWAYS: Final = """
account owner holder client user viewer subject isn role admin employee scope scopes origin status state locked
confirmed verified created paid signed price premium amount sum cost total currency discount rate deductible
url uri link address host domain redirect return back callback next template device locale
"""
"""Words for what the gateway knows by itself, or from its settings, and for places to send somebody to."""

SAID_ALL_THE_SAME: Final = {
    "prepareRegistration.clientId": "of whom an employee with the scope begins an account",
    "lockAccount.clientId": "as above",
    "unlockAccount.clientId": "as above",
    "startPayment.payable.deductibleOf": "the id of one's own claim",
    "priceRenewal.choice.coverages.sumInsured": "one of those on offer, or there is no price",
    "priceRenewal.choice.deductible": "as above",
}


def leaves(path: str, kind: Any) -> Iterator[str]:
    """Paths to every value within a type."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from leaves(f"{path}.{name}", field.type)
    else:
        yield path


def objects(value: Any, kind: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths to every input object within a value."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from objects(each, kind, (*path, place))
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType) and isinstance(value, dict):
        yield path
        for name, each in value.items():
            yield from objects(each, named.fields[name].type, (*path, name))


def with_extra(value: Any, path: tuple[str | int, ...], extra: str) -> Any:
    """Return a value with a field more in the object at a path."""
    if not path:
        return {**value, extra: "1"}
    first, *rest = path
    if isinstance(value, list):
        return [with_extra(each, tuple(rest), extra) if place == first else each for place, each in enumerate(value)]
    return {name: with_extra(each, tuple(rest), extra) if name == first else each for name, each in value.items()}


def literal(value: Any, kind: Any) -> str:
    """Write a value as it stands in a document; a field that the type has not is a text."""
    if isinstance(value, list):
        return f"[{', '.join(literal(each, kind) for each in value)}]"
    named = None if kind is None else get_named_type(kind)
    if isinstance(value, dict):
        fields: Mapping[str, Any] = getattr(named, "fields", {})
        inner = (
            f"{name}: {literal(each, fields[name].type if name in fields else None)}" for name, each in value.items()
        )
        return f"{{{', '.join(inner)}}}"
    return str(value) if isinstance(named, GraphQLEnumType) else json.dumps(value, ensure_ascii=False)


OBJECTS: Final = [
    (name, argument, path)
    for name, given in values(STRANGER).items()
    for argument, value in given.items()
    for path in objects(value, MUTATIONS[name].args[argument].type)
]


async def refused(name: str, text: str, given: Mapping[str, Any], extra: str) -> None:
    """Run a text, and look that it was refused for what it has too much: nothing was done, and nobody asked."""
    town = Town()
    before = everything(town)
    viewer = EMPLOYEE if name in FOR_EMPLOYEES else STRANGER.viewer
    result = await EXECUTION.run(text, given, context=town.context(viewer))
    assert [each for each in result.errors or () if extra in each.message]
    assert result.data is None
    assert everything(town) == before


def test_every_input_object_is_tried() -> None:
    used = {
        named.name
        for field in MUTATIONS.values()
        for argument in field.args.values()
        for named in within(argument.type)
    }
    tried = set()
    for name, argument, path in OBJECTS:
        kind = get_named_type(MUTATIONS[name].args[argument].type)
        for step in path:
            if isinstance(step, str):
                assert isinstance(kind, GraphQLInputObjectType)
                kind = get_named_type(kind.fields[step].type)
        tried.add(kind.name)
    assert tried == used


def within(kind: Any) -> Iterator[GraphQLInputObjectType]:
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        yield named
        for field in named.fields.values():
            yield from within(field.type)


@pytest.mark.parametrize("extra", EXTRA)
@pytest.mark.parametrize(("name", "argument", "path"), OBJECTS, ids=str)
async def test_no_input_object_takes_a_field_that_it_has_not(
    name: str, argument: str, path: tuple[str | int, ...], extra: str
) -> None:
    own = values(STRANGER)[name]
    more = with_extra(own[argument], path, extra)
    await refused(name, operation(name), {**own, argument: more}, extra)

    written = literal(more, MUTATIONS[name].args[argument].type)
    declared = re.sub(rf"\${argument}: [^,)]+(, )?", "", operation(name), count=1).replace("()", "", 1)
    await refused(name, declared.replace(f"{argument}: ${argument}", f"{argument}: {written}"), own, extra)


@pytest.mark.parametrize(("name", "argument", "path"), OBJECTS, ids=str)
async def test_written_in_the_document_without_it_they_do_get_through(
    name: str, argument: str, path: tuple[str | int, ...]
) -> None:
    own = values(STRANGER)[name]
    written = literal(own[argument], MUTATIONS[name].args[argument].type)
    declared = re.sub(rf"\${argument}: [^,)]+(, )?", "", operation(name), count=1).replace("()", "", 1)
    text = declared.replace(f"{argument}: ${argument}", f"{argument}: {written}")
    result = await EXECUTION.run(text, own, context=Town().context(STRANGER.viewer))
    assert not result.errors


@pytest.mark.parametrize("extra", [each for each in EXTRA if not each.startswith("__")])
@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_mutation_takes_an_argument_that_it_has_not(name: str, extra: str) -> None:
    text = operation(name)
    called = f"{name}({extra}: 1, " if MUTATIONS[name].args else f"{name}({extra}: 1)"
    more = text.replace(f"{name}(" if MUTATIONS[name].args else name, called, 1)
    await refused(name, more, values(STRANGER)[name], extra)


def test_what_the_gateway_knows_by_itself_is_no_input_of_anything() -> None:
    roots = (EXECUTION.schema.query_type, EXECUTION.schema.mutation_type)
    places = {
        place
        for root in roots
        if root is not None
        for name, field in root.fields.items()
        for argument, each in field.args.items()
        for place in leaves(f"{name}.{argument}", each.type)
    }
    gateways = set(THE_GATEWAYS.split())
    found = {place for place in places if not gateways.isdisjoint(words(place))}
    assert found == set(SAID_ALL_THE_SAME)


def words(place: str) -> list[str]:
    """Words of the names below a mutation's own."""
    return [each.lower() for each in re.findall(r"[A-Z]?[a-z]+", place.partition(".")[2])]


@pytest.mark.parametrize(
    "change",
    [
        {"coverages": [{"riskCode": "DAMAGE", "sumInsured": "1.00"}]},
        {"coverages": [{"riskCode": "DAMAGE", "sumInsured": "-1500000.00"}]},
        {"deductible": "0.01"},
        {"deductible": "999999999.00"},
    ],
    ids=str,
)
async def test_a_sum_that_is_not_on_offer_has_no_price(change: Mapping[str, Any]) -> None:
    town, own = Town(), values(STRANGER)["priceRenewal"]
    answer = await run(town, STRANGER.viewer, "priceRenewal", {**own, "choice": {**own["choice"], **change}})
    assert problems(answer) == ["ChoiceNotOffered"]
    assert town.renewing.asked == []
