"""How long a whole answer may be kept: the least age and the strictest scope of all that is selected."""

from __future__ import annotations

from typing import Annotated

import pytest
import strawberry
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate

from gateway.http.caching import NOBODY, Keeping, Keepings, keeping
from gateway.limits.documents import Document
from schema import root
from schema.caching import PART, private, public


@strawberry.type(directives=[PART])
class Part:
    leaf: int = 1


@strawberry.type(directives=[public(60)])
class Known:
    leaf: int = 1
    short: int = strawberry.field(default=1, directives=[public(5)])
    secret: int = strawberry.field(default=1, directives=[private(90)])
    part: Part = strawberry.field(default_factory=Part)
    longer: Part = strawberry.field(default_factory=Part, directives=[public(600)])


@strawberry.type
class Silent:
    leaf: int = 1


@strawberry.interface
class Thing:
    leaf: int = 1


@strawberry.type(directives=[public(20)])
class Small(Thing):
    silent: Silent = strawberry.field(default_factory=Silent)


@strawberry.type(directives=[private(40)])
class Large(Thing):
    leaf: int = strawberry.field(default=1, directives=[private(10)])


Either = Annotated[Known | Part, strawberry.union("Either")]
Said = Annotated[Known | Silent, strawberry.union("Said", directives=[public(30)])]


@strawberry.type
class Query:
    known: Known
    part: Part
    silent: Silent
    thing: Thing
    either: Either
    said: Said
    bare: int
    counted: int = strawberry.field(directives=[public(7)])
    inherited: Known = strawberry.field(directives=[PART])
    held: Silent = strawberry.field(directives=[public(15)])
    many: list[Known]


@strawberry.type
class Mutation:
    known: Known = strawberry.field(directives=[public(60)])


SCHEMA = strawberry.Schema(Query, Mutation, types=[Small, Large])._schema
REAL = root.build()._schema


def kept(text: str, schema: GraphQLSchema = SCHEMA, name: str | None = None) -> Keeping:
    document = parse(text)
    assert validate(schema, document) == []
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    [operation] = [each for each in operations if name is None or (each.name and each.name.value == name)]
    return keeping(schema, document, operation)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ known { leaf } }", Keeping(60, private=False)),
        ("{ many { leaf } }", Keeping(60, private=False)),
        pytest.param("{ known { leaf short } }", Keeping(5, private=False), id="the least age"),
        pytest.param("{ known { leaf secret } }", Keeping(60, private=True), id="the strictest scope"),
        pytest.param("{ known { part { leaf } } }", Keeping(60, private=False), id="a part inherits"),
        pytest.param(
            "{ known { longer { leaf } } }", Keeping(60, private=False), id="a field cannot outlive its parent"
        ),
        pytest.param("{ held { leaf } }", Keeping(15, private=False), id="the field's word for a silent type"),
        pytest.param("{ counted }", Keeping(7, private=False), id="a leaf at the top with a hint"),
        pytest.param("{ bare }", NOBODY, id="a leaf at the top without"),
        pytest.param("{ known { leaf } bare }", NOBODY, id="one that says nothing"),
        pytest.param("{ silent { leaf } }", NOBODY, id="a silent type"),
        pytest.param("{ part { leaf } }", NOBODY, id="a part of nothing"),
        pytest.param("{ inherited { leaf } }", NOBODY, id="a part of nothing, by the field"),
        pytest.param("{ thing { __typename } }", Keeping(20, private=True), id="an interface: all it may be"),
        pytest.param("{ thing { leaf } }", Keeping(10, private=True), id="an interface's field: all it may be"),
        pytest.param("{ thing { ... on Small { silent { leaf } } } }", NOBODY, id="inside a condition"),
        pytest.param("{ either { __typename } }", NOBODY, id="a union, one of which is a part of nothing"),
        pytest.param("{ said { ... on Silent { leaf } } }", Keeping(30, private=False), id="a union's own word"),
        pytest.param(
            "{ known { leaf } ...F } fragment F on Query { counted }", Keeping(7, private=False), id="fragment"
        ),
        pytest.param("{ ...F } fragment F on Query { ...G } fragment G on Query { bare }", NOBODY, id="a fragment's"),
        pytest.param("{ a: known { b: short } }", Keeping(5, private=False), id="aliases"),
        pytest.param("{ known { leaf short @skip(if: true) } }", Keeping(5, private=False), id="whatever is skipped"),
        pytest.param("{ __typename }", NOBODY, id="nothing read"),
        pytest.param("{ known { leaf } __typename }", Keeping(60, private=False), id="names of types cost nothing"),
        pytest.param("{ __schema { types { name } } }", NOBODY, id="introspection"),
        pytest.param('{ known { leaf } __type(name: "A") { name } }', NOBODY, id="introspection beside"),
        pytest.param("mutation { known { leaf } }", NOBODY, id="a mutation"),
    ],
)
def test_the_rule(text: str, expected: Keeping) -> None:
    assert kept(text) == expected


def test_each_operation_of_a_document_by_itself() -> None:
    text = "query A { known { leaf } } query B { known { short } }"
    assert (kept(text, name="A").max_age_s, kept(text, name="B").max_age_s) == (60, 5)


def test_it_is_computed_once_per_operation_and_forgotten_with_its_document() -> None:
    text = "{ known { leaf } }"
    keepings = Keepings(SCHEMA)
    document = Document(text, parse(text))
    [operation] = document.operations
    first = keepings.of(document, operation)
    assert keepings.of(document, operation) is first
    del document
    assert len(keepings._known) == 0


@pytest.mark.parametrize(
    ("held", "signed_in", "header"),
    [
        (NOBODY, False, "no-store"),
        (NOBODY, True, "no-store"),
        (Keeping(0), True, "private, no-cache"),
        (Keeping(60), True, "private, max-age=60"),
        (Keeping(60, private=False), False, "public, max-age=60"),
        pytest.param(Keeping(60, private=False), True, "private, max-age=60", id="never shared if asked with a token"),
        (Keeping(0, private=False), False, "public, no-cache"),
    ],
)
def test_the_header(held: Keeping, signed_in: bool, header: str) -> None:
    assert held.cache_control(signed_in=signed_in) == header


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{ repairStations(city: "Тверь") { name phone } }', Keeping(3600, private=False)),
        ("{ viewer { kind client { id } } }", Keeping(300)),
        ("{ viewer { client { lifeContracts { number period { daysLeft } premium { formatted } } } } }", Keeping(300)),
        ("{ viewer { client { lifeContracts { valuation { payoutAtMaturity { amount } } } } } }", Keeping(60)),
        ("{ viewer { client { lifeContracts { orders { state } } } } }", Keeping(0)),
        ("{ viewer { client { policies { totalCount } } } }", Keeping(0)),
        ("{ viewer { client { policies { edges { node { rules { title } } } } } } }", Keeping(0)),
        ("{ viewer { client { reminders { items { title } } } } }", Keeping(0)),
        ('{ claim(number: "1") { statusText } }', Keeping(0)),
        ('{ node(id: "1") { id } }', Keeping(0)),
        ("{ viewer { client { profile { phone { value } } } } }", NOBODY),
        ('{ policy(number: "1") { documents { title download { url } } } }', NOBODY),
        ("{ __schema { queryType { name } } }", NOBODY),
    ],
)
def test_the_graph(text: str, expected: Keeping) -> None:
    assert kept(text, REAL) == expected


QUOTED = '"1"'
ARGUMENTS = {"ids": '["1"]', "by": '{ email: "a" }'}


@pytest.mark.parametrize("name", sorted(REAL.query_type.fields) if REAL.query_type else [])
def test_every_entry_point_of_the_graph_says_something(name: str) -> None:
    assert REAL.query_type
    arguments = [f"{each}: {ARGUMENTS.get(each, QUOTED)}" for each in REAL.query_type.fields[name].args]
    called = f"{name}({', '.join(arguments)})" if arguments else name
    assert kept(f"{{ {called} {{ __typename }} }}", REAL) != NOBODY
