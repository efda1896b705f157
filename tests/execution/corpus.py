"""The corpus: documents written by hand, in a file for each part of the specification's execution section.

A document begins with ``#: what it is about``; ``#: variables {...}`` and ``#: operation Name`` may follow.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graphql import parse

from tests.execution.reference import Case
from tests.execution.sources import Fate

__all__ = ["CORPUS", "Document"]

FOLDER: Final = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the corpus, named by its section and what it is about."""

    name: str
    text: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None

    def case(self, fate: Fate) -> Case:
        """Return the case that a fate makes of it."""
        return Case(parse(self.text), self.variables, self.operation_name, fate)


def read(file: Path) -> list[Document]:
    """Read the documents of a file."""
    found: list[dict[str, Any]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#: variables {"):
            found[-1]["variables"] = json.loads(line.removeprefix("#: variables "))
        elif line.startswith("#: operation "):
            found[-1]["operation_name"] = line.removeprefix("#: operation ")
        elif line.startswith("#: "):
            found.append({"name": f"{file.stem}: {line.removeprefix('#: ')}", "text": ""})
        else:
            found[-1]["text"] += f"{line}\n"
    return [Document(**each) for each in found]


CORPUS: Final = {each.name: each for file in sorted(FOLDER.glob("*.graphql")) for each in read(file)}
