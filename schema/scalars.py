"""Scalars that the library would write, or describe, in another way than we promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition, DecimalDefinition
from strawberry.types.scalar import ScalarDefinition

__all__ = ["NATIVE", "SCALARS", "TEXTS"]


def fixed_point(value: Decimal) -> str:
    """Write every digit: ``str``, three times as quick, makes ``0E-8`` of a zero with eight places."""
    written = str(value)
    return format(value, "f") if "E" in written else written


SCALARS: Final[dict[object, ScalarDefinition]] = {
    Decimal: replace(
        DecimalDefinition,
        description="An exact decimal number, as a string without an exponent.",
        serialize=fixed_point,
    ),
    date: replace(DateDefinition, description="A day in Moscow: `2026-06-06`."),
    datetime: replace(DateTimeDefinition, description="An instant in UTC: `2026-01-15T09:00:00+00:00`."),
}

NATIVE: Final[dict[str, type]] = {"Date": date, "DateTime": datetime}
"""Scalar -> class whose instances RFC 3339 writes as the scalar does. Instants are in UTC."""

TEXTS: Final[dict[str, tuple[type, Callable[[Any], str]]]] = {"Decimal": (Decimal, fixed_point)}
"""Scalar -> class, and the function that writes each of its instances."""
