"""Documents over any schema, valid or nearly so, with everything that a document can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.execution.choices import Choices, Drawn
from tests.execution.values import Spelling, Variables, arguments, condition, joined

__all__ = ["Written", "documents", "write"]

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
DEPTH: Final = 5
ROOTS: Final = ("query", "query", "query", "query", "mutation")
INTROSPECTION: Final = (
    "__schema { queryType { name } mutationType { __typename name } directives { name } }",
    '__type(name: "%s") { __typename kind name fields { name args { name defaultValue } } }',
    '__type(name: "%s") { name fields(includeDeprecated: true) { name type { kind ofType { name } } } }',
    '__type(name: "Nobody") { name }',
)


@dataclass(frozen=True, slots=True)
class Written:
    """A document and what goes with it."""

    text: str
    variables: dict[str, Any]
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A named fragment that is complete."""

    name: str
    kind: Composite
    spelling: Spelling

    @property
    def everything(self) -> Spelling:
        """What using it uses."""
        return Spelling("", self.spelling.variables, self.spelling.fragments | {self.name})


@dataclass(slots=True)
class Draft:
    """A document that is being written: what may be used again, and how many more fields it may have."""

    schema: GraphQLSchema
    choices: Choices
    left: int = 40
    variables: Variables = field(default_factory=Variables)
    fragments: dict[str, Fragment] = field(default_factory=dict)
    arguments: dict[tuple[str, ...], Spelling] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def documents(schema: GraphQLSchema) -> st.SearchStrategy[Written]:
    """Return a strategy for documents over a schema."""

    @st.composite
    def strategy(draw: Any) -> Written:
        return write(schema, Drawn(draw))

    return strategy()


def write(schema: GraphQLSchema, choices: Choices) -> Written:
    """Write a document: one operation or several, and the fragments they use."""
    draft = Draft(schema, choices)
    count = 1 + choices.below(3) if choices.chance(20) else 1
    named = count > 1 or choices.chance(40)
    operations = [operation(draft, f" Q{number}" if named else "") for number in range(count)]
    chosen = f"Q{choices.below(count)}" if count > 1 or (named and choices.chance(50)) else None
    if count > 1 and choices.chance(3):
        chosen = choices.pick([None, "Q9"])
    texts = [*operations, *(each.spelling.text for each in draft.fragments.values())]
    if choices.chance(25):
        texts.reverse()
    given = {name: each.value for name, each in draft.variables.declared.items() if each.value is not Undefined}
    return Written("\n".join(texts), given, chosen)


def operation(draft: Draft, name: str) -> str:
    """Write an operation; it declares just the variables that it and its fragments use."""
    keyword = draft.choices.pick(ROOTS) if draft.schema.mutation_type else "query"
    root = draft.schema.mutation_type if keyword == "mutation" else draft.schema.query_type
    assert root is not None
    body = selection_set(draft, root, DEPTH)
    used = [each.declared for key, each in draft.variables.declared.items() if key in body.variables]
    declared = f"({', '.join(used)})" if used else ""
    short = not name and not declared and keyword == "query" and draft.choices.chance(50)
    return body.text if short else f"{keyword}{name}{declared} {body.text}"


def selection_set(draft: Draft, kind: Composite, depth: int) -> Spelling:
    """Write the selections of a type, braces included."""
    count = 1 + draft.choices.below(4 if depth < DEPTH else 6)
    return joined([selection(draft, kind, depth) for _ in range(count)], "\n ").within("{ ", " }")


def selection(draft: Draft, kind: Composite, depth: int) -> Spelling:
    """Write a field or a fragment."""
    throw = draft.choices.below(100)
    draft.left -= 1
    if isinstance(kind, GraphQLUnionType) and depth > 1 and throw < 60:
        return inline_fragment(draft, kind, depth, bare=False)
    if throw >= 70 and depth > 1 and draft.left > 0:
        if throw >= 86:
            return spread(draft, kind, depth)
        return inline_fragment(draft, kind, depth, bare=throw >= 82)
    return chosen_field(draft, kind, depth, throw)


def inline_fragment(draft: Draft, kind: Composite, depth: int, *, bare: bool) -> Spelling:
    """Write an inline fragment, with or without a type condition."""
    inner = kind if bare else draft.choices.pick(overlapping(draft.schema, kind))
    head = Spelling("..." if bare else f"... on {inner.name}") + directives(draft)
    return head + selection_set(draft, inner, depth - 1).within(" ", "")


def spread(draft: Draft, kind: Composite, depth: int) -> Spelling:
    """Spread a fragment that is complete, or write one to spread."""
    fitting = overlapping(draft.schema, kind)
    complete = [each for each in draft.fragments.values() if each.kind in fitting]
    if complete and draft.choices.chance(60):
        chosen = draft.choices.pick(complete)
    else:
        inner = draft.choices.pick(fitting)
        body = selection_set(draft, inner, depth - 1)
        name = f"F{len(draft.fragments)}"
        chosen = Fragment(name, inner, body.within(f"fragment {name} on {inner.name} ", ""))
        draft.fragments[name] = chosen
    return Spelling(f"...{chosen.name}") + directives(draft) + chosen.everything


def overlapping(schema: GraphQLSchema, kind: Composite) -> list[Composite]:
    """Find the types that a fragment may be on where another is expected, the same first."""
    mine = possible(schema, kind)
    others = [
        each
        for each in schema.type_map.values()
        if isinstance(each, Composite) and each is not kind and mine & possible(schema, each)
    ]
    return [kind, *others]


def possible(schema: GraphQLSchema, kind: Composite) -> set[str]:
    """Name the types that a value of a type may have."""
    if isinstance(kind, GraphQLObjectType):
        return {kind.name}
    return {each.name for each in schema.get_possible_types(kind)}


def chosen_field(draft: Draft, kind: Composite, depth: int, throw: int) -> Spelling:
    """Write a field, with an alias or without."""
    if kind is draft.schema.query_type and throw < 3:
        bit = draft.choices.pick(INTROSPECTION)
        return Spelling(bit % draft.choices.pick(["Book", "Named", "Filter", "Genre"]) if "%s" in bit else bit)
    choices = {} if isinstance(kind, GraphQLUnionType) else kind.fields
    names = [name for name, each in choices.items() if depth > 1 or is_leaf_type(get_named_type(each.type))]
    if not names or draft.choices.chance(7):
        return Spelling("kind: __typename" if draft.choices.chance(20) else "__typename") + directives(draft)
    name = draft.choices.pick(names)
    return spelled_field(draft, name, choices[name], depth)


def spelled_field(draft: Draft, name: str, kind: GraphQLField, depth: int) -> Spelling:
    """Write a field; the same response name always has the same arguments, so that fields can be merged."""
    response = response_name(draft, name)
    known = (response, *kind.args)
    given = draft.arguments.get(known)
    if given is None:
        given = arguments(draft.choices, kind.args, draft.variables)
        draft.arguments[known] = given
    whole = Spelling(name if response == name else f"{response}: {name}") + given + directives(draft)
    inner = get_named_type(kind.type)
    if is_leaf_type(inner):
        return whole
    assert isinstance(inner, Composite)
    return whole + selection_set(draft, inner, depth - 1).within(" ", "")


def response_name(draft: Draft, name: str) -> str:
    """Choose what a field is called in the answer."""
    if not draft.choices.chance(25):
        return name
    same = [alias for alias, of in draft.aliases.items() if of == name]
    if same and draft.choices.chance(40):
        return draft.choices.pick(same)
    alias = draft.choices.pick([f"a{len(draft.aliases)}", f"{name}_{len(draft.aliases)}"])
    draft.aliases[alias] = name
    return alias


def directives(draft: Draft) -> Spelling:
    """Write a directive or two, mostly none."""
    if not draft.choices.chance(12):
        return Spelling()
    names = draft.choices.pick((["skip"], ["include"], ["skip", "include"], ["include", "skip"]))
    return joined([condition(draft.choices, draft.variables).within(f" @{name}(if: ", ")") for name in names], "")
