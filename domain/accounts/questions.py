"""Control questions: what is asked of a person whose phone or e-mail is not the one that is known.

A question is about what the person holds besides the policy that was typed: whoever found that one, or a photograph of
it, knows what stands on it. Only its kind and subject are kept of a question that was put; it is worked out again for
each answer, so the right one is stored nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from domain import models
from domain.accounts import answers
from domain.accounts.printed import Printed, printed_on

if TYPE_CHECKING:
    from domain.accounts.registration import Asked

__all__ = ["PolicyLabel", "Question", "QuestionKind", "again", "chosen", "eligible", "label"]

TAIL: Final = 4


class QuestionKind(StrEnum):
    """What a control question asks for. None has its answer on the policy that was typed."""

    POLICY_YEAR = "POLICY_YEAR"
    PLATE_DIGITS = "PLATE_DIGITS"
    INSTALMENT_MONTH = "INSTALMENT_MONTH"
    BIRTH_YEAR = "BIRTH_YEAR"


FOLDED: Final[Mapping[QuestionKind, Callable[[str], str | None]]] = {
    QuestionKind.POLICY_YEAR: answers.year,
    QuestionKind.PLATE_DIGITS: answers.plate_digits,
    QuestionKind.INSTALMENT_MONTH: answers.month,
    QuestionKind.BIRTH_YEAR: answers.year,
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question that may be put. ``subject``: the policy's number, folded; empty for what is the person's own.

    ``accepted`` are the right answers, folded; they are personal data, and so not shown where a question is printed.
    """

    kind: QuestionKind
    subject: str
    accepted: frozenset[str] = field(repr=False)

    def accepts(self, answer: str) -> bool:
        """Return whether an answer is right, however it is spelled."""
        if len(answer) > answers.MOST_CHARACTERS:
            return False
        return FOLDED[self.kind](answer) in self.accepted


@dataclass(frozen=True, slots=True)
class PolicyLabel:
    """What the text of a question says of the policy that it means.

    The line and the end of the number are enough to find a policy among one's own, and tell nothing that is asked for:
    neither a date nor a vehicle. The whole number would hand out what a registration starts with.
    """

    line: models.Line
    number_tail: str


def eligible(
    policies: Sequence[models.Policy],
    instalments_by_policy: Mapping[models.PolicyNumber, Sequence[models.Instalment]],
    client: models.Client,
    typed_policy: models.Policy | None,
) -> tuple[Question, ...]:
    """Return what may be asked of a client, in an order that depends on nothing but the client's data.

    ``typed_policy``: ``None`` where none was typed. A policy without a row in ``instalments_by_policy`` is one whose
    instalments are not known. Asked about are policies that the client holds and has not just been offered, whose
    label fits no other one. What is unknown, masked or cannot be told apart from what stands on the typed policy is
    not asked for: better no question than one that is answered by reading.
    """
    known = {each.isn: each for each in (*policies, *((typed_policy,) if typed_policy else ()))}
    labels = Counter(_label(each) for each in known.values())
    printed = printed_on(typed_policy, instalments_by_policy) if typed_policy else Printed()
    found = list(_about_client(client, printed))
    for policy in known.values():
        told_apart = labels[_label(policy)] == 1
        theirs = policy.holder_isn == client.isn and policy.status is not models.PolicyStatus.AWAITING_PAYMENT
        if theirs and told_apart and (typed_policy is None or policy.isn != typed_policy.isn):
            found += _about_policy(policy, instalments_by_policy.get(policy.key, ()), printed)
    return tuple(sorted(found, key=lambda each: (each.kind, each.subject)))


def chosen(
    questions: Sequence[Question], already_asked: Iterable[Asked], lot: Callable[[str], bytes]
) -> Question | None:
    """Return a question not put before, and whose answer is not that of one put before, or ``None`` without any.

    ``lot`` gives each text a lot of its own, which nobody can foresee; the lowest is drawn. While the lots stay, so
    does the question, also when others come or go: whoever begins anew, or with another policy, looks in vain for an
    easy one. The kind is drawn first: a person with many old policies would otherwise hardly be asked anything but
    years.
    """
    asked = [(each.kind, each.subject) for each in already_asked]
    given = {
        (each.kind, answer) for each in questions if (each.kind, each.subject) in asked for answer in each.accepted
    }
    left: dict[QuestionKind, list[Question]] = {}
    for each in questions:
        fresh = (each.kind, each.subject) not in asked
        if fresh and not any((each.kind, answer) in given for answer in each.accepted):
            left.setdefault(each.kind, []).append(each)
    if not left:
        return None
    kind = min(left, key=lot)
    return min(left[kind], key=lambda each: lot(f"{kind} {each.subject}"))


def again(questions: Iterable[Question], asked: Asked) -> Question | None:
    """Return a question that was put, worked out again; ``None`` when the client's data have changed so far."""
    return next((each for each in questions if (each.kind, each.subject) == (asked.kind, asked.subject)), None)


def label(subject: str, policies: Iterable[models.Policy]) -> PolicyLabel | None:
    """Return what a question's text says of its policy; ``None`` when the question is about none."""
    return next((_label(each) for each in policies if each.key == subject), None)


def _label(policy: models.Policy) -> PolicyLabel:
    # Of a short number the half at most, as masked numbers show it; at least something.
    shown = max(1, min(TAIL, len(policy.key) // 2))
    return PolicyLabel(policy.line, policy.key[-shown:])


def _about_client(client: models.Client, printed: Printed) -> Iterable[Question]:
    if client.birth_date and not printed.birth_dates and client.birth_date.year not in printed.years:
        yield Question(QuestionKind.BIRTH_YEAR, "", frozenset({f"{client.birth_date.year:04}"}))


def _about_policy(
    policy: models.Policy, instalments: Sequence[models.Instalment], printed: Printed
) -> Iterable[Question]:
    tail = _label(policy).number_tail
    year = policy.period.start.year
    # Some insurers end their numbers in the year or the month: the label would answer the question.
    if policy.status is not models.PolicyStatus.FUTURE and year not in printed.years and f"{year % 100:02}" not in tail:
        yield Question(QuestionKind.POLICY_YEAR, policy.key, frozenset({f"{year:04}"}))
    vehicles = [each for each in policy.insured_objects if isinstance(each, models.Vehicle)]
    plates = [answers.plate(each.plate or "") for each in vehicles]
    whole = [each for each in plates if each is not None and each[1:4] not in tail]
    # Of several vehicles any may be meant, so every one must be fit to be asked for.
    if whole and len(whole) == len(vehicles) and not any(printed.may_show(each) for each in vehicles):
        yield Question(QuestionKind.PLATE_DIGITS, policy.key, frozenset({*whole, *(each[1:4] for each in whole)}))
    month = _month(instalments)
    if month and printed.months is not None and month not in printed.months and f"{month:02}" not in tail:
        yield Question(QuestionKind.INSTALMENT_MONTH, policy.key, frozenset({str(month)}))


def _month(instalments: Sequence[models.Instalment]) -> int | None:
    """Month of the next instalment, or of the last one when all are paid."""
    in_order = sorted(instalments, key=lambda each: each.due_on)
    unpaid = [each for each in in_order if each.paid_on is None]
    return (unpaid or in_order[-1:])[0].due_on.month if in_order else None
