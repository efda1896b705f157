"""Parsed documents: each text is parsed, measured and validated once, and kept while there is room.

One cache stands for Strawberry's two: its entries are weighed, so many long documents cannot fill the memory, and a
document over a limit is refused before the specified rules, some of which take quadratic time, see it. Only what may be
run is kept there. All else has a smaller room of its own, so that no number of unfit documents drives out a good one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    recommended_rules,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gateway.execution import operations_of
from gateway.limits.errors import DocumentLimit, over
from gateway.limits.measures import measured
from gateway.limits.room import Room
from gateway.limits.unfit import OPERATION_BYTES, copied, outline, weight
from gateway.settings import Limits

__all__ = ["Document", "Documents"]

TOKEN_BYTES: Final = 400
"""What a token weighs as a piece of the syntax tree, as tracemalloc measures it."""

SLOW_TOKENS: Final = 300
"""Tokens from which a check goes to a thread: some rules take time that grows with the square."""

UNFIT_SHARE: Final = 8
"""One part in so many of the memory is for documents that may not be run, or of which that is not known yet."""

RULES: Final = (*specified_rules, *recommended_rules, MaybeNullValidationRule, OneOfInputValidationRule)


class Document:
    """A parsed text. ``hash`` names it in logs; ``weight`` is its estimated size. Units: bytes.

    ``key`` names the text among all others, whoever parsed it and when.
    """

    def __init__(self, text: str, tree: DocumentNode) -> None:
        self.text = text
        self.tree = tree
        self.key = sha256(text.encode()).hexdigest()
        self.hash = self.key[:16]
        self.weight = 4 * len(text) + TOKEN_BYTES * (tree.token_count or 0)
        self.errors: Sequence[GraphQLError] | None = None
        self.fields = 0
        """Of its largest operation, fragments expanded, once it was checked."""

    @cached_property
    def operations(self) -> tuple[OperationDefinitionNode, ...]:
        """Operations in the order of the text."""
        return operations_of(self.tree)


class Documents:
    """Parses and validates within limits, and remembers."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        unfit_bytes = limits.document_cache_bytes // UNFIT_SHARE
        self._fit: Room[Document] = Room(limits.document_cache_bytes - unfit_bytes)
        self._others: Room[Document | GraphQLError] = Room(unfit_bytes)

    def parsed(self, text: str) -> Document:
        """Return the document of a text. Raises: ``GraphQLError``, by syntax or over a limit."""
        document = self._fit.get(text)
        if document is not None:
            return document
        known = self._others.get(text)
        if isinstance(known, GraphQLError):
            raise copied(known)
        return known or self._new(text)

    async def checked(self, document: Document, schema: GraphQLSchema) -> Sequence[GraphQLError]:
        """Do as ``errors``; a document whose check may take long is checked in a thread, and holds nobody else up."""
        if document.errors is None and (document.tree.token_count or 0) >= SLOW_TOKENS:
            return self._filed(document, await asyncio.to_thread(self._wrong, document, schema))
        return self.errors(document, schema)

    def errors(self, document: Document, schema: GraphQLSchema) -> Sequence[GraphQLError]:
        """Return what is wrong with a document, nothing for a valid one."""
        if document.errors is None:
            return self._filed(document, self._wrong(document, schema))
        return document.errors

    def _new(self, text: str) -> Document:
        try:
            document = Document(text, self._parse(text))
        except GraphQLError as error:
            self._others.keep(text, copied(error), 4 * len(text) + weight([error]))
            raise
        self._others.keep(text, document, document.weight)
        return document

    def _filed(self, document: Document, wrong: Sequence[GraphQLError]) -> Sequence[GraphQLError]:
        """Put a document where it belongs now that it is known what is wrong with it."""
        if document.errors is not None:  # by somebody else who had it checked in a thread
            return document.errors
        document.errors = tuple(copied(error) for error in wrong)
        if document.errors:
            refused = _outlined(document, document.errors)
            self._others.keep(document.text, refused, refused.weight)
        else:
            self._others.drop(document.text)
            self._fit.keep(document.text, document, document.weight)
        return document.errors

    def _wrong(self, document: Document, schema: GraphQLSchema) -> Sequence[GraphQLError]:
        return list(self._exceeded(document)) or validate(schema, document.tree, RULES)

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self._limits.max_tokens)
        except GraphQLSyntaxError as error:
            # The parser has one class for all it refuses; its texts for the two limits are pinned by a test.
            if "more than" in error.message and error.message.endswith("tokens. Parsing aborted."):
                raise over(DocumentLimit.TOKENS, self._limits.max_tokens) from None
            if "nested too deeply" in error.message:
                raise over(DocumentLimit.DEPTH, self._limits.max_depth) from None
            raise

    def _exceeded(self, document: Document) -> Iterator[GraphQLError]:
        try:
            operations = list(measured(document.tree))
        except RecursionError:
            yield over(DocumentLimit.DEPTH, self._limits.max_depth)
            return
        document.fields = max((each.fields for each in operations), default=0)
        limits = self._limits
        for limit, most, sizes in (
            (DocumentLimit.DEPTH, limits.max_depth, [each.depth for each in operations]),
            (
                DocumentLimit.INTROSPECTION_DEPTH,
                limits.max_introspection_depth,
                [each.introspection_depth for each in operations],
            ),
            (DocumentLimit.ALIASES, limits.max_aliases, [each.aliases for each in operations]),
            (DocumentLimit.ROOT_FIELDS, limits.max_root_fields, [each.width for each in operations]),
            (DocumentLimit.FIELDS, limits.max_fields, [each.fields for each in operations]),
        ):
            if max(sizes, default=0) > most:
                yield over(limit, most)


def _outlined(document: Document, errors: Sequence[GraphQLError]) -> Document:
    """Return what is enough to refuse a document again."""
    outlined = Document(document.text, outline(document.operations))
    outlined.errors = errors
    outlined.weight += OPERATION_BYTES * len(document.operations) + weight(errors)
    return outlined
