"""From a plan to a function that runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from gateway.execution.emitting import emitted
from gateway.execution.plan import Plan
from gateway.execution.recorded import RecordedRun
from gateway.execution.running import Run
from gateway.execution.variables import Coerced

__all__ = ["Compiled", "compiled"]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan, and the function made of its source."""

    plan: Plan
    native_json: bool
    operation: Callable[[Run], Awaitable[dict[str, Any]]]

    @property
    def source(self) -> str:
        """The source, laid out for people to read."""
        return emitted(self.plan, native_json=self.native_json, readable=True).source

    async def run(self, root: Any, context: Any, variables: Coerced) -> Run:
        """Run the operation once; the run holds data and errors."""
        run = Run(self.plan, root, context, variables)
        await self.operation(run)
        return run

    async def recorded(self, root: Any, context: Any, variables: Coerced) -> RecordedRun:
        """Run the operation once, and record what each stage did."""
        run = RecordedRun(self.plan, root, context, variables)
        await self.operation(run)
        return run


def compiled(plan: Plan, *, native_json: bool = False) -> Compiled:
    """Write the source of a plan and compile it; ``native_json`` as in ``emitted``."""
    made = emitted(plan, native_json=native_json)
    names = made.names
    name = plan.operation.name.value if plan.operation.name else "anonymous"
    exec(compile(made.source, f"<operation {name}>", "exec"), names)  # noqa: S102 - source of our own making
    return Compiled(plan, native_json, names["operation"])
