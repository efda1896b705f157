"""Values of leaves: good ones, good ones in odd clothes, and wrong ones; and how the world's scalars are coerced."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLEnumType, GraphQLError, GraphQLScalarType, GraphQLSchema, Undefined

__all__ = ["GOOD", "WRONG", "Cover", "Text", "decimal_out", "dress"]


class Cover(enum.Enum):
    """How a book is bound; its values are not its names."""

    HARD = "h"
    SOFT = "s"


class Text:
    """Neither a string nor a builtin: strings take it by ``str``."""

    def __str__(self) -> str:
        return "a text"


GOOD: Mapping[str, tuple[Any, ...]] = {
    "Int": (0, 1, -7, 2147483647, True, 3.0, "12", Decimal(4)),
    "Float": (0.5, -1.25, 2, True, "1.5", Decimal("2.5"), 1e300),
    "String": ("", "text", 'Ж\u2028"\\', 5, True, 1.5, Text()),
    "Boolean": (True, False, 1, 0.0),
    "ID": ("id", "", 7, 12345678901234567890, 8.0, Text()),
    "Decimal": (Decimal("1.10"), Decimal("1E+2"), Decimal("-0.00")),
    "Date": (date(2026, 1, 15), date(1, 1, 1), datetime(2026, 1, 15, 9, 30, tzinfo=UTC)),
    "Fragile": ("whole", "chipped"),
    "Anything": (1, "x", 2.5, [1, None, {"a": [True]}], {"b": 1, "a": {}}, (1, 2), False),
    "Genre": (1, 2, 3),
    "Cover": (Cover.HARD, Cover.SOFT),
    "Kind": ("BOOK", "AUTHOR", "SHOP", "CARD"),
}
WRONG: Mapping[str, tuple[Any, ...]] = {
    "Int": ("x", 1.5, 2147483648, [1], {}, float("nan"), "", Decimal("0.5"), Text()),
    "Float": ("x", float("inf"), [1.0], object(), "", {"a": 1}),
    "String": ([], {"a": 1}, float("nan"), b"bytes", object()),
    "Boolean": ("true", [], float("nan"), Text()),
    "ID": (True, [], 1.5, {}, b"x"),
    "Decimal": ("1.1", 5, 1.5, Decimal("NaN")),
    "Date": ("2026-01-15", 5),
    "Fragile": ("raises", "refuses", "none", "undefined", "key"),
    "Anything": ("nothing",),
    "Genre": (4, "FICTION", [1], {}, 1.5),
    "Cover": ("h", "HARD", 1),
    "Kind": ("book", 0, [], Cover.HARD),
}


def decimal_out(value: Any) -> str:
    """Write out in full."""
    if not isinstance(value, Decimal):
        raise TypeError(f"Not a decimal: {value!r}")
    if not value.is_finite():
        raise GraphQLError("Not finite", extensions={"code": "NOT_FINITE"})
    return f"{value:f}"


def decimal_in(value: Any) -> Decimal:
    """Read from a string."""
    if not isinstance(value, str):
        raise GraphQLError("A decimal is a string")
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ValueError("Not a decimal") from error


def date_out(value: Any) -> str:
    """Write as ISO 8601 does."""
    if not isinstance(value, date):
        raise TypeError("Not a date")
    return value.isoformat()


def fragile_out(value: Any) -> Any:
    """Break in every way."""
    match value:
        case "raises":
            raise ValueError("it broke")
        case "refuses":
            raise GraphQLError("it refused", extensions={"code": "FRAGILE"})
        case "key":
            raise KeyError("missing")
        case "none":
            return None
        case "undefined":
            return Undefined
    return f"<{value}>"


def anything_out(value: Any) -> Any:
    """Let it pass."""
    return None if value == "nothing" else value


OUT: Mapping[str, Callable[[Any], Any]] = {
    "Decimal": decimal_out,
    "Date": date_out,
    "Fragile": fragile_out,
    "Anything": anything_out,
}
IN: Mapping[str, Callable[[Any], Any]] = {"Decimal": decimal_in, "Date": date.fromisoformat}
ENUMS: Mapping[str, Mapping[str, Any]] = {
    "Genre": {"FICTION": 1, "FACTS": 2, "POETRY": 3},
    "Cover": {each.name: each for each in Cover},
}


def dress(schema: GraphQLSchema) -> None:
    """Give the scalars and enums of a schema made from text their Python side."""
    for name, out in OUT.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.coerce_output_value = out
        if name in IN:
            scalar.coerce_input_value = IN[name]
    for name, values in ENUMS.items():
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLEnumType)
        for label, value in values.items():
            kind.values[label].value = value
        kind.__dict__.pop("_value_lookup", None)
