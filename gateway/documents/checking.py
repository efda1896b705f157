"""What is wrong with a document before anybody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphql import GraphQLError, GraphQLSchema

from gateway.documents.folder import Check
from gateway.limits.documents import Documents
from gateway.settings import Limits

__all__ = ["checked_by", "fresh"]


def checked_by(documents: Documents, schema: GraphQLSchema) -> Check:
    """Return the check by limits and schema that a document passes when it is run."""

    def problems(text: str) -> Sequence[str]:
        try:
            document = documents.parsed(text)
        except GraphQLError as error:
            return [error.message]
        if not document.operations:
            return ["The document has no operation."]
        return [error.message for error in documents.errors(document, schema)]

    return problems


def fresh(limits: Limits, schema: GraphQLSchema) -> Check:
    """Return a check that keeps nothing and shares nothing, so that it may run in another thread."""
    return checked_by(Documents(replace(limits, document_cache_bytes=0)), schema)
