"""What every problem of a mutation says of itself: which argument it is about, and a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import strawberry

from domain.money import Locale
from schema.fields import computed

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["ABOUT", "MESSAGE", "Problem", "about", "worded"]

MESSAGE: Final[dict[str, Any]] = {"description": "Text for the customer, in the language of the request."}
ABOUT: Final[dict[str, Any]] = {
    "description": "Name of the argument, or of the input's field, that it is about; null when it is about none."
}


@strawberry.interface(
    description=(
        "What stands in the way of a mutation, and can be mended or has to be told. Every member of `AccountProblem`, "
        "`OwnerProblem`, `PaymentProblem` and `RenewalProblem` is one, those to come too."
    )
)
class Problem:
    """Problem."""

    message: str = strawberry.field(description=MESSAGE["description"])
    field: str | None = strawberry.field(description=ABOUT["description"])


def worded(row: tuple[str, str], ctx: Context) -> str:
    """Return the text for the reader."""
    ru, en = row
    return ru if ctx.locale is Locale.RU else en


def about(name: str | None) -> Any:
    """Declare which argument a problem is always about."""
    return computed(lambda _problem, _ctx: name, str | None, **ABOUT)
