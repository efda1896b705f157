"""Which domain class each GraphQL type shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import strawberry

from schema.access import Access
from schema.caching import CacheControl

__all__ = ["PARTS", "SHOWN", "part_of", "shown"]

SHOWN: Final[dict[type, type]] = {}
"""GraphQL type -> domain class."""


PARTS: Final[dict[type, type]] = {}
"""Generic GraphQL type -> class of its values; these are in no interface or union, so nobody asks what they are."""


def part_of(cls: type) -> Callable[[type], type]:
    """Declare the class whose instances a generic GraphQL type shows."""

    def declare(declared: type) -> type:
        PARTS[declared] = cls
        return declared

    return declare


def shown(
    domain_class: type, *, description: str, keep: CacheControl | None = None, access: Access | None = None
) -> Callable[[type], type]:
    """Declare a class as the GraphQL type of a domain class.

    Values stay domain objects: plain fields read their attributes, and interfaces and unions tell them apart by class.
    ``keep`` says how long they may be kept; by nobody unless it is said. ``access`` says
    who may ask for them, whichever field leads here.
    """

    def declare(declared: type) -> type:
        def is_type_of(value: Any, _info: Any) -> bool:
            return isinstance(value, domain_class)

        declared.is_type_of = is_type_of  # type: ignore[attr-defined]
        SHOWN[declared] = domain_class
        directives = [each for each in (keep, access) if each is not None]
        return strawberry.type(declared, description=description, directives=directives)

    return declare
