"""How long an answer may be kept, and by whom: said where types and fields are declared, shown as ``@cacheControl``.

The rule of the whole answer (least age, strictest scope) is applied by whoever answers over HTTP. What says nothing is
kept by nobody.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import strawberry
from strawberry.schema_directive import Location

__all__ = ["ASK_AGAIN", "PART", "CacheControl", "CacheControlScope", "private", "public"]


@strawberry.enum(description="Who may keep an answer.")
class CacheControlScope(Enum):
    """Apollo's names."""

    PUBLIC = strawberry.enum_value("PUBLIC", description="Caches shared by many readers too.")
    PRIVATE = strawberry.enum_value("PRIVATE", description="The reader's own cache alone.")


@strawberry.schema_directive(
    name="cacheControl",
    locations=[Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE, Location.UNION],
    description=(
        "How many seconds what is read here may be kept, and by whom. An answer is kept as long as the least of its "
        "fields allows; `inheritMaxAge` says that a part is kept as long as what it is part of."
    ),
)
class CacheControl:
    """Apollo's directive. Units: ``max_age`` in seconds; 0 may be kept, but has to be asked for again."""

    max_age: int | None = strawberry.UNSET
    scope: CacheControlScope | None = strawberry.UNSET
    inherit_max_age: bool | None = strawberry.UNSET


def private(seconds: int) -> CacheControl:
    """Say that what depends on the viewer may be kept by the viewer."""
    return CacheControl(max_age=seconds, scope=CacheControlScope.PRIVATE)


def public(seconds: int) -> CacheControl:
    """Say that what is the same for every viewer may be kept."""
    return CacheControl(max_age=seconds, scope=CacheControlScope.PUBLIC)


PART: Final = CacheControl(inherit_max_age=True)
"""A part of something read whole, with nothing of its own to go out of date."""

ASK_AGAIN: Final = private(0)
"""What a payment or a decision may have changed a moment ago."""
