"""What the schema promises about itself: described throughout, nullable where a system can fail, nothing undeclared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cached_property
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
)
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from resolvers import pages
from schema.caching import CacheControl, CacheControlScope
from schema.enums import ENUMS
from schema.fields import PLAN, FieldPlan, Way
from schema.pages import Connection, Edge
from schema.root import Query, build
from schema.shown import SHOWN

PRINTED = Path(__file__).parents[3] / "schema.graphql"
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}
KEPT_BY_NOBODY = {"ClientProfile", "DownloadLink"}
"""By these a person can be reached, or a file be opened."""

# The benches declare types of their own in the same way, and may have been imported before.
PRODUCT = {declared: shown for declared, shown in SHOWN.items() if declared.__module__.startswith("schema.")}
DECLARED = {**PRODUCT, Edge: pages.Edge, Connection: pages.Page}
SCHEMA = build()._schema
STEPS = {
    "PreparationPayload", "PictureCode", "PictureCodePayload",
    "RegistrationPayload", "StepProgress", "ControlQuestion", "Tokens",
    "SignInPayload", "InvalidField", "PictureWrong", "NotConfirmed", "WrongCode", "WrongAnswer", "StepOver",
    "CannotContinue", "AccountExists", "NoAccount", "RecoveryPayload", "SignInChallenge", "AccountChangePayload",
    "WrongSignIn", "TryLater", "ConsentNeeded", "ConsentPayload",
    "ChangeContactPayload", "ConfirmContactChangePayload",
    "StartPaymentPayload", "ForgetPaymentMeansPayload",
    "KeyUnfit", "KeyReused", "NothingSuch", "NoSuchMeans", "PaidAlready", "Unpayable", "TooLate",
    "PaymentStopped",
    "PriceRenewalPayload", "AcceptRenewalPayload", "SignRenewalPayload", "NothingFound", "NotRenewable",
    "ChoiceNotOffered", "OfferExpired", "NotAccepted", "PriceChanged", "RenewedAlready",
}  # fmt: skip
"""What only mutations answer, and nobody may keep either."""

NAMED = {name: kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__")}


def composites() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    return (kind for kind in NAMED.values() if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType))


def graphql_fields() -> dict[str, GraphQLField]:
    return {f"{kind.name}.{name}": field for kind in composites() for name, field in kind.fields.items()}


def declared_fields() -> dict[str, tuple[type, StrawberryField]]:
    """Every field of every type that shows a domain class."""
    found: dict[str, tuple[type, StrawberryField]] = {}
    for declared in DECLARED:
        definition = get_object_definition(declared, strict=True)
        for field in definition.fields:
            found[f"{declared.__name__}.{field.python_name}"] = (declared, field)
    return found


def attributes(domain_class: type) -> set[str]:
    """Names that an instance answers to."""
    assert is_dataclass(domain_class)
    computed = {name for name, each in vars(domain_class).items() if isinstance(each, property | cached_property)}
    return {field.name for field in fields(domain_class)} | computed


FIELDS = declared_fields()
PLANS: dict[str, FieldPlan] = {
    name: field.metadata[PLAN] for name, (_, field) in FIELDS.items() if PLAN in field.metadata
}


def test_schema_graphql_is_what_the_code_prints() -> None:
    assert PRINTED.read_text(encoding="utf-8") == build().as_str() + "\n"


@pytest.mark.parametrize("name", sorted(set(NAMED) - BUILT_IN))
def test_every_type_is_described(name: str) -> None:
    description = NAMED[name].description
    assert description
    # What the library says of its own scalars is no sentence, and in Python's words.
    assert description.endswith(".")
    assert "``" not in description


@pytest.mark.parametrize("name", graphql_fields())
def test_every_field_and_argument_is_described(name: str) -> None:
    field = graphql_fields()[name]

    assert field.description
    assert field.description.endswith(".")
    for argument in field.args.values():
        assert argument.description
        assert argument.description.endswith(".")


def test_every_enum_value_is_described() -> None:
    bare = [
        f"{name}.{value}"
        for name, kind in NAMED.items()
        if isinstance(kind, GraphQLEnumType)
        for value, shown in kind.values.items()
        if not shown.description
    ]

    assert bare == []


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_an_enum_explains_exactly_its_values(enum: type[Enum]) -> None:
    assert list(ENUMS[enum]) == [each.name for each in enum]
    assert enum.__doc__


def test_every_enum_of_the_graph_is_of_the_domain_and_none_is_left_over() -> None:
    in_graph = {name for name, kind in NAMED.items() if isinstance(kind, GraphQLEnumType)}

    assert in_graph - {CacheControlScope.__name__} == {enum.__name__ for enum in ENUMS}


def test_nothing_in_the_graph_is_a_binary_float() -> None:
    floats = [name for name, field in graphql_fields().items() if get_named_type(field.type).name == "Float"]

    assert floats == []


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_an_attribute_of_its_domain_class_or_leaves_a_plan(name: str) -> None:
    declared, field = FIELDS[name]
    plan = field.metadata.get(PLAN)

    if field.base_resolver is None:
        assert plan is None
        assert field.python_name in attributes(DECLARED[declared])
    else:
        assert isinstance(plan, FieldPlan)
        assert (plan.way is Way.BATCH) is iscoroutinefunction(plan.function)


@pytest.mark.parametrize("name", [name for name, plan in PLANS.items() if plan.way is Way.BATCH])
def test_what_a_system_may_fail_to_give_is_nullable(name: str) -> None:
    declared, field = FIELDS[name]
    shown = NAMED[declared.__name__]

    assert isinstance(shown, GraphQLObjectType)
    assert not isinstance(shown.fields[to_camel_case(field.python_name)].type, GraphQLNonNull)


@pytest.mark.parametrize("name", [field.python_name for field in get_object_definition(Query, strict=True).fields])
def test_every_entry_point_is_nullable(name: str) -> None:
    query = NAMED["Query"]
    assert isinstance(query, GraphQLObjectType)

    field = query.fields[to_camel_case(name)]
    assert not isinstance(field.type, GraphQLNonNull)


@pytest.mark.parametrize("name", [name for name, plan in PLANS.items() if plan.way is Way.BATCH])
def test_a_relation_says_how_long_it_may_be_kept_and_never_takes_it_from_what_it_hangs_on(name: str) -> None:
    declared, field = FIELDS[name]
    shown = NAMED[declared.__name__]
    assert isinstance(shown, GraphQLObjectType)
    kind = get_named_type(shown.fields[to_camel_case(field.python_name)].type)
    hints = field.directives or getattr(kind.extensions.get("strawberry-definition"), "directives", [])
    ages = [hint.max_age for hint in hints if isinstance(hint, CacheControl)]

    assert all(isinstance(age, int) for age in ages)
    assert ages or kind.name in KEPT_BY_NOBODY


def test_what_nobody_may_keep_is_named() -> None:
    silent = {
        declared.__name__
        for declared in DECLARED
        if not any(
            isinstance(each, CacheControl) for each in get_object_definition(declared, strict=True).directives or ()
        )
    }

    assert silent == KEPT_BY_NOBODY | STEPS


def test_an_edges_node_is_nullable() -> None:
    edges = [kind for kind in composites() if kind.name.endswith("Edge")]

    assert edges
    assert not any(isinstance(edge.fields["node"].type, GraphQLNonNull) for edge in edges)


def test_every_object_type_shows_a_domain_class() -> None:
    connections = {name for name in NAMED if name.endswith(("Connection", "Edge"))}
    objects = {name for name, kind in NAMED.items() if isinstance(kind, GraphQLObjectType)}

    assert objects - connections - {"Query", "Mutation"} == {declared.__name__ for declared in PRODUCT}


def test_only_scalars_that_keep_exactness_are_in_use() -> None:
    scalars = {name for name, kind in NAMED.items() if isinstance(kind, GraphQLScalarType)}

    assert scalars - BUILT_IN == {"Date", "DateTime", "Decimal"}


def test_members_of_unions_and_interfaces_are_told_apart_by_their_domain_class() -> None:
    domain_classes = list(PRODUCT.values())

    assert len(set(domain_classes)) == len(domain_classes)
    for kind in NAMED.values():
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            members: Any = SCHEMA.get_possible_types(kind)
            assert all(member.is_type_of is not None for member in members)
