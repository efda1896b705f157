"""Lists with preferences, as ``Accept`` and ``Accept-Language`` hold them (RFC 9110, 12.4.2)."""

from __future__ import annotations

from typing import Final

__all__ = ["preferences"]

MAX_ITEMS: Final = 32


def preferences(header: str) -> list[tuple[str, float]]:
    """Return values in lower case with their quality, in the order of the header; a broken quality counts 0."""
    found: list[tuple[str, float]] = []
    for item in header.split(",")[:MAX_ITEMS]:
        value, *parameters = (part.strip().lower() for part in item.split(";"))
        if value:
            given = [parameter[2:].strip() for parameter in parameters if parameter.startswith("q=")]
            found.append((value, _quality(given[0]) if given else 1.0))
    return found


def _quality(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0.0 <= number <= 1.0 else 0.0
