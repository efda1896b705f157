"""What stands in the way of a step of an account, told so that a person can mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from domain import models
from domain.accounts import problems
from schema import enums  # noqa: F401 - enums must be registered before they are named
from schema.fields import computed
from schema.key_problem import KeyReused, KeyUnfit
from schema.problem import ABOUT, MESSAGE, Problem, about, worded
from schema.shown import shown

if TYPE_CHECKING:
    from resolvers.context import Context

__all__ = ["PROBLEMS", "AccountProblem", "OwnerProblem"]

PROBLEMS: Final = "What stands in the way; empty when the step was taken."

TEXTS: Final[dict[Any, tuple[str, str]]] = {
    problems.Reason.NOT_A_PHONE: ("Проверьте номер телефона.", "Check the phone number."),
    problems.Reason.NOT_AN_EMAIL: ("Проверьте адрес электронной почты.", "Check the e-mail address."),
    problems.Reason.TOO_SHORT: ("Слишком коротко.", "This is too short."),
    problems.Reason.TOO_LONG: ("Слишком длинно.", "This is too long."),
    problems.Reason.UNTYPABLE: (
        "В пароле есть недопустимые знаки.",
        "The password holds characters that cannot be typed.",
    ),
    problems.Reason.REPETITIVE: (
        "В пароле повторы или соседние клавиши.",
        "The password repeats itself or goes along the keyboard.",
    ),
    problems.Reason.COMMON: ("Такой пароль слишком легко угадать.", "This password is too easy to guess."),
    problems.Reason.PERSONAL: (
        "В пароле не должно быть имени, телефона или почты.",
        "A password must not contain a name, a phone or an e-mail.",
    ),
    problems.Reason.CONSENT_MISSING: (
        "Нужно согласие на обработку персональных данных.",
        "Consent to the processing of personal data is needed.",
    ),
    problems.Reason.NOT_THE_PASSWORD: ("Неверный пароль.", "This is not the password."),
    problems.Reason.UNCHANGED: ("Этот контакт уже указан.", "This is your contact already."),
    problems.Reason.TAKEN: (
        "Этот адрес уже занят. Укажите другой.",
        "This address belongs to another account. Give another.",
    ),
    problems.PictureWrong: (
        "Код с картинки не подошёл. Запросите новую.",
        "The picture code is wrong. Ask for a new one.",
    ),
    problems.NotConfirmed: (
        "Не удалось подтвердить данные. Проверьте номер полиса и имя.",
        "The details could not be confirmed. Check policy number and name.",
    ),
    problems.WrongCode: ("Код не подошёл.", "The code is wrong."),
    problems.WrongAnswer: ("Ответ не подошёл.", "The answer is wrong."),
    problems.StepOver: ("Этот шаг уже пройден или устарел. Начните заново.", "This step is over. Begin anew."),
    problems.CannotContinue: (
        "Не удалось подтвердить личность. Обратитесь в офис или позвоните нам.",
        "You could not be confirmed online. Visit an office or call us.",
    ),
    problems.AccountExists: (
        "У вас уже есть личный кабинет. Войдите или восстановите доступ.",
        "You have an account. Sign in or recover it.",
    ),
    problems.NoAccount: ("У клиента нет личного кабинета.", "The client has no account."),
    problems.WrongSignIn: ("Неверный логин или пароль.", "Wrong login or password."),
    problems.ConsentNeeded: (
        "Без этого согласия личный кабинет невозможен. Чтобы отозвать его, обратитесь в офис.",
        "The account cannot be kept without this consent. Visit an office to take it back.",
    ),
    problems.TryLater: ("Слишком много попыток. Попробуйте позже.", "Too many attempts. Try again later."),
}
"""Reason or class -> text in Russian and English."""


def message(problem: Any, ctx: Context) -> str:
    """Return the text for the reader."""
    return worded(TEXTS[getattr(problem, "reason", type(problem))], ctx)


def seconds(problem: problems.TryLater, _ctx: Context) -> int:
    """Return how long to wait, in whole seconds."""
    return max(1, round(problem.after.total_seconds()))


@shown(problems.InvalidField, description="A field that cannot be taken as it is.")
class InvalidField(Problem):
    """A field."""

    message = computed(message, str, **MESSAGE)
    field: str | None = strawberry.field(**ABOUT)
    reason: problems.Reason = strawberry.field(description="What is wrong with it.")


@shown(problems.PictureWrong, description="The picture code is wrong or old; a new one has to be asked for.")
class PictureWrong(Problem):
    """Picture."""

    message = computed(message, str, **MESSAGE)
    field = about("pictureCode")


@shown(problems.NotConfirmed, description="Policy and name do not belong together; which is wrong is not told.")
class NotConfirmed(Problem):
    """Not confirmed."""

    message = computed(message, str, **MESSAGE)
    field = about(None)


@shown(problems.WrongCode, description="A code that is not the one that was sent.")
class WrongCode(Problem):
    """Code."""

    message = computed(message, str, **MESSAGE)
    field: str | None = strawberry.field(**ABOUT)
    attempts_left: int = strawberry.field(description="Tries left; at 0 a new code has to be sent.")


@shown(problems.WrongAnswer, description="A control question was not answered rightly; another one is asked.")
class WrongAnswer(Problem):
    """Answer."""

    message = computed(message, str, **MESSAGE)
    field = about("answer")


@shown(problems.StepOver, description="The step was taken already, is not at hand, or took too long.")
class StepOver(Problem):
    """Step."""

    message = computed(message, str, **MESSAGE)
    field = about(None)


@shown(problems.CannotContinue, description="The person could not be confirmed online.")
class CannotContinue(Problem):
    """End."""

    message = computed(message, str, **MESSAGE)
    field = about(None)


@shown(problems.AccountExists, description="The person has an account already.")
class AccountExists(Problem):
    """Exists."""

    message = computed(message, str, **MESSAGE)
    field = about(None)


@shown(problems.NoAccount, description="The client has no account; for employees.")
class NoAccount(Problem):
    """None."""

    message = computed(message, str, **MESSAGE)
    field = about("clientId")


@shown(problems.WrongSignIn, description="Login or password is wrong, or nobody can sign in so; which is not told.")
class WrongSignIn(Problem):
    """Sign-in."""

    message = computed(message, str, **MESSAGE)
    field: str | None = strawberry.field(**ABOUT)


@shown(problems.ConsentNeeded, description="A consent that cannot be taken back online, as the account needs it.")
class ConsentNeeded(Problem):
    """Consent."""

    message = computed(message, str, **MESSAGE)
    field = about("purpose")
    purpose: models.ConsentPurpose = strawberry.field(description="What it allows.")


@shown(problems.TryLater, description="Too many attempts.")
class TryLater(Problem):
    """Later."""

    message = computed(message, str, **MESSAGE)
    field = about(None)
    after_seconds = computed(seconds, int, description="How long to wait.")


AccountProblem = Annotated[
    InvalidField
    | PictureWrong
    | NotConfirmed
    | WrongCode
    | WrongAnswer
    | StepOver
    | CannotContinue
    | AccountExists
    | NoAccount
    | WrongSignIn
    | TryLater,
    strawberry.union("AccountProblem", description="What stands in the way of a step of an account."),
]

OwnerProblem = Annotated[
    KeyUnfit | KeyReused | InvalidField | WrongCode | StepOver | WrongSignIn | ConsentNeeded | TryLater,
    strawberry.union("OwnerProblem", description="What stands in the way of a wish of an account's owner."),
]
