"""Why a policy is not renewed, told so that a person can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from domain import texts
from domain.renewals import problems
from resolvers import renewals
from schema.account_problem import TryLater, WrongCode
from schema.fields import computed
from schema.key_problem import KeyReused, KeyUnfit
from schema.problem import ABOUT, MESSAGE, Problem, about, worded
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["RenewalProblem"]

TEXTS: Final[dict[type, tuple[str, str]]] = {
    problems.NothingFound: ("Такого полиса или предложения нет.", "There is no such policy or offer."),
    problems.ChoiceNotOffered: (
        "Такие условия не предлагаются. Обновите страницу и выберите из предложенных.",
        "This is not among the choices. Reload the page and choose from what is offered.",
    ),
    problems.OfferExpired: (
        "Срок предложения закончился. Рассчитайте цену ещё раз.",
        "The offer has expired. Ask for the price again.",
    ),
    problems.NotAccepted: ("Сначала запросите код для подписи.", "Ask for a code to sign with first."),
    problems.PriceChanged: (
        "Цена изменилась. Посмотрите новое предложение: с прежней подписью оно не действует.",
        "The price has changed. Look at the new offer: your signature does not bind you to it.",
    ),
    problems.RenewedAlready: ("Полис уже продлён или продлевается.", "The policy is renewed, or about to be."),
}
"""Class -> text in Russian and English."""

DECLINED: Final = "NOT_RENEWABLE"
"""The reason that is told where the policy core gave none."""


def message(problem: Any, ctx: Context) -> str:
    """Return the text for the reader."""
    return worded(TEXTS[type(problem)], ctx)


def refusal(problem: problems.NotRenewable, ctx: Context) -> str:
    """Return why not, as far as the policy core said so."""
    return texts.text(f"refusal.{problem.reason or DECLINED}", ctx.locale) + "."


@shown(problems.NothingFound, description="There is no such policy or offer, or it is not the viewer's.")
class NothingFound(Problem):
    """Nothing."""

    message = computed(message, str, **MESSAGE)
    field: str | None = strawberry.field(**ABOUT)


@shown(problems.NotRenewable, description="The policy is not renewed.")
class NotRenewable(Problem):
    """Not renewable."""

    message = computed(refusal, str, **MESSAGE)
    field: str | None = strawberry.field(**ABOUT)
    reason: str | None = strawberry.field(description="Code of the reason, if the policy core gave one.")


@shown(problems.ChoiceNotOffered, description="What was chosen is not on offer.")
class ChoiceNotOffered(Problem):
    """Choice."""

    message = computed(message, str, **MESSAGE)
    field = about("choice")


@shown(problems.OfferExpired, description="The price is no longer kept.")
class OfferExpired(Problem):
    """Expired."""

    message = computed(message, str, **MESSAGE)
    field = about(problems.OFFER)


@shown(problems.NotAccepted, description="The offer was not accepted yet, so no code was sent.")
class NotAccepted(Problem):
    """Not accepted."""

    message = computed(message, str, **MESSAGE)
    field = about(problems.OFFER)


@shown(problems.PriceChanged, description="The price changed after the signature; nobody is held to the new one.")
class PriceChanged(Problem):
    """Price."""

    message = computed(message, str, **MESSAGE)
    field = about(problems.OFFER)
    offer_id = computed(renewals.told_id, strawberry.ID | None, description="The offer at the new price.")


@shown(
    problems.RenewedAlready, description="The policy is renewed, or will be as soon as the policy core can be reached."
)
class RenewedAlready(Problem):
    """Renewed."""

    message = computed(message, str, **MESSAGE)
    field: str | None = strawberry.field(**ABOUT)
    offer_id = computed(
        renewals.told_id, strawberry.ID | None, description="The offer by which, where the viewer signed it here."
    )


RenewalProblem = Annotated[
    KeyUnfit
    | KeyReused
    | NothingFound
    | NotRenewable
    | ChoiceNotOffered
    | OfferExpired
    | NotAccepted
    | PriceChanged
    | RenewedAlready
    | WrongCode
    | TryLater,
    strawberry.union("RenewalProblem", description="Why a policy is not renewed."),
]
