"""One request and the judgement of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from dev.bench.accounts import answers as accounts
from dev.bench.commands import answers as payments
from dev.bench.facts import FACTS
from dev.bench.load.job import GOOD, Shot
from dev.queries import Operation
from dev.simulators.population import Population

__all__ = ["Asking", "verdict"]

OK: Final = 200

JUDGED: Final = {**FACTS, **accounts.ANSWERS, **payments.ANSWERS}


@dataclass(slots=True)
class Asking:
    """Knows for every shot what to send and what must come back."""

    http: aiohttp.ClientSession
    operations: Mapping[str, Operation]
    population: Population
    _known: dict[tuple[str, int], object] = field(default_factory=dict, init=False)
    _bodies: dict[tuple[str, str], bytes] = field(default_factory=dict, init=False)

    def prepare(self, shot: Shot) -> None:
        """Do what must not be done while the clock runs."""
        self._known[shot.operation, shot.isn] = JUDGED[shot.operation].known(self.population, shot.isn)

    async def send(self, target: str, shot: Shot) -> Callable[[], str]:
        """Exchange the request; the judgement is left to be called after the clock was read."""
        headers = {"Content-Type": "application/json"}
        if shot.token:
            headers["Authorization"] = f"Bearer {shot.token}"
        try:
            async with self.http.post(f"{target}/graphql", data=self._body(shot), headers=headers) as answer:
                status, body = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError) as lost:
            name = type(lost).__name__
            return lambda: f"no answer: {name}"
        return lambda: verdict(status, body, shot.operation, self._known[shot.operation, shot.isn])

    def _body(self, shot: Shot) -> bytes:
        key = shot.operation, repr(sorted(shot.variables.items()))
        body = self._bodies.get(key)
        if body is None:
            operation = self.operations[shot.operation]
            given = {**operation.request, "variables": {**operation.variables, **shot.variables}}
            body = self._bodies[key] = orjson.dumps(given)
        return body


def verdict(status: int, body: bytes, operation: str, known: object) -> str:
    """Say whether an answer is good: no error in it, and the facts are those of the one who asked."""
    try:
        answer: dict[str, Any] = orjson.loads(body)
    except ValueError:
        return f"HTTP {status}, not JSON"
    if errors := answer.get("errors"):
        return f"error {', '.join(sorted({described(each) for each in errors}))}"
    try:
        shown = JUDGED[operation].shown(answer["data"])
    except (KeyError, TypeError, ValueError):
        return "incomplete data"
    if shown != known:
        return "wrong data"
    return GOOD if status == OK else f"HTTP {status}"


def described(error: Mapping[str, Any]) -> str:
    """Write an error's code, and the system that it names; its message where it has no code."""
    extensions = error.get("extensions", {})
    code, source = extensions.get("code", error.get("message", "?")), extensions.get("source")
    return f"{code} of {source}" if source else str(code)
