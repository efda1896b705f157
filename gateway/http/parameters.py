"""The parameters of a GraphQL request, from a body or an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.http.refusals import BatchRefused, MalformedJson, MalformedRequest

__all__ = ["Parameters", "from_body", "from_url"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """A well-formed GraphQL request."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


def from_body(body: bytes) -> Parameters:
    """Read a JSON body. Raises: ``MalformedJson``, ``BatchRefused``, ``MalformedRequest``."""
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise MalformedJson from None
    if isinstance(fields, list):
        raise BatchRefused
    if not isinstance(fields, dict):
        raise MalformedRequest("query")
    return _checked(fields)


def from_url(parameters: Mapping[str, str]) -> Parameters:
    """Read an address's parameters; maps are JSON texts. Raises: ``MalformedJson``, ``MalformedRequest``."""
    fields: dict[str, Any] = {name: parameters.get(name) for name in ("query", "operationName")}
    for name in ("variables", "extensions"):
        if text := parameters.get(name):
            try:
                fields[name] = orjson.loads(text)
            except orjson.JSONDecodeError:
                raise MalformedJson(name) from None
    return _checked(fields)


def _checked(fields: Mapping[str, Any]) -> Parameters:
    query = fields.get("query")
    if not isinstance(query, str):
        raise MalformedRequest("query")
    name = fields.get("operationName")
    if name is not None and not isinstance(name, str):
        raise MalformedRequest("operationName")
    # Clients that keep a form send an empty name for none.
    return Parameters(query, name or None, _map(fields, "variables"), _map(fields, "extensions"))


def _map(fields: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise MalformedRequest(name)
    return value
