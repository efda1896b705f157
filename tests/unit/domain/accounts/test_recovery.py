"""No order of calls leads to a new password but along the steps of a recovery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.accounts.models import AccountId, RecoveryId, TokenHash
from domain.accounts.questioning import MOST_WRONG_ANSWERS, Asked, StepOutOfTurn
from domain.accounts.questions import QuestionKind
from domain.accounts.recovery import Recovery
from domain.accounts.registration import Step
from domain.models import ContactKind, Isn

PHONE: Final = "+79160000001"
EMAIL: Final = "a@example.ru"
BY_PHONE: Final = Recovery(
    id=RecoveryId(UUID(int=0)),
    kind=ContactKind.PHONE,
    address=PHONE,
    token=TokenHash(b"0"),
    expires_at=datetime(2026, 1, 15, tzinfo=UTC),
    account=AccountId(UUID(int=1)),
    client_isn=Isn(1),
)
BY_EMAIL: Final = replace(BY_PHONE, kind=ContactKind.EMAIL, address=EMAIL)
WITHOUT_ACCOUNT: Final = replace(BY_PHONE, account=None, client_isn=None)


class RecoveryMachine(RuleBasedStateMachine):
    """Calls everything at any time; beside it a ledger of what happened, kept without knowing how steps follow."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BY_PHONE
        self.first = self.other = self.lost = self.given_up = self.finished = False
        self.put: list[tuple[QuestionKind, str]] = []
        self.right = self.wrong = 0

    @initialize(begun=st.sampled_from([BY_PHONE, BY_EMAIL, WITHOUT_ACCOUNT]))
    def begin(self, begun: Recovery) -> None:
        self.now = begun

    def attempt(self, call: Callable[[], Recovery]) -> bool:
        """Take a step, or find all as it was."""
        before = self.now
        try:
            self.now = call()
        except StepOutOfTurn:
            assert self.now == before
            return False
        return True

    @rule()
    def first_code(self) -> None:
        other = EMAIL if self.now.kind is ContactKind.PHONE else PHONE
        if self.attempt(lambda: self.now.with_first_code(other)):
            assert not self.first
            self.first = True

    @rule()
    def other_code(self) -> None:
        if self.attempt(self.now.with_other_code):
            assert not self.other
            self.other = True

    @rule()
    def lose_phone(self) -> None:
        if self.attempt(self.now.without_phone):
            self.lost = True
            assert self.now.without_phone() == self.now

    @rule(kind=st.sampled_from(QuestionKind), subject=st.sampled_from(["", "P1"]))
    def ask(self, kind: QuestionKind, subject: str) -> None:
        waits = self.now.question
        if self.attempt(lambda: self.now.asking(kind, subject)):
            assert self.now.question == Asked(kind, subject)
            if waits is None:
                assert (kind, subject) not in self.put
                self.put.append((kind, subject))

    @rule(rightly=st.booleans())
    def answer(self, rightly: bool) -> None:
        if self.attempt(lambda: self.now.answered(rightly=rightly)):
            self.right += rightly
            self.wrong += not rightly

    @precondition(lambda self: len(self.put) > 1)
    @rule()
    def give_up(self) -> None:
        if self.attempt(self.now.without_questions) or self.attempt(self.now.refusing):
            self.given_up = True

    @rule()
    def finish(self) -> None:
        if self.attempt(self.now.done):
            assert not self.finished
            self.finished = True

    @rule(token=st.binary(min_size=2, max_size=2).map(TokenHash), repeated=st.booleans())
    def move(self, token: TokenHash, repeated: bool) -> None:
        before = self.now
        shown = before.previous if repeated else before.token
        self.now = before.moved(token, shown)
        assert (self.now.token, self.now.previous, self.now.step) == (token, shown or before.token, before.step)

    @invariant()
    def without_an_account_it_never_leaves_its_first_code(self) -> None:
        if self.now.account is None:
            assert [self.first, self.other, self.lost, self.finished, self.put] == [False, False, False, False, []]
            assert self.now.contact == (self.now.kind, self.now.address)

    @invariant()
    def the_other_contact_is_not_known_before_the_first_code(self) -> None:
        assert (self.now.other is not None) == self.first

    @invariant()
    def nothing_is_skipped(self) -> None:
        if self.now.step in {Step.QUESTION, Step.PASSWORD, Step.DONE} or self.put:
            assert self.first
            assert self.other != self.lost
            assert not self.lost or self.now.kind is ContactKind.EMAIL
        if self.now.step in {Step.PASSWORD, Step.DONE}:
            assert self.right == 1 + self.lost
            assert self.wrong < MOST_WRONG_ANSWERS
        assert self.now.is_done == self.finished

    @invariant()
    def refused_is_for_a_reason_and_for_good(self) -> None:
        assert (self.now.step is Step.REFUSED) == (self.wrong == MOST_WRONG_ANSWERS or self.given_up)
        assert not (self.finished and self.now.refused)


TestRecovery = RecoveryMachine.TestCase
TestRecovery.settings = settings(max_examples=150, stateful_step_count=40)


@pytest.mark.parametrize(
    ("begun", "steps"),
    [(BY_PHONE, [Step.PHONE_CODE, Step.EMAIL_CODE]), (BY_EMAIL, [Step.EMAIL_CODE, Step.PHONE_CODE])],
)
def test_one_contact_after_the_other_and_a_question(begun: Recovery, steps: list[Step]) -> None:
    second = begun.with_first_code("the other")
    asked = second.with_other_code()
    ready = asked.asking(QuestionKind.BIRTH_YEAR, "").answered(rightly=True)

    assert [begun.step, second.step] == steps
    assert [asked.step, ready.step, ready.done().step] == [Step.QUESTION, Step.PASSWORD, Step.DONE]


def test_a_lost_phone_costs_a_question_more() -> None:
    lost = BY_EMAIL.with_first_code(PHONE).without_phone()
    once = lost.asking(QuestionKind.BIRTH_YEAR, "").answered(rightly=True)
    twice = once.asking(QuestionKind.POLICY_YEAR, "P1").answered(rightly=True)

    assert [lost.step, once.step, twice.step] == [Step.QUESTION, Step.QUESTION, Step.PASSWORD]


@pytest.mark.parametrize("begun", [BY_PHONE, BY_PHONE.with_first_code(EMAIL), BY_EMAIL, WITHOUT_ACCOUNT])
def test_nobody_goes_on_without_either_code(begun: Recovery) -> None:
    with pytest.raises(StepOutOfTurn):
        begun.without_phone()


def test_where_there_is_no_account_no_code_is_right() -> None:
    with pytest.raises(StepOutOfTurn):
        WITHOUT_ACCOUNT.with_first_code(EMAIL)
