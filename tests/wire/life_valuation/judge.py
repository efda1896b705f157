"""A simulator whose every good exchange is judged by jsonschema against the written contract."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import adapters.life_valuation
from dev.simulators.kit import Options
from dev.simulators.life_valuation.simulator import LifeValuation

SCHEMAS = Path(adapters.life_valuation.__file__).parent / "contract" / "schemas"


@cache
def schema(name: str) -> Any:
    """One schema file."""
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Draft202012Validator:
    """A validator of one schema file, which knows the shared types."""
    types: Resource[Any] = Resource.from_contents(schema("types"))
    registry: Registry[Any] = Registry().with_resource("types.json", types)
    return Draft202012Validator(schema(name), registry=registry)


def parsed(body: bytes) -> Any:
    """JSON with its fractions exact."""
    return json.loads(body, parse_float=Decimal)


def judge(name: str, body: bytes) -> None:
    """Raises: ``jsonschema.ValidationError`` when the body breaks the schema."""
    validator(name).validate(parsed(body))


class Judged(LifeValuation):
    """The simulator, which keeps in ``verdicts`` how either side broke the contract, until a fault is switched on."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.verdicts: list[str] = []

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Judge the request and the reply of one exchange."""
        sent = await request.read()
        answer = await super().api(request)
        if self.switchboard.fired:
            return answer
        assert isinstance(answer, web.Response)
        assert isinstance(answer.body, bytes)
        operation = parsed(sent)["operation"]
        good = parsed(answer.body).get("status") == "OK"
        for name, body in (
            (f"{operation}.request", sent),
            (f"{operation}.response" if good else "error.response", answer.body),
        ):
            self.verdicts += [f"{name}: {broken.message}" for broken in validator(name).iter_errors(parsed(body))]
        return answer
