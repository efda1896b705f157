"""test_abstract, test_abstract_async and test_union_interface."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLSchema

from tests.execution.scenarios.scenario import Elsewhere, Scenario, Sync

__all__ = ["SCENARIOS"]

PETS = """interface Pet { name: String } type Dog implements Pet { name: String woofs: Boolean }
  type Cat implements Pet { name: String meows: Boolean } type Rock { weight: Int }
  union Any = Dog | Cat type Query { pets: [Pet] any: [Any] pet: Pet must: Pet! }"""
ODIE = {"kind": "Dog", "name": "Odie", "woofs": True}
GARFIELD = {"kind": "Cat", "name": "Garfield", "meows": False}
ASKED = "{ pets { __typename name ... on Dog { woofs } ... on Cat { meows } } }"
UNITED = "{ any { __typename ... on Dog { name woofs } ... on Cat { name meows } } }"


def pets(*given: Any) -> Any:
    """Make a root with pets, in each place there is."""
    return lambda _soon: {"pets": list(given), "any": list(given), "pet": given[0], "must": given[0]}


def told(answer: Any) -> Any:
    """Tell types by a function of the value."""

    def dress(schema: GraphQLSchema, soon: Sync) -> None:
        for name in ("Pet", "Any"):
            schema.type_map[name].resolve_type = soon.answer(  # type: ignore[attr-defined]
                lambda value, _info, _kind: answer(value)
            )

    return dress


def asked(*names: str) -> Any:
    """Tell types by asking each; some cannot say."""

    def dress(schema: GraphQLSchema, soon: Sync) -> None:
        for name in names:
            schema.type_map[name].is_type_of = soon.answer(  # type: ignore[attr-defined]
                lambda value, _info, name=name: value["kind"] == name
            )

    return dress


def refusing(*_: Any) -> Any:
    """Raise instead of telling."""
    raise ValueError("we are testing this error")


def dress_refusing(schema: GraphQLSchema, soon: Sync) -> None:
    """Have a type raise when it is asked."""
    schema.type_map["Dog"].is_type_of = soon.answer(refusing)  # type: ignore[attr-defined]
    schema.type_map["Cat"].is_type_of = lambda *_: False  # type: ignore[attr-defined]


def dress_mixed(schema: GraphQLSchema, soon: Sync) -> None:
    """Await what one type says, and not what the other does."""
    schema.type_map["Dog"].is_type_of = soon.answer(  # type: ignore[attr-defined]
        lambda value, _info: value["kind"] == "Dog"
    )
    schema.type_map["Cat"].is_type_of = lambda value, _info: value["kind"] == "Cat"  # type: ignore[attr-defined]


class Named:
    """Says its type by a private attribute."""

    def __init__(self, name: str) -> None:
        self.__typename = "Cat"
        self.name = name


ABSTRACT = [
    Scenario(
        "is_type_of used to resolve runtime type for interface",
        PETS,
        ASKED,
        pets(ODIE, GARFIELD),
        dress=asked("Dog", "Cat"),
    ),
    Scenario(
        "is_type_of used to resolve runtime type for union",
        PETS,
        UNITED,
        pets(ODIE, GARFIELD),
        dress=asked("Dog", "Cat"),
    ),
    Scenario("is_type_of can throw", PETS, ASKED, pets(ODIE, GARFIELD), dress=dress_refusing),
    Scenario("is_type_of is awaited for some types alone", PETS, ASKED, pets(ODIE, GARFIELD), dress=dress_mixed),
    Scenario("is_type_of says no of all", PETS, "{ must { name } }", pets({"kind": "Rock"}), dress=asked("Dog", "Cat")),
    Scenario("is_type_of can return false", PETS, ASKED, pets({"kind": "Rock"}), dress=asked("Dog", "Cat")),
    Scenario("is_type_of with no suitable type", PETS, UNITED, pets({"kind": "Rock"}), dress=asked("Cat")),
    Scenario("resolve_type can throw", PETS, ASKED, pets(ODIE), dress=told(refusing)),
    Scenario(
        "resolve_type on union yields useful error",
        PETS,
        UNITED,
        pets(ODIE, {"kind": "Rock"}),
        dress=told(lambda value: value["kind"]),
    ),
    Scenario(
        "returning invalid value from resolve_type yields useful error",
        PETS,
        "{ pet { name } }",
        pets(ODIE),
        dress=told(lambda _: []),
    ),
    Scenario("resolve_type returns nothing", PETS, "{ pet { name } }", pets(ODIE), dress=told(lambda _: None)),
    Scenario(
        "resolve_type returns a type's name that is not in the schema",
        PETS,
        "{ pet { name } }",
        pets(ODIE),
        dress=told(lambda _: "Human"),
    ),
    Scenario(
        "resolve_type returns an input type's name",
        PETS,
        "{ pet { name } }",
        pets(ODIE),
        dress=told(lambda _: "String"),
    ),
    Scenario(
        "resolve_type returns another type's name", PETS, "{ pet { name } }", pets(ODIE), dress=told(lambda _: "Rock")
    ),
    Scenario(
        "resolve_type returns a type itself",
        PETS,
        "{ pet { name } }",
        pets(ODIE),
        dress=told(lambda _: {"name": "Dog"}),
    ),
    Scenario(
        "resolve_type allows resolving with type name",
        PETS,
        ASKED,
        pets(ODIE, GARFIELD),
        dress=told(lambda value: value["kind"]),
    ),
    Scenario("resolve_type resolved by __typename of a mapping", PETS, ASKED, pets({"__typename": "Dog", "name": "x"})),
    Scenario("resolve_type resolved by the private attribute of an object", PETS, ASKED, pets(Named("y"))),
    Scenario(
        "missing both resolve_type and is_type_of yields useful error",
        PETS,
        "{ pet { name } any { __typename } }",
        pets(ODIE),
    ),
    Scenario(
        "the type told has an is_type_of that says no",
        PETS,
        ASKED,
        pets(ODIE, GARFIELD),
        dress=lambda schema, soon: (told(lambda _: "Dog")(schema, soon), asked("Dog")(schema, soon)),
    ),
    Elsewhere("resolve_type is given the info and context", "the world's resolve_type takes them"),
]

UNION = [
    Scenario(
        "can introspect on union and intersection types",
        PETS,
        """{ named: __type(name: "Pet") { kind name
        fields { name } interfaces { name } possibleTypes { name } }
        any: __type(name: "Any") { kind possibleTypes { name } } }""",
    ),
    Scenario(
        "executes using union types",
        PETS,
        "{ any { __typename ... on Dog { name } } }",
        pets(ODIE, GARFIELD),
        dress=asked("Dog", "Cat"),
    ),
    Scenario(
        "executes union types with inline fragments", PETS, UNITED, pets(ODIE, GARFIELD), dress=asked("Dog", "Cat")
    ),
    Scenario(
        "executes using interface types",
        PETS,
        "{ pets { __typename name } }",
        pets(ODIE, GARFIELD),
        dress=asked("Dog", "Cat"),
    ),
    Scenario(
        "allows fragment conditions to be abstract types",
        PETS,
        "{ any { ...P ... on Pet { again: name } } pets { ... on Any { ...P } } } "
        "fragment P on Pet { __typename name ... on Dog { woofs } }",
        pets(ODIE, GARFIELD),
        dress=asked("Dog", "Cat"),
    ),
    Elsewhere("gets execution info in the resolve_type function", "the world's resolve_type takes it"),
]

SCENARIOS = {"abstract, abstract_async": ABSTRACT, "union_interface": UNION}
