"""Control questions of whoever has to be confirmed: put one at a time, each once, answered within few tries.

What is common to all that are asked for: a registration, a recovery.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from domain.accounts.questions import QuestionKind

__all__ = ["MOST_WRONG_ANSWERS", "Asked", "Questioned", "StepOutOfTurn"]

MOST_WRONG_ANSWERS: Final = 2
"""Wrong answers to control questions that end what they are asked for, of all its questions together."""


class StepOutOfTurn(Exception):
    """A step was taken that is not the one at hand, nor the one just taken."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A control question that was put. The answer is not kept; it is worked out again from the policy core.

    ``subject`` tells which of a kind's objects is meant: a policy number, folded, or nothing where there is but one.
    ``answered``: rightly.
    """

    kind: QuestionKind
    subject: str
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Questioned(ABC):
    """Whoever is asked. ``questions`` holds all that were put, those answered wrongly too: none may be put again."""

    questions: tuple[Asked, ...] = ()
    wrong_answers: int = 0
    refused: bool = False

    @property
    @abstractmethod
    def is_at_questions(self) -> bool:
        """Whether a question is what is waited for."""

    @property
    def question(self) -> Asked | None:
        """The question that waits for its answer: the last one put, unless that was answered wrongly."""
        unanswered = [each for each in self.questions if not each.answered]
        return unanswered[-1] if len(unanswered) > self.wrong_answers else None

    def asking(self, kind: QuestionKind, subject: str) -> Self:
        """Put a control question; the one that waits for its answer may be put again.

        Raises: ``StepOutOfTurn``, also while another one waits, and for one that was answered.
        """
        self._expect_questions()
        asked = Asked(kind, subject)
        if self.question == asked:
            return self
        # One at a time: an answer must not count for two, nor a question be passed over until an easy one comes.
        if self.question or any((each.kind, each.subject) == (kind, subject) for each in self.questions):
            raise StepOutOfTurn
        return replace(self, questions=(*self.questions, asked))

    def answered(self, *, rightly: bool) -> Self:
        """Take an answer. Raises: ``StepOutOfTurn``, also when no question was put."""
        self._expect_questions()
        if self.question is None:
            raise StepOutOfTurn
        if rightly:
            return replace(self, questions=(*self.questions[:-1], replace(self.question, answered=True)))
        # Another one is put in its place: a second try at the same would be a guess.
        wrong = self.wrong_answers + 1
        return replace(self, wrong_answers=wrong, refused=wrong >= MOST_WRONG_ANSWERS)

    def withdrawn(self) -> Self:
        """Take the question at hand back, as it cannot be judged any more. Raises: ``StepOutOfTurn``."""
        self._expect_questions()
        if self.question is None:
            raise StepOutOfTurn
        return replace(self, questions=self.questions[:-1])

    def without_questions(self) -> Self:
        """Give up: there is no question left to ask. Raises: ``StepOutOfTurn``."""
        self._expect_questions()
        return replace(self, refused=True)

    def _expect_questions(self) -> None:
        if not self.is_at_questions:
            raise StepOutOfTurn
