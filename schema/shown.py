"""Which domain class each GraphQL type shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import strawberry

from schema.caching import CacheControl

__all__ = ["SHOWN", "shown"]

SHOWN: Final[dict[type, type]] = {}
"""GraphQL type -> domain class."""


def shown(domain_class: type, *, description: str, keep: CacheControl | None = None) -> Callable[[type], type]:
    """Declare a class as the GraphQL type of a domain class.

    Values stay domain objects: plain fields read their attributes, and interfaces and unions tell them apart by class.
    ``keep`` says how long they may be kept; by nobody unless it is said.
    """

    def declare(declared: type) -> type:
        def is_type_of(value: Any, _info: Any) -> bool:
            return isinstance(value, domain_class)

        declared.is_type_of = is_type_of  # type: ignore[attr-defined]
        SHOWN[declared] = domain_class
        return strawberry.type(declared, description=description, directives=[keep] if keep else [])

    return declare
