"""What each field of the world gives: a value or a trouble, by (source, field, arguments, seed) and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLOutputType,
    Undefined,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from tests.execution.leaves import GOOD, WRONG, Text
from tests.execution.sources import CLASSES, Audiobook, Context, Source, child_key, context_of, key_of

__all__ = ["SDL", "SHAPE", "Refusal", "given", "outcome", "refuse", "shared_trouble"]

SDL: Final = (Path(__file__).parent / "world.graphql").read_text(encoding="utf-8")
SHAPE: Final = build_schema(SDL)
ECHOES: Final = frozenset({"Query.echo", "Query.lists", "Query.search", "Query.pick", "Query.place", "Mutation.keep"})
"""Fields that show the arguments they were given."""
STEADY: Final = ECHOES | {"Counter.total"}
"""Fields that nothing befalls."""


class Refusal(ValueError):
    """What a function says of an argument it does not take."""


class Spoken(Exception):
    """An error whose message is not its text."""

    message = "what it says of itself"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is made: its request, the coordinate of its field and the key that its own key begins with."""

    context: Context
    coordinate: str
    key: str
    dice: Random

    def at(self, step: object) -> Place:
        """Return the place of an item."""
        return Place(self.context, self.coordinate, f"{self.key}/{step}", self.dice)

    @property
    def trouble(self) -> bool:
        """Throw the dice: whether something goes wrong here."""
        return self.dice.randrange(100) < self.context.fate.trouble


def given(arguments: Mapping[str, Any]) -> str:
    """Spell arguments, whatever their order."""
    return repr(sorted(arguments.items()))


def refuse(arguments: Mapping[str, Any]) -> None:
    """Raise for an argument that is not taken."""
    if 13 in arguments.values():
        raise Refusal("13 is not taken")


def shared_trouble(context: Context, coordinate: str, arguments: Mapping[str, Any]) -> None:
    """Raise what befalls all sources of a field alike: a call that fails as a whole."""
    dice = Random(f"{context.fate.seed}|{coordinate}|{given(arguments)}")
    if coordinate not in STEADY and dice.randrange(400) < context.fate.trouble:
        raise ConnectionError(f"{coordinate} is down")


def outcome(source: Any, type_name: str, field_name: str, arguments: Mapping[str, Any]) -> Any:
    """Return or raise what a field gives; to ask again gives the same again."""
    context, key, coordinate = context_of(source), key_of(source), f"{type_name}.{field_name}"
    spelled = given(arguments)
    refuse(arguments)
    if type_name == "Mutation":
        context.log.append(f"{field_name}{spelled}")
    if coordinate in ECHOES:
        return spelled
    if coordinate == "Counter.total":
        return len(context.log)
    shared_trouble(context, coordinate, arguments)
    dice = Random(f"{context.fate.seed}|{key}|{coordinate}|{spelled}")
    place = Place(context, coordinate, child_key(key, field_name, spelled), dice)
    kind = SHAPE.type_map[type_name].fields[field_name].type  # type: ignore[attr-defined]
    if place.trouble:
        return dice.choice(TROUBLES)(kind, place)
    return good(kind, place)


def good(kind: GraphQLOutputType, place: Place) -> Any:
    """Make a value of a type, null where it may be."""
    dice = place.dice
    if is_non_null_type(kind):
        return good_of(kind.of_type, place)
    chance = dice.randrange(100)
    if chance < 8:
        return None if chance else Undefined
    return good_of(kind, place)


def good_of(kind: GraphQLOutputType, place: Place) -> Any:
    """Make a value of a type, never null."""
    dice = place.dice
    if is_list_type(kind):
        return good_list(kind.of_type, place)
    name = get_named_type(kind).name
    if is_leaf_type(kind):
        return dice.choice(GOOD[name])
    if is_abstract_type(kind):
        name = dice.choice([each.name for each in SHAPE.get_possible_types(kind)])
    return made(name, place)


def good_list(kind: GraphQLOutputType, place: Place) -> Any:
    """Make a list of up to three items, some of them bad if there is trouble."""
    dice = place.dice
    items = [item(kind, place.at(number)) for number in range(dice.choice((0, 1, 2, 2, 3)))]
    return dice.choice(CONTAINERS)(items)


def item(kind: GraphQLOutputType, place: Place) -> Any:
    """Make an item; it can be bad, but not raise."""
    if place.trouble:
        return place.dice.choice((nothing, wrong, returned))(kind, place)
    return good(kind, place)


def made(type_name: str, place: Place) -> Any:
    """Make an object of a type."""
    if type_name == "Card":
        return card(place)
    kind = CLASSES[type_name]
    if type_name == "Book" and place.dice.randrange(8) == 0:
        kind = Audiobook
    return kind(place.key, place.context)


def card(place: Place) -> dict[str, Any]:
    """Make a mapping whose fields are values, or functions where they may be anything."""
    source: dict[str, Any] = {"__typename": "Card", "key": place.key, "context": place.context}
    for name in SHAPE.type_map["Card"].fields:  # type: ignore[attr-defined]
        source[name] = later(source, name)
    if place.context.fate.trouble == 0:
        source["title"] = source["title"](None)
    return source


def later(source: dict[str, Any], field_name: str) -> Callable[..., Any]:
    """Make a function for the default resolver to call."""

    def ask(_info: Any, **arguments: Any) -> Any:
        return outcome(source, "Card", field_name, arguments)

    return ask


class Walked:
    """Iterable and nothing else."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)


def generated(items: Sequence[Any]) -> Iterator[Any]:
    """Give the items once."""
    yield from items


CONTAINERS: tuple[Callable[[list[Any]], Any], ...] = (list, list, list, list, tuple, generated, Walked)


def raised(_kind: GraphQLOutputType, place: Place) -> Any:
    """Raise an error of Python."""
    raise ValueError(f"{place.coordinate} failed at {place.key}")


def told(_kind: GraphQLOutputType, place: Place) -> Any:
    """Raise an error of GraphQL, with extensions."""
    raise GraphQLError(f"{place.coordinate} refused", extensions={"code": "REFUSED", "key": place.key})


def spoken(_kind: GraphQLOutputType, _place: Place) -> Any:
    """Raise an error with a message of its own."""
    raise Spoken("not this")


def mute(_kind: GraphQLOutputType, _place: Place) -> Any:
    """Raise an error that says nothing."""
    raise RuntimeError


def returned(_kind: GraphQLOutputType, place: Place) -> Any:
    """Return an error instead of raising it."""
    return LookupError(f"{place.coordinate} gave an error at {place.key}")


def nothing(_kind: GraphQLOutputType, _place: Place) -> Any:
    """Give null, which may not be allowed."""
    return None


def wrong(kind: GraphQLOutputType, place: Place) -> Any:
    """Give something of another type."""
    dice = place.dice
    if is_non_null_type(kind):
        return wrong(kind.of_type, place)
    if is_list_type(kind):
        return dice.choice((5, "text", {"a": 1}, b"bytes", broken([good(kind.of_type, place)]), Text()))
    if is_leaf_type(kind):
        return dice.choice(WRONG[kind.name])
    if is_object_type(kind) and kind.name == "Card":
        return None  # nothing says what a card is, so nobody would notice
    foreign: tuple[Any, ...] = (5, "text", [], {}, object(), CLASSES["Nulls"](place.key, place.context), Strange())
    return dice.choice(foreign)


def broken(items: Sequence[Any]) -> Iterator[Any]:
    """Give the items, then fail."""
    yield from items
    raise OSError("the list broke off")


class Strange:
    """Says that it is of a type there is not."""

    _Strange__typename = "Nowhere"


TROUBLES: tuple[Callable[[GraphQLOutputType, Place], Any], ...] = (
    raised,
    raised,
    told,
    spoken,
    mute,
    returned,
    nothing,
    nothing,
    wrong,
    wrong,
)


def bound(self: Source, field_name: str, arguments: Mapping[str, Any]) -> Any:
    """Give the outcome of a field to whoever reads an attribute."""
    return outcome(self, self.type_name, field_name, arguments)


for type_name, each in CLASSES.items():
    each.type_name = type_name
    each.takes_arguments = frozenset(name for name, field in SHAPE.type_map[type_name].fields.items() if field.args)  # type: ignore[attr-defined]
Source.outcome = bound
