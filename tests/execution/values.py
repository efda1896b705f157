"""Literals, variables and their JSON values, for any input type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    Undefined,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

from tests.execution.choices import Choices

__all__ = ["Spelling", "Variable", "Variables", "arguments", "condition"]

DEPTH: Final = 3
"""How deep input objects go."""

SCALARS: Mapping[str, tuple[Any, ...]] = {
    "Int": (0, 1, 2, 13, -5, 2147483647),
    "Float": (0, 1.5, -2, 1e20),
    "String": ("", "text", 'quoted "\\ text', "Ж\n"),
    "Boolean": (True, False),
    "ID": ("id", "7", 7),
    "Decimal": ("1.10", "-0.5", "100"),
    "Date": ("2026-01-15", "0001-01-01"),
    "Anything": (1, "x", [1, [2]], None, 1.5, True),
}
OTHERS: Final = ("text", 1)
WRONG: Final[tuple[Any, ...]] = ("nonsense", 1.5, [[]], {"unknown": 1}, True, 99999999999, "")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a document: how it is declared and, unless it is left out, its value in JSON."""

    declared: str
    kind: str
    value: Any


@dataclass(slots=True)
class Variables:
    """The variables of a document."""

    declared: dict[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A piece of a document, and the variables and fragments that it uses."""

    text: str = ""
    variables: frozenset[str] = frozenset()
    fragments: frozenset[str] = frozenset()

    def __add__(self, other: Spelling) -> Spelling:
        return Spelling(
            self.text + other.text, self.variables | other.variables, self.fragments | other.fragments
        )  # fmt: skip

    def within(self, before: str, after: str) -> Spelling:
        """Put something around it."""
        return Spelling(before + self.text + after, self.variables, self.fragments)


def joined(pieces: list[Spelling], between: str) -> Spelling:
    """Put pieces behind each other."""
    whole = Spelling()
    for piece in pieces:
        whole += piece.within(between if whole.text else "", "")
    return whole


def arguments(choices: Choices, declared: Mapping[str, GraphQLArgument], variables: Variables) -> Spelling:
    """Spell arguments, parentheses included: all required ones and some of the others, in any order."""
    chosen = [
        value(choices, argument.type, variables, DEPTH, has_default=default_of(argument)).within(f"{name}: ", "")
        for name, argument in declared.items()
        if is_required_argument(argument) or choices.chance(35)
    ]
    if len(chosen) > 1 and choices.chance(30):
        chosen.reverse()
    return joined(chosen, ", ").within("(", ")") if chosen else Spelling()


def condition(choices: Choices, variables: Variables) -> Spelling:
    """Spell the condition of a directive."""
    if choices.chance(50):
        same = [name for name, each in variables.declared.items() if each.kind == "Boolean!"]
        if same and choices.chance(60):
            name = choices.pick(same)
            return Spelling(f"${name}", frozenset({name}))
        if choices.chance(4):  # may turn out null, which is an error of whatever holds the directive
            return declare(choices, "Boolean", choices.pick(["true", "false"]), choices.pick([True, None]), variables)
        return declare(choices, "Boolean!", choices.pick(["", "", "true"]), choices.chance(50), variables)
    return Spelling(choices.pick(["true", "false"]))


def value(
    choices: Choices, kind: GraphQLInputType, variables: Variables, depth: int, *, has_default: bool = False
) -> Spelling:
    """Spell a value: a variable or a literal."""
    if choices.chance(30):
        return variable(choices, kind, variables, has_default=has_default)
    return literal(choices, kind, variables, depth)


def literal(choices: Choices, kind: GraphQLInputType, variables: Variables, depth: int) -> Spelling:
    """Spell a literal, in which there may be variables."""
    if is_non_null_type(kind):
        kind = kind.of_type
    elif choices.chance(8):
        return Spelling("null")
    if is_list_type(kind):
        if choices.chance(15):  # one item stands for a list of it
            return literal(choices, non_null(kind.of_type), variables, depth)
        items = [value(choices, kind.of_type, variables, depth) for _ in range(choices.below(3))]
        return joined(items, ", ").within("[", "]")
    if isinstance(kind, GraphQLInputObjectType):
        return input_object(choices, kind, variables, depth)
    return Spelling(scalar_literal(leaf(choices, kind), kind))


def non_null(kind: Any) -> Any:
    """Return the type without its wrapper, to be spelled as a literal that is not null."""
    return kind.of_type if is_non_null_type(kind) else kind


def input_object(choices: Choices, kind: GraphQLInputObjectType, variables: Variables, depth: int) -> Spelling:
    """Spell an input object; just one field of a one-of."""
    fields = [
        value(choices, of_type, variables, depth - 1, has_default=has_default).within(f"{name}: ", "")
        if not kind.is_one_of
        else one_of(choices, of_type, variables, depth - 1).within(f"{name}: ", "")
        for name, of_type, has_default in chosen_fields(choices, kind, depth)
    ]
    return joined(fields, ", ").within("{", "}")


def one_of(choices: Choices, kind: Any, variables: Variables, depth: int) -> Spelling:
    """Spell the value of a one-of's field, which may not be null nor a variable that may be."""
    if choices.chance(25):
        return declare(choices, f"{kind}!", "", json_value(choices, kind, depth, null=False), variables)
    spelled = literal(choices, kind, variables, depth)
    return spelled if spelled.text != "null" else one_of(choices, kind, variables, depth)


def chosen_fields(
    choices: Choices, kind: GraphQLInputObjectType, depth: int
) -> list[tuple[str, GraphQLInputType, bool]]:
    """Choose the fields of an input object."""
    shallow = {name: each for name, each in kind.fields.items() if depth > 0 or required(each) or is_flat(each.type)}
    if kind.is_one_of:
        name = choices.pick(list(shallow))
        return [(name, shallow[name].type, False)]
    return [
        (name, each.type, default_of(each))
        for name, each in shallow.items()
        if required(each) or choices.chance(30)
    ]  # fmt: skip


def required(each: GraphQLInputField) -> bool:
    """Whether an input field must be given."""
    return is_non_null_type(each.type) and not default_of(each)


def default_of(each: GraphQLInputField | GraphQLArgument) -> bool:
    """Whether there is a default."""
    return each.default is not None or each.default_value is not Undefined


def is_flat(kind: Any) -> bool:
    """Whether a type has no input objects in it."""
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return not isinstance(kind, GraphQLInputObjectType)


def variable(choices: Choices, kind: GraphQLInputType, variables: Variables, *, has_default: bool) -> Spelling:
    """Use a variable where a type is expected, one that is there or a new one."""
    same = [name for name, each in variables.declared.items() if each.kind in {str(kind), f"{kind}!"}]
    if same and choices.chance(50):
        name = choices.pick(same)
        return Spelling(f"${name}", frozenset({name}))
    spelled, nullable = str(kind), not is_non_null_type(kind)
    given = Undefined if choices.chance(20) else json_value(choices, kind, DEPTH - 1)
    if nullable and choices.chance(25):
        given = json_value(choices, kind, DEPTH - 1, null=False)
        return declare(choices, f"{spelled}!", "", given, variables)
    if nullable or choices.chance(30):
        default = constant(choices, kind) if not nullable or choices.chance(40) else ""
        return declare(choices, spelled.removesuffix("!"), default, given, variables)
    if has_default and choices.chance(30):
        return declare(choices, spelled.removesuffix("!"), "", given, variables)
    return declare(choices, spelled, "", json_value(choices, kind, DEPTH - 1), variables)


def constant(choices: Choices, kind: GraphQLInputType) -> str:
    """Spell a default, in which there are no variables."""
    spelled = Spelling()
    for _ in range(4):
        inside = Variables()
        spelled = literal(choices, kind, inside, 1)
        if not spelled.variables:
            return spelled.text
    return "" if spelled.variables else spelled.text


def declare(choices: Choices, kind: str, default: str, given: Any, variables: Variables) -> Spelling:
    """Declare a variable and use it; now and then its value is wrong or left out."""
    name = f"v{len(variables.declared)}"
    if choices.chance(1):
        given = choices.pick(WRONG)
    variables.declared[name] = Variable(f"${name}: {kind}{f' = {default}' if default else ''}", kind, given)
    return Spelling(f"${name}", frozenset({name}))


def json_value(choices: Choices, kind: Any, depth: int, *, null: bool = True) -> Any:
    """Make a value of a type as it comes in JSON."""
    if is_non_null_type(kind):
        kind = kind.of_type
    elif null and choices.chance(10):
        return None
    if is_list_type(kind):
        if choices.chance(15):
            return json_value(choices, non_null(kind.of_type), depth, null=False)
        return [json_value(choices, kind.of_type, depth) for _ in range(choices.below(3))]
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: json_value(choices, of_type, depth - 1, null=not kind.is_one_of)
            for name, of_type, _ in chosen_fields(choices, kind, depth)
        }
    return leaf(choices, kind)


def leaf(choices: Choices, kind: Any) -> Any:
    """Choose a leaf's value as it comes in JSON."""
    if isinstance(kind, GraphQLEnumType):
        return choices.pick(list(kind.values))
    return choices.pick(SCALARS.get(kind.name, OTHERS))


def scalar_literal(chosen: Any, kind: Any) -> str:
    """Spell a leaf as a literal."""
    return str(chosen) if isinstance(kind, GraphQLEnumType) else json.dumps(chosen, ensure_ascii=False)
