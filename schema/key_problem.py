"""What every mutation that takes a client-made key may say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from domain.outbox import problems
from schema.fields import computed
from schema.problem import MESSAGE, Problem, about, worded
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["KEY", "KEY_TEXTS", "KeyReused", "KeyUnfit"]

KEY: Final[Any] = Annotated[
    str,
    strawberry.argument(
        description=(
            "Made by the client, new for each wish: the same key again is the same wish, and done once. "
            "Once more after it failed is a new wish: the same key shows what failed. "
            "8 to 100 printable ASCII characters, such as a UUID."
        )
    ),
]
KEY_TEXTS: Final[dict[type, tuple[str, str]]] = {
    problems.KeyUnfit: (
        "Не удалось принять запрос. Обновите страницу и попробуйте ещё раз.",
        "The request could not be taken. Reload the page and try again.",
    ),
    problems.KeyReused: (
        "Эта операция уже выполнена с другими данными. Обновите страницу и попробуйте ещё раз.",
        "This was done with other details already. Reload the page and try again.",
    ),
}
"""Class -> text in Russian and English."""


def message(problem: problems.KeyUnfit | problems.KeyReused, ctx: Context) -> str:
    """Return the text for the reader."""
    return worded(KEY_TEXTS[type(problem)], ctx)


@shown(problems.KeyUnfit, description="The key is no key: 8 to 100 printable ASCII characters are wanted.")
class KeyUnfit(Problem):
    """Key."""

    message = computed(message, str, **MESSAGE)
    field = about("key")


@shown(problems.KeyReused, description="The key was used with another input: a new wish needs a new key.")
class KeyReused(Problem):
    """Key."""

    message = computed(message, str, **MESSAGE)
    field = about("key")
