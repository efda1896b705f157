"""Who may ask for what: said where types and fields are declared, shown as ``@authenticated`` and ``@requiresScopes``.

Names and meaning are those of Apollo Federation. What says nothing is for everybody, unless something on the way to it
says more. The rule is applied to whole operations, before any system is asked, by whoever runs them.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import strawberry
from strawberry.schema_directive import Location

from domain import viewer

__all__ = [
    "FIND_CLIENTS",
    "LOCK_ACCOUNTS",
    "PREPARE_ACCOUNTS",
    "SIGNED_IN",
    "Access",
    "Authenticated",
    "RequiresScopes",
    "requires",
]

PLACES: Final = [Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE]


@strawberry.schema_directive(
    name="authenticated", locations=PLACES, description="Only for viewers who are signed in, as anybody."
)
class Authenticated:
    """Apollo's directive."""


@strawberry.schema_directive(
    name="requiresScopes",
    locations=PLACES,
    description=(
        "Only for employees whose access token has these scopes: all of one of the inner lists. Customers have none."
    ),
)
class RequiresScopes:
    """Apollo's directive. The outer list is an OR, each inner one an AND."""

    scopes: list[list[str]]


Access: TypeAlias = Authenticated | RequiresScopes

SIGNED_IN: Final = Authenticated()


def requires(*alternatives: str) -> RequiresScopes:
    """Say that one of some sets of scopes is needed, each written as in a token: words with spaces between."""
    return RequiresScopes(scopes=[each.split() for each in alternatives])


FIND_CLIENTS: Final = requires(viewer.FIND_CLIENTS)
"""Looking up who a customer is."""

LOCK_ACCOUNTS: Final = requires(viewer.LOCK_ACCOUNTS)
"""Closing a customer's account, and opening it again."""

PREPARE_ACCOUNTS: Final = requires(viewer.PREPARE_ACCOUNTS)
"""Beginning an account for a customer."""
