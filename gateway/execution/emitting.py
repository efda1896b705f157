"""From a plan to Python source: one function an operation, with a function in it for each stage.

The source reads values that are as they should be, straight into the response. Everything else (null where null may
not be, an exception among values, another class than expected) raises inside a ``try`` and is completed again with
care, from the same values. So the source stays short, and what the specification says of errors stands in one place.

Names: ``F3`` is a field and ``S3`` a selection of the plan, ``fn_3`` the function of field 3, ``args_3`` its arguments,
``slot_3`` the sources of stage 3, ``path_3`` where field 3 of the object at hand stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import OperationType

from gateway.execution.displays import Displays
from gateway.execution.filling import How
from gateway.execution.layout import Body, attempt, indented
from gateway.execution.plan import Plan, Stage
from gateway.execution.running import together

__all__ = ["Emitted", "emitted"]


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
    """Writes the operation itself and its stages."""

    def __init__(self, plan: Plan, *, native_json: bool, readable: bool) -> None:
        self._plan = plan
        self._displays = Displays(plan, native_json=native_json, readable=readable)
        self._displays.names["together"] = together

    def emitted(self) -> Emitted:
        root = self._displays.function(self._plan.root)
        for stage in reversed(self._plan.stages):
            self._displays.functions += self._stage(stage)
        lines = ["async def operation(run):", "    context = run.context"]
        if self._plan.stages:
            slots = "".join(f"slot_{stage.number}, " for stage in self._plan.stages)
            lines.append(
                f"    {slots.rstrip()} = run.slots" if len(self._plan.stages) > 1 else f"    {slots}= run.slots"
            )
        lines += indented([*self._displays.settings, *self._displays.functions])
        lines += ["", f"    run.data = {root}(run.root, None)"]
        lines += indented(self._start())
        lines.append("    return run.data")
        return Emitted("\n".join(lines) + "\n", self._displays.names)

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
        self._displays.names[f"F{filled.number}"] = filled
        body = Body()
        value = self._displays.value(filled.definition.type, "value", filled, body, 0, None)
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
