"""What is said instead of the row of ``error_table`` where an error tells its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["INVALID_INPUT", "REFUSALS"]

INVALID_INPUT: Final[Mapping[str, tuple[str, str]]] = {
    "page_size": ("Размер страницы — от 0 до 200.", "A page has 0 to 200 items."),
    "cursor": ("Курсор недействителен.", "The cursor is not valid."),
    "too_many": ("Слишком много значений за один раз.", "Too many values at once."),
    "exactly_one": ("Укажите ровно одно из значений.", "Give exactly one of the values."),
    "not_a_phone": ("Это не номер телефона.", "This is not a phone number."),
    "not_a_timeout": ("Укажите секунды (2.5) или миллисекунды (250ms).", "Give seconds (2.5) or milliseconds (250ms)."),
    "no_reason": ("Укажите причину: от 5 до 200 символов.", "State a reason of 5 to 200 characters."),
    "reason_in_address": (
        "Причина не передаётся в адресе: отправьте запрос методом POST.",
        "A reason must not stand in an address: send this by POST.",
    ),
    "not_an_email": ("Это не адрес электронной почты.", "This is not an e-mail address."),
}
"""Texts of ``InvalidInput`` by reason, Russian and English; a reason without one has the row's."""

REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "MEANS_GONE": (
        "Запомненная карта больше не действует. Оплатите на странице банка.",
        "The remembered card is good no more. Pay on the bank's page.",
    ),
    "ORDER_DIFFERS": (
        "Этот платёж уже начат с другой суммой.",
        "This payment was begun with another amount.",
    ),
    "COLLECTION_TOO_LARGE": ("Слишком много записей, чтобы показать их все.", "There are too many items to show."),
}
"""Texts of ``Refused`` by code, Russian and English."""
