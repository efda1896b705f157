"""The scenarios of graphql-core's own execution tests, told anew: each by its name, and whether it is compiled."""

from tests.execution.scenarios import basics, nulls, operations, types, variables
from tests.execution.scenarios.scenario import Awaited, Elsewhere, Scenario, Sync, built

__all__ = ["ELSEWHERE", "SCENARIOS", "Awaited", "Scenario", "Sync", "built"]

EVERY = {
    f"{file}: {each.name}": each
    for module in (basics, nulls, types, variables, operations)
    for file, group in module.SCENARIOS.items()
    for each in group
}
SCENARIOS = {name: each for name, each in EVERY.items() if isinstance(each, Scenario)}
ELSEWHERE = {name: each for name, each in EVERY.items() if isinstance(each, Elsewhere)}
