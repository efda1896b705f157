"""Arguments of a field: what the document decides is coerced once, what variables decide is put in at each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    is_non_null_type,
    is_required_argument,
)
from graphql.execution.values import VariableValues, coerce_argument, get_argument_values

from gateway.execution.constants import is_fixed, renewed

__all__ = ["Arguments"]

NO_VARIABLES: Final = VariableValues({}, {})


class Arguments:
    """What a field's node gives its arguments.

    Literals and defaults are coerced here, variables were before: the arguments of a request are a copy with those put
    in. graphql-core is asked where a variable stands within a literal, where the result is neither plain nor a list or
    a dict of what is, and where something is wrong, as it words the errors. That a scalar makes the same plain value
    of a literal each time is taken for granted.

    Lists and dicts are made anew for each request, as resolvers may change what they are given.
    """

    def __init__(self, definition: GraphQLField, node: FieldNode) -> None:
        self._definition = definition
        self._node = node
        self.is_empty = not definition.args
        known = _known(definition, node)
        self._constant = known.template if known is not None and not (known.made or known.whole) else None
        self._known = known

    def of(self, coerced: Mapping[str, Any], variables: Callable[[], VariableValues]) -> dict[str, Any]:
        """Return the arguments by the names the resolver knows.

        ``coerced`` are the request's variables, ``variables`` makes graphql-core's form of them when it is needed.
        Raises: ``GraphQLError`` for a variable that is null where the argument may not be.
        """
        if self._constant is not None:
            return self._constant.copy()
        if self._known is not None and (given := self._known.filled(coerced)) is not None:
            return given
        return get_argument_values(self._definition, self._node, variables())


class _Whole(NamedTuple):
    """An argument that is a variable and nothing else."""

    out_name: str
    variable: str
    nullable: bool
    default: Callable[[], Any] | None
    """Makes what stands for an absent variable, ``Undefined`` where nothing does; None where that is an error."""


class _Known(NamedTuple):
    """Arguments of which nothing but whole variables has to be looked up."""

    template: dict[str, Any]
    """Values that need no copy, and a place for each of the others: the order is that of the definition."""
    made: list[tuple[str, Callable[[], Any]]]
    whole: list[_Whole]

    def filled(self, coerced: Mapping[str, Any]) -> dict[str, Any] | None:
        """Fill the places; None for a variable that is absent or null where it may not be."""
        given = self.template.copy()
        for out_name, make in self.made:
            given[out_name] = make()
        for out_name, variable, nullable, default in self.whole:
            value = coerced.get(variable, Undefined)
            if value is Undefined:
                if default is None:
                    return None
                value = default()
                if value is Undefined:
                    del given[out_name]
                    continue
            elif value is None and not nullable:
                return None
            given[out_name] = value
        return given


def _known(definition: GraphQLField, node: FieldNode) -> _Known | None:
    """Coerce what the document decides; None when that cannot be done, or not once for all requests."""
    if len({argument.out_name or name for name, argument in definition.args.items()}) < len(definition.args):
        return None  # the later of two takes the place of the other
    given = {each.name.value: each for each in node.arguments or ()}
    known = _Known({}, [], [])
    for name, argument in definition.args.items():
        at = given.get(name)
        if at is not None and isinstance(at.value, VariableNode):
            is_known = _put_whole(known, node, name, argument, at.value)
        else:
            is_known = _put_constant(known, node, name, argument, at)
        if not is_known:
            return None
    return known


def _put_whole(known: _Known, node: FieldNode, name: str, argument: GraphQLArgument, variable: VariableNode) -> bool:
    """Put an argument that is a variable among what is known; tell whether that can be done."""
    default = None
    if not is_required_argument(argument):
        default = _nothing if _has_no_default(argument) else renewed(_coerced(node, name, argument, None))
        if default is None:
            return False
    out_name = argument.out_name or name
    known.template[out_name] = None
    known.whole.append(_Whole(out_name, variable.name.value, not is_non_null_type(argument.type), default))
    return True


def _put_constant(
    known: _Known, node: FieldNode, name: str, argument: GraphQLArgument, at: ArgumentNode | None
) -> bool:
    """Put an argument that the document decides among what is known; tell whether that can be done."""
    if at is None and _has_no_default(argument):
        return not is_required_argument(argument)
    if at is not None and _is_variable(at.value):
        return False
    value = _coerced(node, name, argument, at)
    make = renewed(value)
    if make is None:
        return False
    out_name = argument.out_name or name
    known.template[out_name] = value if is_fixed(value) else None
    if not is_fixed(value):
        known.made.append((out_name, make))
    return True


def _coerced(node: FieldNode, name: str, argument: GraphQLArgument, at: ArgumentNode | None) -> Any:
    """Coerce a literal, or the default; ``Undefined`` for a wrong one, told when the field is filled, at its place."""
    found: dict[str, Any] = {}
    try:
        coerce_argument(found, node, name, argument, at, NO_VARIABLES, None)
    except Exception:  # noqa: BLE001 - errors of documents that nobody validated, or whatever an input's class raises
        return Undefined
    return found.get(argument.out_name or name, Undefined)


def _has_no_default(argument: GraphQLArgument) -> bool:
    return argument.default is None and argument.default_value is Undefined


def _nothing() -> Any:
    return Undefined


def _is_variable(value: ValueNode) -> bool:
    """Whether a value is a variable, or has one in it."""
    if isinstance(value, ListValueNode):
        return any(map(_is_variable, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_is_variable(each.value) for each in value.fields)
    return isinstance(value, VariableNode)
