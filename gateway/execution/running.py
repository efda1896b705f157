"""One request's run of a plan: how generated code reaches functions, and where it leaves what is not as expected."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from inspect import iscoroutine
from typing import Any, TypeGuard

from graphql import GraphQLResolveInfo, GraphQLResolveInfoHelpers
from graphql.pyutils import gather_with_cancel, is_awaitable

from gateway.execution.careful import Careful, Later
from gateway.execution.errors import Bubbling, Errors, container_of, graphql_path, type_at
from gateway.execution.plan import Field, Path, Plan, Selection
from gateway.execution.variables import Coerced

__all__ = ["Entry", "Run"]

Entry = tuple[Any, dict[str, Any], Path]
"""A source of a stage, the object of the response that its value goes into, and where that stands."""


class Run:
    """The state of one request.

    ``slots`` collect the sources of each stage, by its number; ``later`` are values that were found to need awaiting.
    What it holds does not hold it: what forms a cycle, with all of an answer in it, waits for the garbage collector.
    """

    def __init__(self, plan: Plan, root: Any, context: Any, variables: Coerced) -> None:
        self.plan = plan
        self.root = root
        self.context = context
        self.data: dict[str, Any] = {}
        self.errors = Errors()
        self.slots: list[list[Entry]] = [[] for _ in plan.stages]
        self.later: list[tuple[Path, Later]] = []
        self._variables = variables

    def plain_arguments(self, field: Field) -> dict[str, Any]:
        """Return a field's arguments as resolvers take them. Raises: ``GraphQLError``."""
        if field.arguments.is_empty:
            return {}
        return field.arguments.of(self._variables.values, self._variables.full)

    def arguments(self, field: Field) -> dict[str, Any]:
        """Return a field's arguments as the function of its mark takes them. Raises: ``GraphQLError``."""
        filling = field.filling
        given: dict[str, Any] = {}
        if not field.arguments.is_empty:
            given = self.plain_arguments(field)
            if filling.convert is not None:
                given = filling.convert(given)
        return given

    def inline_arguments(self, field: Field) -> Mapping[str, Any] | None:
        """Return arguments worked out before they are needed, None when they cannot be: told where they are used."""
        try:
            return self.arguments(field)
        except Exception:  # noqa: BLE001 - raised again at each place that needs them
            return None

    async def batch(self, field: Field, entries: Sequence[Entry]) -> Sequence[Any]:
        """Call a batch function. Shape: one result or exception an entry, in order."""
        try:
            given = self.arguments(field)
            results: Sequence[Any] = await field.filling.function(
                [entry[0] for entry in entries], self.context, **given
            )
            if len(results) == len(entries):
                return results
        except Exception as error:  # noqa: BLE001 - told at each place
            return [error] * len(entries)
        shown = f"{field.parent.name}.{field.name}"
        return [RuntimeError(f"{len(entries)} sources of {shown} got {len(results)} results")] * len(entries)

    async def entry(self, field: Field, entries: Sequence[Entry]) -> Sequence[Any]:
        """Call an entry function. Shape: one result or exception."""
        assert len(entries) == 1, "a root type has one source"
        try:
            return [await field.filling.function(self.context, **self.arguments(field))]
        except Exception as error:  # noqa: BLE001 - told at its place
            return [error]

    async def resolver(self, field: Field, entries: Sequence[Entry]) -> Sequence[Any]:
        """Call a resolver for each source, and await what they give together. Shape: as ``batch``."""
        results: list[Any] = []
        for source, _, path in entries:
            try:
                info = self.info(field, (path, field))
                results.append(field.filling.function(source, info, **self.plain_arguments(field)))
            except Exception as error:  # noqa: BLE001 - told at its place
                results.append(error)
        awaited = [place for place, result in enumerate(results) if is_awaitable(result)]
        for place, value in zip(awaited, await settled([results[place] for place in awaited]), strict=True):
            results[place] = value
        return results

    def fill(self, field: Field, target: dict[str, Any], path: Path, value: Any) -> None:
        """Complete the value of a stage to the letter, and put it in its place."""
        below = (path, field)
        type_ = field.definition.type
        self._put(target, field.key, type_, below, lambda: Careful(self).value(type_, below, value))

    def value(self, value: Any, path: Path) -> Any:
        """Complete a value to the letter, whatever its place asks for; null for now where an error goes further up."""
        held: dict[str, Any] = {}
        type_ = type_at(path)
        self._put(held, "", type_, path, lambda: Careful(self).value(type_, path, value))
        return held[""]

    def object(self, selection: Selection, source: Any, path: Path) -> dict[str, Any]:
        """Fill a selection to the letter."""
        try:
            return Careful(self).selection(selection, source, path)
        except Bubbling as failure:
            self.errors.add(failure)
            return {}

    async def settle(self) -> None:
        """Await what was found to need it, until nothing is left, and put it in its place."""
        while self.later:
            found, self.later = self.later, []
            values = await settled([later.awaitable for _, later in found])
            for (path, later), value in zip(found, values, strict=True):
                container, key = container_of(self.data, path)
                if container is None:  # null by now, but for an error that may come after this one's
                    container, key = {}, ""
                self._put(container, key, type_at(path), path, _going_on(later, value))

    def forget(self, mark: int) -> None:
        """Forget what was found to need awaiting since ``later`` was so long: it will be found again."""
        for _, later in self.later[mark:]:
            close([later.awaitable, *later.within])
        del self.later[mark:]

    def info(self, field: Field, path: Path, asked: list[Any] | None = None) -> GraphQLResolveInfo[Any]:
        """Return what resolvers are told of a field; of an item, it is what stands for its list.

        ``asked`` gathers what is awaited of types that are asked one after another.
        """
        while path is not None and isinstance(path[1], int):
            path = path[0]
        plan = self.plan
        return GraphQLResolveInfo(
            field.name,
            field.nodes,
            field.definition.type,
            field.parent,
            graphql_path(path),  # type: ignore[arg-type]
            plan.schema,
            plan.fragments,
            self.root,
            plan.operation,
            self._variables.full(),
            self.context,
            is_awaitable if asked is None else _gathering(asked),
            None,
            HELPERS if asked is None else ASKING,
        )

    def _put(self, container: Any, key: Any, type_: Any, path: Path, complete: Callable[[], Any]) -> None:
        try:
            Careful(self).place(container, key, type_, path, complete)
        except Bubbling as failure:
            self.errors.add(failure)


async def together(*stages: tuple[list[Entry], Callable[[], Coroutine[Any, Any, None]]]) -> None:
    """Run the stages that have sources, all at once."""
    due = [stage for slot, stage in stages if slot]
    if not due:
        return
    tasks = [asyncio.ensure_future(stage()) for stage in due[1:]]
    try:
        await due[0]()
        for task in tasks:
            await task
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def settled(awaitables: Sequence[Awaitable[Any]]) -> list[Any]:
    """Await all at once. Shape: the value or the exception of each, in order. Raises: ``CancelledError``."""
    if not awaitables:
        return []
    if len(awaitables) == 1:
        try:
            return [await awaitables[0]]
        except Exception as error:  # noqa: BLE001 - told at its place
            return [error]
    values = await asyncio.gather(*awaitables, return_exceptions=True)
    for value in values:
        if isinstance(value, BaseException) and not isinstance(value, Exception):
            raise value
    return values


def _gathering(asked: list[Any]) -> Callable[[Any], TypeGuard[Awaitable[Any]]]:
    def is_to_be_awaited(value: Any) -> TypeGuard[Awaitable[Any]]:
        if not is_awaitable(value):
            return False
        asked.append(value)
        return True

    return is_to_be_awaited


def close(values: Sequence[Any]) -> None:
    """End coroutines that nobody will await; other awaitables belong to somebody else."""
    for value in values:
        if iscoroutine(value):
            value.close()


def _going_on(later: Later, value: Any) -> Callable[[], Any]:
    def go_on() -> Any:
        if isinstance(value, Exception):
            raise value
        return later.then(value)

    return go_on


def _track(values: Sequence[Any]) -> None:
    """Settle values that nobody waits for any more."""
    for value in values:
        if is_awaitable(value):
            task = asyncio.ensure_future(value)
            _BACKGROUND.add(task)
            task.add_done_callback(_finished)


def _finished(task: asyncio.Future[Any]) -> None:
    _BACKGROUND.discard(task)
    if not task.cancelled():
        task.exception()


_BACKGROUND: set[asyncio.Future[Any]] = set()
HELPERS = GraphQLResolveInfoHelpers(gather=lambda values: gather_with_cancel(*values), track=_track)
ASKING = GraphQLResolveInfoHelpers(gather=HELPERS.gather, track=close)
"""While types are asked one after another: when one has said yes, the others need not answer."""
