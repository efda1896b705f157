"""Control questions, worded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.accounts.questions import QuestionKind
from domain.money import Locale

if TYPE_CHECKING:
    from domain.accounts.registration import Asked
    from resolvers.context import Context

__all__ = ["TEXTS", "text"]

TEXTS: Final[dict[QuestionKind, tuple[str, str]]] = {
    QuestionKind.POLICY_YEAR: (
        "В каком году начал действовать полис, номер которого оканчивается на {tail}?",
        "In which year did the policy whose number ends in {tail} begin?",
    ),
    QuestionKind.PLATE_DIGITS: (
        "Назовите три цифры номера автомобиля, застрахованного по полису, номер которого оканчивается на {tail}.",
        "Which three digits are on the plate of the car insured by the policy whose number ends in {tail}?",
    ),
    QuestionKind.INSTALMENT_MONTH: (
        "В каком месяце очередной взнос по полису, номер которого оканчивается на {tail}?",
        "In which month is the next instalment of the policy whose number ends in {tail}?",
    ),
    QuestionKind.BIRTH_YEAR: ("В каком году вы родились?", "In which year were you born?"),
}


def text(asked: Asked, ctx: Context) -> str:
    """Return the question for the reader."""
    ru, en = TEXTS[asked.kind]
    return (ru if ctx.locale is Locale.RU else en).format(tail=asked.subject)
