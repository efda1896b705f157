"""No order of calls takes a registration anywhere but along its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.accounts.models import AccountId, AccountOrigin, RegistrationId, TokenHash
from domain.accounts.questions import QuestionKind
from domain.accounts.registration import MOST_WRONG_ANSWERS, Asked, Factor, Registration, Step, StepOutOfTurn
from domain.models import ContactKind, Isn

ACCOUNTS: Final = [AccountId(UUID(int=1)), AccountId(UUID(int=2))]
BEGUN: Final = Registration(
    id=RegistrationId(UUID(int=0)),
    origin=AccountOrigin.SELF,
    client_isn=Isn(1),
    policy_isn=Isn(100),
    token=TokenHash(b"0"),
    expires_at=datetime(2026, 1, 15, tzinfo=UTC),
)
QUESTION: Final = (QuestionKind.BIRTH_YEAR, "")
OTHER_QUESTION: Final = (QuestionKind.POLICY_YEAR, "P1")
ORDER: Final = [Step.PHONE, Step.PHONE_CODE, Step.EMAIL, Step.EMAIL_CODE, Step.QUESTION, Step.PASSWORD, Step.DONE]

phones = st.sampled_from(["+79160000001", "+79160000002"])
emails = st.sampled_from(["a@example.ru", "b@example.ru"])
kinds = st.sampled_from(QuestionKind)
subjects = st.sampled_from(["", "P1", "P2"])


class RegistrationMachine(RuleBasedStateMachine):
    """Calls everything at any time; beside it a ledger of what happened, kept without knowing how steps follow."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGUN
        self.confirmed: dict[ContactKind, bool] = {}
        """Contacts whose code was right, and whether they match."""
        self.put: list[tuple[QuestionKind, str]] = []
        self.right = self.wrong = 0
        self.given_up = False

    def attempt(self, call: Callable[[], Registration], *expected: Step, unless: bool = False) -> bool:
        """Take a step: at the steps expected, unless something forbids it, and else all stays as it was."""
        before = self.now
        try:
            after = call()
        except StepOutOfTurn:
            assert self.now == before
            assert unless or before.step not in expected
            return False
        assert not unless
        assert before.step in expected
        self.now = after
        if after.step is not Step.REFUSED:
            assert ORDER.index(after.step) >= ORDER.index(before.step)
        return True

    @rule(address=phones, matches=st.booleans())
    def phone(self, address: str, matches: bool) -> None:
        if self.attempt(lambda: self.now.with_phone(address, matches=matches), Step.PHONE, Step.PHONE_CODE):
            assert self.now.phone == Factor(address, matches)
            assert self.now.with_phone(address, matches=matches) == self.now
            assert self.now.step is Step.PHONE_CODE

    @rule(address=emails, matches=st.booleans())
    def email(self, address: str, matches: bool) -> None:
        if self.attempt(lambda: self.now.with_email(address, matches=matches), Step.EMAIL, Step.EMAIL_CODE):
            assert self.now.email == Factor(address, matches)
            assert self.now.with_email(address, matches=matches) == self.now
            assert self.now.step is Step.EMAIL_CODE

    @rule()
    def code(self) -> None:
        kind = ContactKind.PHONE if self.now.step is Step.PHONE_CODE else ContactKind.EMAIL
        if self.attempt(self.now.confirmed, Step.PHONE_CODE, Step.EMAIL_CODE):
            self.confirm(kind)

    @rule(kind=st.sampled_from(ContactKind))
    def code_of(self, kind: ContactKind) -> None:
        if kind in self.confirmed:
            assert self.now.confirmed(kind) == self.now
        elif self.attempt(lambda: self.now.confirmed(kind), Step[f"{kind}_CODE"]):
            self.confirm(kind)

    def confirm(self, kind: ContactKind) -> None:
        factor = self.now.phone if kind is ContactKind.PHONE else self.now.email
        assert factor is not None
        assert factor.confirmed
        assert self.now.confirmed(kind) == self.now
        self.confirmed[kind] = factor.matches

    @rule(kind=kinds, subject=subjects)
    def ask(self, kind: QuestionKind, subject: str) -> None:
        waits = self.now.question
        unfit = waits != Asked(kind, subject) if waits else (kind, subject) in self.put
        if self.attempt(lambda: self.now.asking(kind, subject), Step.QUESTION, unless=unfit):
            assert self.now.question == Asked(kind, subject)
            assert self.now.asking(kind, subject) == self.now
            if waits:
                assert waits == self.now.question
            else:
                assert (kind, subject) not in self.put
                self.put.append((kind, subject))

    @rule(rightly=st.booleans())
    def answer(self, rightly: bool) -> None:
        if self.attempt(lambda: self.now.answered(rightly=rightly), Step.QUESTION, unless=self.now.question is None):
            self.right += rightly
            self.wrong += not rightly
            assert self.now.question is None

    @precondition(lambda self: len(self.put) > 1)
    @rule()
    def give_up(self) -> None:
        if self.attempt(self.now.without_questions, Step.QUESTION):
            self.given_up = True

    @rule(account=st.sampled_from(ACCOUNTS))
    def finish(self, account: AccountId) -> None:
        taken = self.now.account not in {None, account}
        if self.attempt(lambda: self.now.done(account), Step.PASSWORD, Step.DONE, unless=taken):
            assert self.now.account == account
            assert self.now.done(account) == self.now

    @rule(token=st.binary(min_size=2, max_size=2).map(TokenHash), repeated=st.booleans())
    def move(self, token: TokenHash, repeated: bool) -> None:
        before = self.now
        shown = before.previous if repeated else before.token
        self.now = before.moved(token, shown)
        assert (self.now.token, self.now.previous) == (token, shown or before.token)
        assert self.now.step is before.step

    @invariant()
    def what_was_done_is_all_that_counts(self) -> None:
        assert [(each.kind, each.subject) for each in self.now.questions] == self.put
        assert sum(each.answered for each in self.now.questions) == self.right
        assert self.now.wrong_answers == self.wrong <= MOST_WRONG_ANSWERS
        assert len(self.put) - self.right - self.wrong == (self.now.question is not None)

    @invariant()
    def nothing_is_skipped(self) -> None:
        mismatches = sum(not matches for matches in self.confirmed.values())
        if self.now.step in {Step.PASSWORD, Step.DONE}:
            assert set(self.confirmed) == {ContactKind.PHONE, ContactKind.EMAIL}
            assert self.right == mismatches
            assert self.wrong < MOST_WRONG_ANSWERS
        if self.now.step is Step.QUESTION:
            assert len(self.confirmed) == 2
            assert 0 <= self.right < mismatches
        if self.put:
            assert len(self.confirmed) == 2

    @invariant()
    def refused_is_for_a_reason_and_for_good(self) -> None:
        assert (self.now.step is Step.REFUSED) == (self.wrong == MOST_WRONG_ANSWERS or self.given_up)


TestRegistration = RegistrationMachine.TestCase
TestRegistration.settings = settings(max_examples=150, stateful_step_count=40)


def contacts(*, phone: bool, email: bool) -> Registration:
    """A registration whose contacts are confirmed, and match or do not."""
    begun = BEGUN.with_phone("+79160000001", matches=phone).confirmed()
    return begun.with_email("a@example.ru", matches=email).confirmed()


@pytest.mark.parametrize(("phone", "email", "needed"), [(True, True, 0), (False, True, 1), (True, False, 1)])
def test_a_contact_that_does_not_match_costs_a_question(phone: bool, email: bool, needed: int) -> None:
    assert contacts(phone=phone, email=email).questions_open == needed


def test_one_answer_does_not_count_for_two_questions() -> None:
    both = contacts(phone=False, email=False).asking(*QUESTION)

    with pytest.raises(StepOutOfTurn):
        both.asking(*OTHER_QUESTION)
    assert both.answered(rightly=True).questions_open == 1
    assert both.answered(rightly=True).asking(*OTHER_QUESTION).answered(rightly=True).step is Step.PASSWORD


@pytest.mark.parametrize("rightly", [True, False])
def test_a_question_is_put_once(rightly: bool) -> None:
    answered = contacts(phone=False, email=False).asking(*QUESTION).answered(rightly=rightly)

    assert answered.question is None
    with pytest.raises(StepOutOfTurn):
        answered.asking(*QUESTION)


def test_wrong_answers_end_it_together() -> None:
    once = contacts(phone=False, email=False).asking(*QUESTION).answered(rightly=False)
    right = once.asking(*OTHER_QUESTION).answered(rightly=True)
    twice = right.asking(QuestionKind.PLATE_DIGITS, "P1").answered(rightly=False)

    assert (once.step, right.step, twice.step) == (Step.QUESTION, Step.QUESTION, Step.REFUSED)


def test_a_repeated_code_of_the_phone_does_not_pass_for_the_emails() -> None:
    waiting = BEGUN.with_phone("+79160000001", matches=True).confirmed().with_email("a@example.ru", matches=True)

    assert waiting.confirmed(ContactKind.PHONE).step is Step.EMAIL_CODE
    assert waiting.confirmed(ContactKind.EMAIL).step is Step.PASSWORD


def test_whoever_loses_answers_repeats_with_the_same_token() -> None:
    shown = BEGUN.token
    moved = BEGUN.moved(TokenHash(b"1"), shown).moved(TokenHash(b"2"), shown)

    assert (moved.token, moved.previous) == (b"2", shown)
    assert BEGUN.moved(TokenHash(b"1")).previous == shown
