"""Control questions: what is asked of a person whose phone or e-mail is not the one that is known."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["QuestionKind"]


class QuestionKind(StrEnum):
    """What a control question asks for. None has its answer on the policy that was typed."""

    POLICY_YEAR = "POLICY_YEAR"
    PLATE_DIGITS = "PLATE_DIGITS"
    INSTALMENT_MONTH = "INSTALMENT_MONTH"
    BIRTH_YEAR = "BIRTH_YEAR"
