"""The part of an operation's source that makes the objects of the response; names are told in ``emitting``."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any, Final

from graphql import get_named_type, get_nullable_type, is_abstract_type, is_leaf_type, is_list_type, is_non_null_type

from gateway.execution import leaves
from gateway.execution.filling import How, class_of
from gateway.execution.layout import Body, attempt, bound, indented, laid_out
from gateway.execution.leaf_expressions import leaf
from gateway.execution.plan import Field, Plan, Selection

__all__ = ["Displays"]

DEEPEST: Final = 12
"""Objects and lists nested in one expression; deeper ones get a function, as the parser's stack has an end."""


class Displays:
    """Writes functions that make objects, and expressions of completed values.

    ``names`` are what the source refers to, ``settings`` the lines that are to stand before the ``functions``.
    """

    def __init__(self, plan: Plan, *, native_json: bool, readable: bool) -> None:
        self.names: dict[str, Any] = {
            "FINE": leaves.FINE,
            "LISTS": frozenset({list, tuple}),
            "isfinite": leaves.isfinite,
            "odd": leaves.odd,
            "read": read,
            "takes": leaves.FINE.takes,
        }
        self.settings: list[str] = []
        self.functions: list[str] = []
        self._plan = plan
        self._readable = readable
        self._native_json = native_json
        self._made: dict[int, str] = {}

    def function(self, selection: Selection) -> str:
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
            self.functions += ["", f"def {name}(o):", f"    return {shown}"]
            return name
        self.names[f"S{selection.number}"] = selection
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
        self.functions += ["", f"def {name}(o, path):", *indented(lines)]
        return name

    def _check(self, selection: Selection) -> list[str]:
        if selection is self._plan.root:
            return []
        test = self._is_good(selection, "o")
        return [f"if not ({test}):", "    return run.value(o, path)"]

    def _is_good(self, selection: Selection, value: str) -> str:
        """Return the test that a value can be read as the type it should be of."""
        if (cls := class_of(selection.type)) is not None:
            self.names[f"class_{selection.type.name}"] = cls
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
        return self.value(shown.definition.type, self._reading(shown, source), shown, body, level, None)

    def _reading(self, shown: Field, source: str) -> str:
        filling, number = shown.filling, shown.number
        if filling.how is How.ATTRIBUTE:
            plain = filling.attribute.isidentifier() and not iskeyword(filling.attribute)
            return f"{source}.{filling.attribute}" if plain else f"getattr({source}, {filling.attribute!r})"
        if filling.how is How.DEFAULT:
            return f"read({source}, {filling.attribute!r})"
        self.names[f"fn_{number}"] = filling.function
        first = "context"
        if filling.how is How.META:
            self.names[f"F{number}"] = shown
            self.settings.append(f"info_{number} = run.info(F{number}, (None, F{number}))")
            first = f"info_{number}"
        if shown.arguments.is_empty:
            return f"fn_{number}({source}, {first})"
        self.names[f"F{number}"] = shown
        self.settings.append(f"args_{number} = run.inline_arguments(F{number})")
        return f"fn_{number}({source}, {first}, **args_{number})"

    def value(self, type_: Any, value: str, shown: Field, body: Body, level: int, path: str | None) -> str:
        """Return the expression of a completed value. ``path`` is that of an item; a field's own is made ahead."""
        if path is None and shown.needs_path:
            path = f"path_{shown.number}"
            self.names[f"F{shown.number}"] = shown
            body.ahead.append(f"{path} = (path, F{shown.number})")
        nullable = get_nullable_type(type_)
        may_be_null = not is_non_null_type(type_)
        if is_leaf_type(nullable):
            return leaf(nullable, value, f"v{level}", may_be_null, self.names, native_json=self._native_json)
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
        each = self.value(item_type, item, shown, body, level + 1, item_path)
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
            made = f"{self.function(selection)}({name})"
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
        return f"{self.function(selection)}({{}}, {path})"

    def _by_class(self, shown: Field) -> str:
        """Write the table from class to function of an abstract type's values, and return its name."""
        key = -shown.number
        if key in self._made:
            return self._made[key]
        name = self._made[key] = f"kinds_{shown.number}"
        if shown.names_types_alone:
            self.names[name] = {
                class_of(each.type): {row.key: each.type.name for row in each.fields}
                for each in shown.selections.values()
            }
            return name
        needs_path = shown.needs_path
        rows = []
        for selection in shown.selections.values():
            function = self.function(selection)
            self.names[f"class_{selection.type.name}"] = class_of(selection.type)
            if needs_path and not selection.needs_path:
                function = f"lambda o, path: {function}(o)"
            rows.append(f"class_{selection.type.name}: {function}")
        self.functions += ["", f"{name} = {{{', '.join(rows)}}}"]
        if needs_path:
            self.functions += [
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
