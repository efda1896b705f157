"""Control questions, worded for the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from domain import models
from domain.accounts import questions
from domain.accounts.questions import QuestionKind
from domain.money import Locale
from resolvers.outcomes import there

if TYPE_CHECKING:
    from domain.accounts.registration import Asked
    from resolvers.context import Context

__all__ = ["LINES", "TEXTS", "texts"]

TEXTS: Final[dict[QuestionKind, tuple[str, str]]] = {
    QuestionKind.POLICY_YEAR: (
        "В каком году начал действовать полис {line} с номером на …{tail}?",
        "In which year did the {line} policy whose number ends in {tail} begin?",
    ),
    QuestionKind.PLATE_DIGITS: (
        "Назовите три цифры номера автомобиля из полиса {line} с номером на …{tail}.",
        "Which three digits are on the plate of the car in the {line} policy whose number ends in {tail}?",
    ),
    QuestionKind.INSTALMENT_MONTH: (
        "В каком месяце следующий взнос по полису {line} с номером на …{tail}? Если все внесены, то последний.",
        (
            "In which month is the next instalment of the {line} policy whose number ends in {tail} due? "
            "If all are paid, the last one."
        ),
    ),
    QuestionKind.BIRTH_YEAR: ("В каком году вы родились?", "In which year were you born?"),
}

LINES: Final[dict[models.Line, tuple[str, str]]] = {
    models.Line.KASKO: ("КАСКО", "motor hull"),
    models.Line.OSAGO: ("ОСАГО", "motor liability"),
    models.Line.PROPERTY: ("страхования имущества", "property"),
    models.Line.TRAVEL: ("страхования путешествий", "travel"),
    models.Line.HEALTH: ("ДМС", "health"),
    models.Line.LIFE: ("страхования жизни", "life"),
}


async def texts(parents: Sequence[Asked], ctx: Context) -> list[str]:
    """Return the questions; what they say of a policy is its line and the end of its number."""
    keys = [models.PolicyNumber(each.subject) for each in parents if each.subject]
    found = dict(zip(keys, await ctx.many(ctx.reads.policies_by_number, keys), strict=True))
    in_russian = ctx.locale is Locale.RU
    worded = []
    for asked in parents:
        policy = there(found[models.PolicyNumber(asked.subject)]) if asked.subject else None
        label = None if policy is None else questions.label(asked.subject, [policy])
        ru, en = TEXTS[asked.kind]
        line = "" if label is None else LINES[label.line][0 if in_russian else 1]
        tail = "" if label is None else label.number_tail
        worded.append((ru if in_russian else en).format(line=line, tail=tail))
    return worded
