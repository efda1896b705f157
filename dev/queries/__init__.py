"""The consumers' own operations: shown in the demo, replayed by tests and benches."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["FOLDER", "Operation", "load", "variables"]

FOLDER: Final = Path(__file__).parent
ORDER: Final = (
    "home_screen",
    "policy_page",
    "claim_list",
    "life_page",
    "hundred_policies",
    "mobile_home",
    "client_card",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``name`` is GraphQL's, ``file`` the file's without its ending."""

    file: str
    name: str
    query: str
    variables: dict[str, Any]

    @property
    def request(self) -> dict[str, Any]:
        """The JSON body of a GraphQL request."""
        return {"query": self.query, "operationName": self.name, "variables": self.variables}


def variables() -> dict[str, dict[str, Any]]:
    """Return the variables to try an operation with, by its name."""
    read: dict[str, dict[str, Any]] = json.loads((FOLDER / "variables.json").read_text(encoding="utf-8"))
    return read


def load() -> dict[str, Operation]:
    """Return every operation by its file's name, the home screen first."""
    given = variables()
    operations = {}
    for file in ORDER:
        query = (FOLDER / f"{file}.graphql").read_text(encoding="utf-8")
        (name,) = re.findall(r"^query (\w+)", query, re.MULTILINE)
        operations[file] = Operation(file, name, query, given.get(name, {}))
    return operations
