"""A client's registration: which step it is at, and what each step makes of it. No input, no output, no clock.

::

    start (policy + name, checked) ── PHONE ── PHONE_CODE ── EMAIL ── EMAIL_CODE ─┬─ PASSWORD ── DONE
                                                                                  └─ QUESTION ─┘
                                                                                        └── REFUSED

The step is not kept: it follows from what is known, so a repeated step leads where the first did, and none can be left
out. A phone or e-mail that is not the one the policy core holds costs a control question each.

One that was prepared, by an employee or by the insurer's system, begins in the middle, with an activation link: who
opens it has the contact that it went to, and goes on with whatever is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.accounts.models import AccountId, AccountOrigin, RegistrationId, TokenHash
from domain.accounts.questioning import MOST_WRONG_ANSWERS, Asked, Questioned, StepOutOfTurn
from domain.models import ContactKind

if TYPE_CHECKING:
    from datetime import datetime

    from domain.models import Isn

__all__ = ["MOST_WRONG_ANSWERS", "Asked", "Factor", "Registration", "Step", "StepOutOfTurn", "of_link"]

ID_BYTES = 16


def of_link(token: TokenHash) -> RegistrationId:
    """Return the id of the registration that an activation link leads to, whatever token is for its next step."""
    return RegistrationId(UUID(bytes=token[:ID_BYTES], version=4))


class Step(StrEnum):
    """What a registration waits for."""

    PHONE = "PHONE"
    PHONE_CODE = "PHONE_CODE"
    EMAIL = "EMAIL"
    EMAIL_CODE = "EMAIL_CODE"
    QUESTION = "QUESTION"
    PASSWORD = "PASSWORD"  # noqa: S105 - a step, not a secret
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Factor:
    """A phone or an e-mail that was given. ``matches``: it is the one the policy core holds of the person."""

    address: str
    matches: bool
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Registration(Questioned):
    """A registration on its way.

    ``token`` is the hash of what the client must show for the next step, ``previous`` of the one before: whoever lost
    an answer repeats the step with it. ``policy_isn`` is the policy that was typed: no question may be about it.
    ``link`` tells to which contact an activation link went, None where there is none; the ``id`` follows from the link.
    """

    id: RegistrationId
    origin: AccountOrigin
    client_isn: Isn
    policy_isn: Isn | None
    token: TokenHash
    expires_at: datetime
    previous: TokenHash | None = None
    phone: Factor | None = None
    email: Factor | None = None
    account: AccountId | None = None
    link: ContactKind | None = None

    @property
    def step(self) -> Step:
        """What is waited for."""
        if self.account is not None:
            return Step.DONE
        if self.refused:
            return Step.REFUSED
        if self.phone is None:
            return Step.PHONE
        if not self.phone.confirmed:
            return Step.PHONE_CODE
        if self.email is None:
            return Step.EMAIL
        if not self.email.confirmed:
            return Step.EMAIL_CODE
        return Step.QUESTION if self.questions_open else Step.PASSWORD

    @property
    def questions_open(self) -> int:
        """How many control questions must still be answered rightly: one for each factor that does not match."""
        needed = sum(factor is not None and not factor.matches for factor in (self.phone, self.email))
        return needed - sum(each.answered for each in self.questions)

    @property
    def is_at_questions(self) -> bool:
        """Whether a question is what is waited for."""
        return self.step is Step.QUESTION

    @property
    def contact(self) -> tuple[ContactKind, str] | None:
        """Where the code went that is waited for."""
        if self.step is Step.PHONE_CODE and self.phone is not None:
            return ContactKind.PHONE, self.phone.address
        if self.step is Step.EMAIL_CODE and self.email is not None:
            return ContactKind.EMAIL, self.email.address
        return None

    def with_phone(self, address: str, *, matches: bool) -> Registration:
        """Take a phone; another one may be given until its code was entered. Raises: ``StepOutOfTurn``."""
        self._expect(Step.PHONE, Step.PHONE_CODE)
        return replace(self, phone=Factor(address, matches), link=self._link_but(ContactKind.PHONE))

    def with_email(self, address: str, *, matches: bool) -> Registration:
        """Take an e-mail; another one may be given until its code was entered. Raises: ``StepOutOfTurn``."""
        self._expect(Step.EMAIL, Step.EMAIL_CODE)
        return replace(self, email=Factor(address, matches), link=self._link_but(ContactKind.EMAIL))

    def confirmed(self, kind: ContactKind | None = None) -> Registration:
        """Take note that the code of the contact at hand was right, or that of ``kind``, where that is known.

        One that was confirmed before stays so: a repeated code of the phone must not pass for that of the e-mail.
        Raises: ``StepOutOfTurn``.
        """
        given = {ContactKind.PHONE: self.phone, ContactKind.EMAIL: self.email}
        repeated = given[kind] if kind else None
        if repeated is not None and repeated.confirmed:
            return self
        at_hand = {Step.PHONE_CODE: ContactKind.PHONE, Step.EMAIL_CODE: ContactKind.EMAIL}.get(self.step)
        factor = given[at_hand] if at_hand and kind in {None, at_hand} else None
        if factor is None:
            raise StepOutOfTurn
        sure = replace(factor, confirmed=True)
        return replace(self, phone=sure) if at_hand is ContactKind.PHONE else replace(self, email=sure)

    def opened(self, link: TokenHash) -> Registration:
        """Take note that the activation link was opened; it may be opened again, after later steps too.

        It shows its own contact alone. What came after it is asked for afresh then: else whoever has that contact but
        not the other could wait until somebody else has confirmed it, and choose the password.

        Raises: ``StepOutOfTurn`` where none was sent, and once the registration is over.
        """
        if self.link is None or self.step in {Step.DONE, Step.REFUSED}:
            raise StepOutOfTurn
        begun = self if link in {self.token, self.previous} else self._afresh()
        if begun.link is ContactKind.PHONE:
            assert begun.phone is not None
            return replace(begun, phone=replace(begun.phone, confirmed=True))
        assert begun.email is not None
        return replace(begun, email=replace(begun.email, confirmed=True))

    def without_email(self) -> Registration:
        """Ask for another e-mail address: the one that was confirmed cannot be used. Raises: ``StepOutOfTurn``."""
        self._expect(Step.PASSWORD)
        return replace(self, email=None, link=self._link_but(ContactKind.EMAIL))

    def done(self, account: AccountId) -> Registration:
        """Take note of the account that it made; the same may be told again. Raises: ``StepOutOfTurn``."""
        if self.account == account:
            return self
        self._expect(Step.PASSWORD)
        return replace(self, account=account)

    def moved(self, token: TokenHash, shown: TokenHash | None = None) -> Registration:
        """Hand out a new token; the one ``shown``, usually that of the step before, may still be used, to repeat.

        Whoever repeats shows the same one each time, however often the answer is lost.
        """
        return replace(self, token=token, previous=shown or self.token)

    def _afresh(self) -> Registration:
        """Forget what was confirmed and rightly answered. Wrong answers stay, and so does the question at hand."""
        phone, email = (each and replace(each, confirmed=False) for each in (self.phone, self.email))
        open_ = tuple(each for each in self.questions if not each.answered)
        return replace(self, phone=phone, email=email, questions=open_)

    def _link_but(self, kind: ContactKind) -> ContactKind | None:
        """Forget the link that went to another address of this kind: it says nothing of the new one."""
        return None if self.link is kind else self.link

    def _expect(self, *steps: Step) -> None:
        if self.step not in steps:
            raise StepOutOfTurn
