"""A small schema whose functions count what they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    parse,
    specified_directives,
    validate,
)

from gateway.execution import MARK

__all__ = ["Shop", "document"]


@dataclass
class Shop:
    """Sells books; each has a price, and an author who is asked for by batch. ``batches`` are those asked for."""

    batches: list[list[str]] = field(default_factory=list)
    answer: Any = None
    """What the batch function returns instead."""

    def __post_init__(self) -> None:
        author = GraphQLObjectType("Author", {"name": GraphQLField(GraphQLString), "born": GraphQLField(GraphQLInt)})
        price = GraphQLScalarType("Price", serialize=str, extensions={MARK: {"json": Decimal}})
        book = GraphQLObjectType(
            "Book",
            {
                "title": GraphQLField(GraphQLString, extensions={MARK: {"attribute": "title"}}),
                "price": GraphQLField(price, extensions={MARK: {"attribute": "price"}}),
                "author": GraphQLField(author, extensions={MARK: {"batch": self.authors}}),
                "shelf": GraphQLField(GraphQLInt, extensions={MARK: {"batch": self.shelves}}),
            },
            extensions={MARK: {"class": Book}},
        )
        books = GraphQLField(
            GraphQLList(book),
            {"first": GraphQLArgument(GraphQLInt, default_value=3)},
            extensions={MARK: {"entry": self.books}},
        )
        news = GraphQLField(GraphQLString, subscribe=self.news, resolve=lambda text, _info: text)
        self.schema = GraphQLSchema(
            GraphQLObjectType("Query", {"books": books}),
            subscription=GraphQLObjectType("Subscription", {"news": news}),
            directives=specified_directives,
        )

    async def books(self, _context: Any, first: int) -> list[Book]:
        return [Book(f"Book {number}", Decimal(number)) for number in range(1, first + 1)]

    async def authors(self, books: Sequence[Book], _context: Any) -> Any:
        self.batches.append([book.title for book in books])
        await asyncio.sleep(0)
        return (
            [{"name": f"Author of {book.title}", "born": 1900} for book in books]
            if self.answer is None
            else self.answer
        )

    async def shelves(self, books: Sequence[Book], _context: Any) -> list[int]:
        return [7 for _ in books]

    async def news(self, *_: Any) -> Any:
        yield "news"


@dataclass
class Book:
    title: str
    price: Decimal


def document(shop: Shop, text: str) -> DocumentNode:
    """Return a document that fits the schema."""
    parsed = parse(text)
    assert validate(shop.schema, parsed) == []
    return parsed
