"""The parameters of a GraphQL request, from a body or an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from gateway.http.refusals import BatchRefused, MalformedJson, MalformedRequest

__all__ = ["Asked", "Parameters", "from_body", "from_url"]

TEXTS: Final = ("query", "operationName", "documentId")
MAPS: Final = ("variables", "extensions")
APOLLO: Final = "extensions.persistedQuery"
SHA256: Final = "sha256:"


class Parameters(NamedTuple):
    """A well-formed GraphQL request."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


class Asked(NamedTuple):
    """A well-formed request whose document may still have to be found: it has a text, an id, or both."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None

    def running(self, text: str) -> Parameters:
        """Return the request with its document."""
        return Parameters(text, self.operation_name, self.variables, self.extensions)


def from_body(body: bytes) -> Asked:
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


def from_url(parameters: Mapping[str, str]) -> Asked:
    """Read an address's parameters; maps are JSON texts. Raises: ``MalformedJson``, ``MalformedRequest``."""
    fields: dict[str, Any] = {name: parameters.get(name) for name in TEXTS}
    for name in MAPS:
        if text := parameters.get(name):
            try:
                fields[name] = orjson.loads(text)
            except orjson.JSONDecodeError:
                raise MalformedJson(name) from None
    return _checked(fields)


def _checked(fields: Mapping[str, Any]) -> Asked:
    query, name, extensions = _text(fields, "query"), _text(fields, "operationName"), _map(fields, "extensions")
    document_id = _document_id(_text(fields, "documentId"), extensions)
    if query is None and document_id is None:
        raise MalformedRequest("query")
    # Clients that keep a form send an empty name for none.
    return Asked(query, document_id, name or None, _map(fields, "variables"), extensions)


def _document_id(named: str | None, extensions: Mapping[str, Any] | None) -> str | None:
    """Return the one id by which a document is asked for, a hash without its prefix."""
    if named is not None and not (named := named.removeprefix(SHA256)):
        raise MalformedRequest("documentId")
    apollo = (extensions or {}).get("persistedQuery")
    if apollo is None:
        return named
    hash_ = apollo.get("sha256Hash") if isinstance(apollo, dict) and apollo.get("version") == 1 else None
    if not isinstance(hash_, str) or not hash_ or named not in {None, hash_}:
        raise MalformedRequest(APOLLO)
    return hash_


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedRequest(name)
    return value


def _map(fields: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise MalformedRequest(name)
    return value
