"""From a plan to Python source: one function an operation, with a function in it for each stage.

The source reads values that are as they should be, straight into the response. Everything else (null where null may
not be, an exception among values, another class than expected) raises inside a ``try`` and is completed again with
care, from the same values. So the source stays short, and what the specification says of errors stands in one place.

Names: ``F3`` is a field and ``S3`` a selection of the plan, ``fn_3`` the function of field 3, ``args_3`` its arguments,
``slot_3`` the sources of stage 3, ``path_3`` where field 3 of the object at hand stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, Final

from graphql import (
    OperationType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from gateway.execution import leaves
from gateway.execution.filling import How, class_of
from gateway.execution.layout import Body, attempt, bound, indented, laid_out
from gateway.execution.leaf_expressions import leaf
from gateway.execution.plan import Field, Plan, Selection, Stage
from gateway.execution.running import together

__all__ = ["Emitted", "emitted"]

DEEPEST: Final = 12
"""Objects and lists nested in one expression; deeper ones get a function, as the parser's stack has an end."""


@dataclass(slots=True)
class Emitted:
    """Source of an operation, and the names it refers to."""

    source: str
    names: dict[str, Any]


def emitted(plan: Plan, *, native_json: bool = False, readable: bool = False) -> Emitted:
    """Write the source of a plan; it defines ``async def operation(run)``, which returns the data.

    With ``native_json`` scalars so marked leave their values to the JSON writer. ``readable`` source has a line for
    each entry of an object; what it means is the same.
    """
    return _Emitter(plan, native_json=native_json, readable=readable).emitted()


class _Emitter:
    def __init__(self, plan: Plan, *, native_json: bool, readable: bool) -> None:
        self._plan = plan
        self._readable = readable
        self._native_json = native_json
        self._names: dict[str, Any] = {
            "FINE": leaves.FINE,
            "LISTS": frozenset({list, tuple}),
            "isfinite": leaves.isfinite,
            "odd": leaves.odd,
            "read": read,
            "takes": leaves.FINE.takes,
            "together": together,
        }
        self._settings: list[str] = []
        self._functions: list[str] = []
        self._made: dict[int, str] = {}

    def emitted(self) -> Emitted:
        root = self._function(self._plan.root)
        for stage in reversed(self._plan.stages):
            self._functions += self._stage(stage)
        lines = ["async def operation(run):", "    context = run.context"]
        if self._plan.stages:
            slots = "".join(f"slot_{stage.number}, " for stage in self._plan.stages)
            lines.append(
                f"    {slots.rstrip()} = run.slots" if len(self._plan.stages) > 1 else f"    {slots}= run.slots"
            )
        lines += indented([*self._settings, *self._functions])
        lines += ["", f"    run.data = {root}(run.root, None)"]
        lines += indented(self._start())
        lines.append("    return run.data")
        return Emitted("\n".join(lines) + "\n", self._names)

    def _start(self) -> list[str]:
        if self._plan.operation.operation is OperationType.MUTATION:
            # One after the other, and none after one that leaves no data to be told.
            lines = []
            for stage in self._plan.first:
                lines += ["if not run.errors.root_is_null:", f"    await stage_{stage.number}()"]
            return lines
        return ["if run.later:", "    await run.settle()", *self._following(self._plan.first)]

    def _following(self, stages: list[Stage]) -> list[str]:
        if len(stages) == 1:
            number = stages[0].number
            return [f"if slot_{number}:", f"    await stage_{number}()"]
        pairs = ", ".join(f"(slot_{each.number}, stage_{each.number})" for each in stages)
        return [f"await together({pairs})"] if stages else []

    def _stage(self, stage: Stage) -> list[str]:
        filled, number = stage.field, stage.number
        call = {How.BATCH: "batch", How.ENTRY: "entry"}.get(filled.filling.how, "resolver")
        self._names[f"F{filled.number}"] = filled
        body = Body()
        value = self._value(filled.definition.type, "value", filled, body, 0, None)
        careful = f"run.fill(F{filled.number}, target, path, value)"
        lines = [
            "",
            f"async def stage_{number}():",
            f'    """{filled.parent.name}.{filled.name}: {filled.definition.type}"""',
            f"    results = await run.{call}(F{filled.number}, slot_{number})",
            f"    for (_, target, path), value in zip(slot_{number}, results):",
            *indented(indented(attempt(body, [f"target[{filled.key!r}] = {value}"], careful))),
            "    if run.later:",
            "        await run.settle()",
        ]
        return lines + indented(self._following(stage.after))

    def _function(self, selection: Selection) -> str:
        """Write the function that makes an object of the response, and return its name."""
        if selection.number in self._made:
            return self._made[selection.number]
        of_type = selection.type.name
        # Names of our own are of small letters: a type that is too must not be taken for one.
        prefix = "" if of_type[0].isupper() else "type_"
        name = self._made[selection.number] = f"{prefix}{of_type}_{selection.number}"
        body = Body()
        shown = self._display(selection, "o", body, 0)
        if not selection.needs_path:
            self._functions += ["", f"def {name}(o):", f"    return {shown}"]
            return name
        self._names[f"S{selection.number}"] = selection
        stages = [each.stage.number for each in selection.fields if each.stage is not None]
        made = [f"shown = {shown}"]
        if not all(each.is_constant for each in selection.fields):
            made = attempt(body, made, f"return run.object(S{selection.number}, o, path)")
        lines = [
            *self._check(selection),
            *made,
            *[f"slot_{number}.append((o, shown, path))" for number in stages],
            "return shown",
        ]
        self._functions += ["", f"def {name}(o, path):", *indented(lines)]
        return name

    def _check(self, selection: Selection) -> list[str]:
        if selection is self._plan.root:
            return []
        test = self._is_good(selection, "o")
        return [f"if not ({test}):", "    return run.value(o, path)"]

    def _is_good(self, selection: Selection, value: str) -> str:
        """Return the test that a value can be read as the type it should be of."""
        if (cls := class_of(selection.type)) is not None:
            self._names[f"class_{selection.type.name}"] = cls
            return f"type({value}) is class_{selection.type.name}"
        return f"type({value}) in FINE or takes({value})"

    def _display(self, selection: Selection, source: str, body: Body, level: int) -> str:
        """Return the dict display of an object; what takes a stage is null until that has run."""
        if not selection.fields:
            return "{}"
        entries = []
        called = False
        for each in selection.fields:
            entries.append(f"{each.key!r}: {self._field(each, source, body, level)}")
            if not each.is_constant:
                body.undoes = body.undoes or called
                called = called or each.needs_path
        return laid_out(entries) if self._readable else "{" + ", ".join(entries) + "}"

    def _field(self, shown: Field, source: str, body: Body, level: int) -> str:
        if shown.stage is not None:
            body.fills.add(shown.stage.number)
            return "None"
        if shown.filling.how is How.TYPENAME:
            return repr(shown.parent.name)
        return self._value(shown.definition.type, self._reading(shown, source), shown, body, level, None)

    def _reading(self, shown: Field, source: str) -> str:
        filling, number = shown.filling, shown.number
        if filling.how is How.ATTRIBUTE:
            plain = filling.attribute.isidentifier() and not iskeyword(filling.attribute)
            return f"{source}.{filling.attribute}" if plain else f"getattr({source}, {filling.attribute!r})"
        if filling.how is How.DEFAULT:
            return f"read({source}, {filling.attribute!r})"
        self._names[f"fn_{number}"] = filling.function
        first = "context"
        if filling.how is How.META:
            self._names[f"F{number}"] = shown
            self._settings.append(f"info_{number} = run.info(F{number}, (None, F{number}))")
            first = f"info_{number}"
        if shown.arguments.is_empty:
            return f"fn_{number}({source}, {first})"
        self._names[f"F{number}"] = shown
        self._settings.append(f"args_{number} = run.inline_arguments(F{number})")
        return f"fn_{number}({source}, {first}, **args_{number})"

    def _value(self, type_: Any, value: str, shown: Field, body: Body, level: int, path: str | None) -> str:
        """Return the expression of a completed value. ``path`` is that of an item; a field's own is made ahead."""
        if path is None and shown.needs_path:
            path = f"path_{shown.number}"
            self._names[f"F{shown.number}"] = shown
            body.ahead.append(f"{path} = (path, F{shown.number})")
        nullable = get_nullable_type(type_)
        may_be_null = not is_non_null_type(type_)
        if is_leaf_type(nullable):
            return leaf(nullable, value, f"v{level}", may_be_null, self._names, native_json=self._native_json)
        if is_list_type(nullable):
            return self._list(nullable.of_type, value, may_be_null, shown, body, level, path)
        return self._object(value, may_be_null, shown, body, level, path)

    def _list(
        self, item_type: Any, value: str, may_be_null: bool, shown: Field, body: Body, level: int, path: str | None
    ) -> str:
        name, bind = bound(value, f"v{level}")
        item, place = f"i{level}", f"n{level}"
        body.undoes = body.undoes or (path is not None and level > 0)
        item_path = f"({path}, {place})" if path is not None else None
        each = self._value(item_type, item, shown, body, level + 1, item_path)
        loop = f"for {place}, {item} in enumerate({name})" if path is not None else f"for {item} in {name}"
        made = f"[{each} {loop}]"
        if may_be_null:
            return f"(None if {bind} is None else {made} if type({name}) in LISTS else odd())"
        return f"({made} if type({bind}) in LISTS else odd())"

    def _object(self, value: str, may_be_null: bool, shown: Field, body: Body, level: int, path: str | None) -> str:
        name, bind = bound(value, f"v{level}")
        if path is not None:
            call = self._with_path(shown, body, path)
            return f"(None if {bind} is None else {call.format(name)})" if may_be_null else call.format(value)
        named = get_named_type(shown.definition.type)
        if is_abstract_type(named):
            kinds = f"{self._by_class(shown)}[type({name})]"
            made = f"{kinds}.copy()" if shown.names_types_alone else f"{kinds}({name})"
            return f"(None if {bind} is None else {made})" if may_be_null else made.replace(name, bind, 1)
        (selection,) = shown.selections.values()
        if level >= DEEPEST:
            made = f"{self._function(selection)}({name})"
        else:
            made = self._display(selection, name, body, level + 1)
        if may_be_null:
            return f"(None if {bind} is None else {made} if {self._is_good(selection, name)} else odd())"
        return f"({made} if {self._is_good(selection, name).replace(name, bind, 1)} else odd())"

    def _with_path(self, shown: Field, body: Body, path: str) -> str:
        """Return the call, with a place for the value, of what completes an object that must know where it stands."""
        body.fills.update(shown.feeds)
        if not shown.told_apart:
            return f"run.value({{}}, {path})"
        named = get_named_type(shown.definition.type)
        if is_abstract_type(named):
            return f"{self._by_class(shown)}_of({{}}, {path})"
        (selection,) = shown.selections.values()
        if not selection.needs_path:
            raise AssertionError("a path is made only for what needs it")
        return f"{self._function(selection)}({{}}, {path})"

    def _by_class(self, shown: Field) -> str:
        """Write the table from class to function of an abstract type's values, and return its name."""
        key = -shown.number
        if key in self._made:
            return self._made[key]
        name = self._made[key] = f"kinds_{shown.number}"
        if shown.names_types_alone:
            self._names[name] = {
                class_of(each.type): {row.key: each.type.name for row in each.fields}
                for each in shown.selections.values()
            }
            return name
        needs_path = shown.needs_path
        rows = []
        for selection in shown.selections.values():
            function = self._function(selection)
            self._names[f"class_{selection.type.name}"] = class_of(selection.type)
            if needs_path and not selection.needs_path:
                function = f"lambda o, path: {function}(o)"
            rows.append(f"class_{selection.type.name}: {function}")
        self._functions += ["", f"{name} = {{{', '.join(rows)}}}"]
        if needs_path:
            self._functions += [
                "",
                f"def {name}_of(o, path):",
                f"    make = {name}.get(type(o))",
                "    return run.value(o, path) if make is None else make(o, path)",
            ]
        return name


def read(source: Any, name: str) -> Any:
    """Read as graphql-core's default resolver does, except what it would call: that is left to care."""
    value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
    return leaves.odd() if callable(value) else value
