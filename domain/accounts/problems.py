"""What a person can mend, or has to be told, when a step of an account does not go on: data, not errors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from domain.outbox.problems import KeyReused, KeyUnfit

if TYPE_CHECKING:
    from datetime import timedelta

    from domain.models import ConsentPurpose

__all__ = [
    "AccountExists",
    "CannotContinue",
    "ConsentNeeded",
    "InvalidField",
    "NoAccount",
    "NotConfirmed",
    "OwnerProblem",
    "PictureWrong",
    "Problem",
    "Reason",
    "StepOver",
    "TryLater",
    "WrongAnswer",
    "WrongCode",
    "WrongSignIn",
]


class Reason(StrEnum):
    """What is wrong with something that was typed."""

    NOT_A_PHONE = "NOT_A_PHONE"
    NOT_AN_EMAIL = "NOT_AN_EMAIL"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    UNTYPABLE = "UNTYPABLE"
    PERSONAL = "PERSONAL"
    COMMON = "COMMON"
    REPETITIVE = "REPETITIVE"
    CONSENT_MISSING = "CONSENT_MISSING"
    NOT_THE_PASSWORD = "NOT_THE_PASSWORD"  # noqa: S105 - a reason, not a secret
    TAKEN = "TAKEN"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True)
class InvalidField:
    """A field that cannot be taken as it is; ``field`` is named as in the input."""

    field: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PictureWrong:
    """The picture code was not read rightly, or is old: a new one has to be asked for."""


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Policy and name do not belong together. Which of the two is wrong is not told, nor whether there is such one."""


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A code that is not the one that was sent. Without attempts left, or too late, a new one has to be sent.

    ``field`` is the argument that held it: where a step takes several codes, it tells which.
    """

    attempts_left: int
    field: str = "code"


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A control question was not answered rightly; another one is asked."""


@dataclass(frozen=True, slots=True)
class StepOver:
    """The step is over: it was taken, another one is at hand, or it took too long."""


@dataclass(frozen=True, slots=True)
class CannotContinue:
    """The person could not be confirmed; an office or the telephone helps."""


@dataclass(frozen=True, slots=True)
class AccountExists:
    """The person has an account. Told only to who has confirmed to be that person."""


@dataclass(frozen=True, slots=True)
class NoAccount:
    """The client has no account. Told to employees alone."""


@dataclass(frozen=True, slots=True)
class WrongSignIn:
    """Login or password is wrong, the account is locked, or there is none: which of them is not told.

    ``field`` is the argument of a step that takes the password alone.
    """

    field: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentNeeded:
    """A consent that cannot be taken back online: the account cannot be kept without it."""

    purpose: ConsentPurpose


@dataclass(frozen=True, slots=True)
class TryLater:
    """Too many attempts."""

    after: timedelta


Problem: TypeAlias = (
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
    | TryLater
)

OwnerProblem: TypeAlias = (
    KeyUnfit | KeyReused | InvalidField | WrongCode | StepOver | WrongSignIn | ConsentNeeded | TryLater
)
"""What stands in the way of what an account's owner asks for with a key."""
