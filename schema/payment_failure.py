"""What came of a payment that did not go through, told so that the customer knows what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.money import Locale
from domain.payments.models import Payment, PaymentFailure, PaymentState

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["failure_text"]

TEXTS: Final[dict[PaymentFailure, tuple[str, str]]] = {
    PaymentFailure.DECLINED: (
        "Банк отклонил платёж, деньги не списаны. Попробуйте ещё раз или другой картой.",
        "The bank declined the payment, and no money was taken. Try again, or with another card.",
    ),
    PaymentFailure.CANCELLED: (
        "Платёж отменён, деньги не списаны.",
        "The payment was cancelled, and no money was taken.",
    ),
    PaymentFailure.EXPIRED: (
        "Время на оплату вышло, деньги не списаны. Начните оплату заново.",
        "The time to pay is over, and no money was taken. Begin anew.",
    ),
    PaymentFailure.ALREADY_PAID: (
        "Это уже оплачено; платить ещё раз не нужно.",
        "This is paid already; do not pay again.",
    ),
    PaymentFailure.NOT_PAYABLE: (
        "Сейчас это нельзя оплатить онлайн. Позвоните нам.",
        "This cannot be paid online now. Call us.",
    ),
    PaymentFailure.AMOUNT_CHANGED: (
        "Сумма изменилась, деньги не списаны. Начните оплату заново, чтобы увидеть новую сумму.",
        "The sum has changed, and no money was taken. Begin anew to see the new one.",
    ),
    PaymentFailure.AMOUNT_DIFFERS: (
        "На странице оплаты была другая сумма. Платёж проверяют наши сотрудники; платить ещё раз не нужно.",
        "The page to pay on asked for another sum. We are looking into it; do not pay again.",
    ),
    PaymentFailure.ADDRESS_REFUSED: (
        "Страница оплаты не открылась, деньги не списаны. Попробуйте позже.",
        "The page to pay on could not be opened, and no money was taken. Try again later.",
    ),
    PaymentFailure.CLOSED: (
        "Платёж проверен нашими сотрудниками и закрыт. Если деньги были списаны, мы их вернули.",
        "We have looked into this payment and closed it. If money was taken, it was sent back.",
    ),
    PaymentFailure.NOT_CONFIRMED: (
        "Деньги списаны, но платёж не подтверждён. Его проверяют наши сотрудники; платить ещё раз не нужно.",
        "The money was taken, but the payment is not confirmed. We are looking into it; do not pay again.",
    ),
}
"""Failure -> text in Russian and English."""

BILL_IN_THE_WAY: Final = (
    "Сумма изменилась, а прежний счёт ещё не закрыт. Этим занимаются наши сотрудники, мы свяжемся с вами.",
    "The sum has changed, and the earlier bill is still open. We are looking into it, and will contact you.",
)
"""For a changed sum that nothing is mended of by beginning anew."""


def failure_text(payment: Payment, ctx: Context) -> str | None:
    """Return why a payment did not go through, for the reader."""
    if payment.failure is None:
        return None
    is_circling = payment.failure is PaymentFailure.AMOUNT_CHANGED and payment.state is PaymentState.STOPPED
    ru, en = BILL_IN_THE_WAY if is_circling else TEXTS[payment.failure]
    return ru if ctx.locale is Locale.RU else en
