"""Refusals of documents that ask for too much."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from graphql import GraphQLError

__all__ = ["LIMIT_CODES", "DocumentLimit", "over"]


class DocumentLimit(StrEnum):
    """The limits, by their public error code."""

    TOKENS = "DOCUMENT_TOO_LONG"
    DEPTH = "DOCUMENT_TOO_DEEP"
    INTROSPECTION_DEPTH = "INTROSPECTION_TOO_DEEP"
    ALIASES = "DOCUMENT_HAS_TOO_MANY_ALIASES"
    ROOT_FIELDS = "DOCUMENT_HAS_TOO_MANY_ROOT_FIELDS"
    FIELDS = "DOCUMENT_TOO_WIDE"


LIMIT_CODES: Final = frozenset(limit.value for limit in DocumentLimit)

TEXTS: Final = {
    DocumentLimit.TOKENS: "The document has more than {most} tokens.",
    DocumentLimit.DEPTH: "The document nests fields deeper than {most} levels.",
    DocumentLimit.INTROSPECTION_DEPTH: "The introspection nests fields deeper than {most} levels.",
    DocumentLimit.ALIASES: "The operation has more than {most} aliases.",
    DocumentLimit.ROOT_FIELDS: "The operation has more than {most} root fields.",
    DocumentLimit.FIELDS: "The operation selects more than {most} fields.",
}


def over(limit: DocumentLimit, most: int) -> GraphQLError:
    """Return the error of a document over a limit, in technical English as all errors of documents are."""
    return GraphQLError(TEXTS[limit].format(most=most), extensions={"code": limit.value, "limit": most})
