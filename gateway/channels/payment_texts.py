"""What people read of payments and renewals; rows of the table in ``texts``."""

from __future__ import annotations

from typing import Final

from gateway.channels.rows import Row

__all__ = ["PAYMENT_TEXTS"]

PAYMENT_TEXTS: Final = {
    "RENEWAL_AGREED": Row(
        ("Полис продлён, осталось оплатить", "Your policy is renewed, once it is paid"),
        (
            "Продление № {number} оформлено. Чтобы полис вступил в силу, оплатите его в личном кабинете.",
            "Your renewal no. {number} is agreed. Pay for it in your account, and the policy is issued.",
        ),
        (
            (
                "Мы оформили продление № {number}.\n\n"
                "Осталось его оплатить: это можно сделать в личном кабинете, после оплаты там появится электронный "
                "полис.\n"
            ),
            (
                "Your renewal no. {number} is agreed.\n\n"
                "It is yet to be paid: you can do so in your account, and will find the electronic policy there.\n"
            ),
        ),
    ),
    "RENEWAL_REPRICED": Row(
        ("Цена продления изменилась", "The price of your renewal has changed"),
        (
            "Цена продления № {number} изменилась. Ничего не списано. Посмотрите новую цену в личном кабинете.",
            "The price of your renewal no. {number} has changed. Nothing was charged. See the new one in your account.",
        ),
        (
            (
                "Пока мы оформляли продление № {number}, его цена изменилась. По прежней цене полис не продлён, "
                "деньги не списаны.\n\n"
                "Новая цена — в личном кабинете. Если она вам подходит, подпишите продление ещё раз.\n"
            ),
            (
                "While your renewal no. {number} was being agreed its price has changed. The policy is not renewed "
                "at the old one, and nothing was charged.\n\n"
                "The new price is in your account. If it suits you, sign the renewal once more.\n"
            ),
        ),
    ),
    "PAYMENT_READY": Row(
        ("Теперь можно оплатить", "You can pay now"),
        (
            "Платёж № {number}, который ждал нашу систему, теперь можно оплатить в личном кабинете.",
            "Your payment no. {number}, which waited for a system of ours, can be made in your account now.",
        ),
        (
            (
                "Вы начали платёж № {number}, но тогда наша система была недоступна. Теперь его можно оплатить: "
                "откройте его в личном кабинете.\n"
            ),
            (
                "You began payment no. {number} while a system of ours was away. It can be made now: open it in your "
                "account.\n"
            ),
        ),
    ),
    "PAYMENT_FAILED": Row(
        ("Платёж не состоялся", "Your payment did not take place"),
        (
            "Ваш платёж № {number}, который ждал, не состоялся. Деньги не списаны. Почему — в личном кабинете.",
            "Your payment no. {number}, which waited, did not take place. Nothing was charged. See your account.",
        ),
        (
            (
                "Вы начали платёж № {number}, и мы обещали сообщить, чем он закончится. Он не состоялся, деньги не "
                "списаны.\n\n"
                "Почему и что делать дальше — в личном кабинете.\n"
            ),
            (
                "You began payment no. {number}, and we said that we would tell you what came of it. It did not take "
                "place, and nothing was charged.\n\n"
                "Why, and how to go on, is in your account.\n"
            ),
        ),
    ),
}
