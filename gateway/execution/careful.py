"""Completion of values to the letter of the specification, one field at a time.

Generated code reads what is as it should be. Whatever is not (null where nothing may be null, an exception in a list, a
number for a text, something to await) it hands over to here, and so it does with types that are told apart by a
function. The wording of errors, and the order of checks, is graphql-core's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    Undefined,
    default_type_resolver,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.pyutils import inspect, is_awaitable, is_iterable

from gateway.execution.errors import Bubbling, field_of, located
from gateway.execution.filling import How
from gateway.execution.plan import Field, Path, Selection

if TYPE_CHECKING:
    from gateway.execution.running import Run

__all__ = ["Careful", "Later"]


@dataclass(slots=True, eq=False)
class Later:
    """A value that has to be awaited, and how to go on with it; ``within`` is what it would await in its turn."""

    awaitable: Any
    then: Callable[[Any], Any]
    within: Sequence[Any] = ()


class Careful:
    """Completes values of one request."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def place(self, container: Any, key: Any, type_: Any, path: Path, complete: Callable[[], Any]) -> None:
        """Put a completed value where it belongs, or null with an error. Raises: ``Bubbling`` where null may not be."""
        container[key] = None
        try:
            value = complete()
        except Bubbling as failure:
            if is_non_null_type(type_):
                raise
            self._run.errors.add(failure)
            return
        except Exception as error:  # noqa: BLE001 - whatever a resolver or serializer raises is told at its place
            if is_non_null_type(type_):
                raise Bubbling(located(error, path), path) from None
            self._run.errors.add(Bubbling(located(error, path), path))
            return
        if isinstance(value, Later):
            self._run.later.append((path, value))
        else:
            container[key] = value

    def value(self, type_: Any, path: Path, value: Any) -> Any:
        """Complete one value; a ``Later`` if something has to be awaited first. Raises: what is wrong with it."""
        if is_awaitable(value):
            return Later(value, lambda awaited: self.value(type_, path, awaited))
        if isinstance(value, Exception):
            # Not raised itself: one that stands at a thousand places would get a thousand times its traceback.
            raise Bubbling(located(value, path), path)
        if is_non_null_type(type_):
            return self._not_null(self.value(type_.of_type, path, value), path)
        if value is None or value is Undefined:
            return None
        if is_list_type(type_):
            return self._list(type_.of_type, path, value)
        if is_leaf_type(type_):
            return _leaf(type_, value)
        if is_abstract_type(type_):
            return self._abstract(type_, path, value)
        return self._object(type_, path, value)

    def selection(self, selection: Selection, source: Any, path: Path) -> dict[str, Any]:
        """Fill a selection from its source. Raises: ``Bubbling``, and the selection's own error."""
        if selection.error is not None:
            # One of its own for each place: a plan is kept, and what is raised holds on to where it was.
            raise GraphQLError(selection.error.message, selection.error.nodes)
        target: dict[str, Any] = {}
        for field in selection.fields:
            below = (path, field)
            if field.stage is not None:
                target[field.key] = None
                self._run.slots[field.stage.number].append((source, target, path))
            else:
                self.place(target, field.key, field.definition.type, below, self._reading(field, source, below))
        return target

    def _reading(self, field: Field, source: Any, path: Path) -> Callable[[], Any]:
        return lambda: self.value(field.definition.type, path, self._read(field, source, path))

    def _read(self, field: Field, source: Any, path: Path) -> Any:
        """Return what a field that takes no stage has, before it is completed."""
        filling, run = field.filling, self._run
        match filling.how:
            case How.TYPENAME:
                return field.parent.name
            case How.ATTRIBUTE:
                return getattr(source, filling.attribute)
            case How.INLINE:
                return filling.function(source, run.context, **run.arguments(field))
            case _:
                return filling.function(source, run.info(field, path), **run.plain_arguments(field))

    def _not_null(self, completed: Any, path: Path) -> Any:
        if isinstance(completed, Later):
            then = completed.then
            return replace(completed, then=lambda awaited: self._not_null(then(awaited), path))
        if completed is None:
            field = field_of(path)
            msg = f"Cannot return null for non-nullable field {field.parent.name}.{field.name}."
            raise TypeError(msg)
        return completed

    def _list(self, item_type: Any, path: Path, value: Any) -> Any:
        if hasattr(value, "__aiter__"):
            return Later(_drained(value), lambda drained: self._items(item_type, path, drained))
        if not is_iterable(value):
            field = field_of(path)
            msg = f"Expected Iterable, but did not find one for field '{field.parent.name}.{field.name}'."
            raise GraphQLError(msg)
        return self._items(item_type, path, value)

    def _items(self, item_type: Any, path: Path, items: Iterable[Any]) -> list[Any]:
        completed: list[Any] = []
        for place, item in enumerate(items):
            completed.append(None)
            at = (path, place)
            self.place(completed, place, item_type, at, self._completing(item_type, at, item))
        return completed

    def _completing(self, type_: Any, path: Path, value: Any) -> Callable[[], Any]:
        return lambda: self.value(type_, path, value)

    def _abstract(self, type_: GraphQLAbstractType, path: Path, value: Any) -> Any:
        resolve = type_.resolve_type or default_type_resolver
        asked: list[Any] = []
        info = self._run.info(field_of(path), path, asked if type_.resolve_type is None else None)
        name: Any = resolve(value, info, type_)
        if is_awaitable(name):
            return Later(
                name, lambda awaited: self._object(self._concrete(awaited, type_, path, value), path, value), asked
            )
        return self._object(self._concrete(name, type_, path, value), path, value)

    def _concrete(self, name: Any, type_: GraphQLAbstractType, path: Path, value: Any) -> GraphQLObjectType:
        field, schema = field_of(path), self._run.plan.schema
        where = f"{field.parent.name}.{field.name}"
        if name is None:
            msg = (
                f"Abstract type '{type_}' must resolve to an Object type at runtime for field '{where}'."
                f" Either the '{type_}' type should provide a 'resolve_type' function"
                " or each possible type should provide an 'is_type_of' function."
            )
            raise GraphQLError(msg, field.nodes)
        if not isinstance(name, str):
            msg = (
                f"Abstract type '{type_}' must resolve to an Object type at runtime for field '{where}' with value"
                f" {inspect(value)}, received '{inspect(name)}', which is not a valid Object type name."
            )
            raise GraphQLError(msg, field.nodes)
        concrete = schema.get_type(name)
        if concrete is None:
            msg = f"Abstract type '{type_}' was resolved to a type '{name}' that does not exist inside the schema."
            raise GraphQLError(msg, field.nodes)
        if not is_object_type(concrete):
            msg = f"Abstract type '{type_}' was resolved to a non-object type '{name}'."
            raise GraphQLError(msg, field.nodes)
        if not schema.is_sub_type(type_, concrete):
            msg = f"Runtime Object type '{concrete}' is not a possible type for '{type_}'."
            raise GraphQLError(msg, field.nodes)
        return concrete

    def _object(self, type_: GraphQLObjectType, path: Path, value: Any) -> Any:
        field = field_of(path)
        if type_.is_type_of is not None:
            is_it: Any = type_.is_type_of(value, self._run.info(field, path))
            if is_awaitable(is_it):
                return Later(is_it, lambda awaited: self._of_type(awaited, type_, path, value))
            return self._of_type(is_it, type_, path, value)
        return self.selection(field.selections[type_.name], value, path)

    def _of_type(self, is_it: Any, type_: GraphQLObjectType, path: Path, value: Any) -> dict[str, Any]:
        field = field_of(path)
        if not is_it:
            raise GraphQLError(f"Expected value of type '{type_}' but got: {inspect(value)}.", field.nodes)
        return self.selection(field.selections[type_.name], value, path)


def _leaf(type_: Any, value: Any) -> Any:
    coerced = type_.coerce_output_value(value)
    if coerced is Undefined or coerced is None:
        msg = (
            f"Expected `{inspect(type_)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
            f" returned: {inspect(coerced)}"
        )
        raise TypeError(msg)
    return coerced


async def _drained(items: Any) -> Iterable[Any]:
    """Take all of an asynchronous iterable; what it raises is raised again where the list stood."""
    found: list[Any] = []
    try:
        async for item in items:
            found.append(item)  # noqa: PERF401 - what came before a failure counts
    except Exception as error:  # noqa: BLE001 - told at the list's place
        return _ending(found, error)
    return found


def _ending(items: list[Any], error: Exception) -> Iterable[Any]:
    yield from items
    raise error
