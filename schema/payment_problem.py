"""Why a payment is not begun, told so that a person can mend it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from domain.payments import problems
from resolvers import ids
from schema.account_problem import TryLater
from schema.fields import computed
from schema.key_problem import KeyReused, KeyUnfit
from schema.problem import MESSAGE, Problem, about, worded
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["PaymentProblem"]

TEXTS: Final[dict[type, tuple[str, str]]] = {
    problems.NothingSuch: ("Такого платежа нет.", "There is nothing such to pay."),
    problems.NoSuchMeans: (
        "Этого способа оплаты больше нет. Выберите другой.",
        "This means of payment is not there any more. Choose another.",
    ),
    problems.PaidAlready: ("Это уже оплачено.", "This is paid already."),
    problems.Unpayable: (
        "Сейчас это нельзя оплатить онлайн. Позвоните нам.",
        "This cannot be paid online now. Call us.",
    ),
    problems.TooLate: (
        "Срок оплаты продления прошёл. Оформите продление ещё раз; если не получится, позвоните нам.",
        "The time to pay for the renewal is over. Renew the policy once more; if that does not work, call us.",
    ),
    problems.PaymentStopped: (
        "Предыдущий платёж проверяют наши сотрудники. Мы свяжемся с вами; платить ещё раз не нужно.",
        "Your earlier payment is being looked at. We will contact you; do not pay again.",
    ),
}
"""Class -> text in Russian and English."""

EARLY: Final = (
    "Оплатить можно будет, когда продление будет подписано и оформлено.",
    "You can pay when the renewal is signed and agreed.",
)
"""Instead of that of ``Unpayable``, where there is nothing to call about."""


def message(problem: Any, ctx: Context) -> str:
    """Return the text for the reader."""
    return worded(TEXTS[type(problem)], ctx)


def unpayable(problem: problems.Unpayable, ctx: Context) -> str:
    """Return the text for the reader."""
    return worded(EARLY, ctx) if problem.is_early else message(problem, ctx)


def payment_id(problem: problems.PaidAlready | problems.PaymentStopped, _ctx: Context) -> str | None:
    """Return the global id of the payment that stands in the way."""
    return None if problem.payment is None else ids.encode("Payment", problem.payment)


@shown(problems.NothingSuch, description="There is nothing such, or it is not the viewer's.")
class NothingSuch(Problem):
    """Nothing."""

    message = computed(message, str, **MESSAGE)
    field = about("payable")


@shown(problems.NoSuchMeans, description="There is no such means of payment, or it is not the viewer's.")
class NoSuchMeans(Problem):
    """Nothing."""

    message = computed(message, str, **MESSAGE)
    field = about("means")


@shown(problems.PaidAlready, description="It is paid.")
class PaidAlready(Problem):
    """Paid."""

    message = computed(message, str, **MESSAGE)
    field = about("payable")
    payment_id = computed(payment_id, strawberry.ID | None, description="The payment, where it was made here.")


@shown(
    problems.Unpayable,
    description="It cannot be paid online now, or a renewal not yet: it is paid once its offer is AGREED.",
)
class Unpayable(Problem):
    """Unpayable."""

    message = computed(unpayable, str, **MESSAGE)
    field = about("payable")


@shown(problems.TooLate, description="A renewal that was not paid by the end of its first day of cover: it is over.")
class TooLate(Problem):
    """Late."""

    message = computed(message, str, **MESSAGE)
    field = about("payable")
    until: date = strawberry.field(description="The last day on which it could be paid.")


@shown(problems.PaymentStopped, description="An earlier payment for it is being looked at by a person.")
class PaymentStopped(Problem):
    """Stopped."""

    message = computed(message, str, **MESSAGE)
    field = about("payable")
    payment_id = computed(payment_id, strawberry.ID | None, description="That payment.")


PaymentProblem = Annotated[
    KeyUnfit | KeyReused | NothingSuch | NoSuchMeans | PaidAlready | Unpayable | TooLate | PaymentStopped | TryLater,
    strawberry.union("PaymentProblem", description="Why a payment is not begun."),
]
