"""Each scenario of graphql-core's execution tests is answered as there, compiled or falling back as listed."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, execute, parse

from gateway.execution import Executor
from tests.execution.reference import spelled
from tests.execution.scenarios import ELSEWHERE, SCENARIOS, Awaited, Scenario, Sync, built


def reference(scenario: Scenario) -> Any:
    """Run by graphql-core, nothing awaited."""
    result = execute(
        built(scenario, Sync()),
        parse(scenario.query),
        scenario.root(Sync()),
        None,
        scenario.variables,
        scenario.operation,
    )
    assert isinstance(result, ExecutionResult)
    return result


def answer(result: ExecutionResult) -> tuple[str, list[str]]:
    """Spell an answer."""
    return repr(result.data), [spelled(error) for error in result.errors or ()]


@pytest.mark.parametrize("soon", [Sync(), Awaited()], ids=["at once", "awaited"])
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_a_scenario(scenario: Scenario, soon: Sync) -> None:
    executor = Executor(built(scenario, soon))
    wanted: Any = None
    try:
        wanted = reference(scenario)
    except GraphQLError as error:  # what graphql-core refuses to execute at all
        with pytest.raises(GraphQLError, match=error.message[:40].replace("(", ".").replace("[", ".")):
            await run(executor, scenario, soon)
    else:
        assert answer(await run(executor, scenario, soon)) == answer(wanted)
    assert dict(executor.fallbacks) == ({scenario.fallback: 1} if scenario.fallback else {})
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def run(executor: Executor, scenario: Scenario, soon: Sync) -> ExecutionResult:
    """Run by the executor."""
    result = await executor.execute(
        parse(scenario.query),
        root_value=scenario.root(soon),
        variable_values=scenario.variables,
        operation_name=scenario.operation,
    )
    assert not inspect.isawaitable(result)
    return result


def test_every_scenario_has_a_name_of_its_own_and_few_fall_back() -> None:
    assert len(SCENARIOS) > 220
    assert sum(bool(each.fallback) for each in SCENARIOS.values()) < 12
    assert all(each.why for each in ELSEWHERE.values())
