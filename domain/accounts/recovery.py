"""The way back of who forgot a password: which step it is at, and what each makes of it. No input, output or clock.

::

    start (phone or e-mail) ── code of that ── code of the other ─┬─ QUESTION ── PASSWORD ── DONE
                                                └─ phone is lost ─┘     └── REFUSED

The steps are those of a registration that it needs. One without an account stays at its first code, which is never
right: to who does not have the account's contact in hand, both look the same. The other contact comes in only after
that code, so nothing is told of it before. One control question is always asked; a lost phone costs one more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.accounts.models import AccountId, RecoveryId, TokenHash
from domain.accounts.questioning import Questioned, StepOutOfTurn
from domain.accounts.registration import Step
from domain.models import ContactKind

if TYPE_CHECKING:
    from datetime import datetime

    from domain.models import Isn

__all__ = ["Recovery"]

CODE_OF = {ContactKind.PHONE: Step.PHONE_CODE, ContactKind.EMAIL: Step.EMAIL_CODE}
OTHER = {ContactKind.PHONE: ContactKind.EMAIL, ContactKind.EMAIL: ContactKind.PHONE}


@dataclass(frozen=True, slots=True)
class Recovery(Questioned):
    """A recovery on its way.

    ``kind`` and ``address`` are what was typed. ``account`` and ``client_isn`` are there together, or neither.
    ``other`` is the account's other address, known here once the code of the first was right. ``token`` and
    ``previous`` are as in a registration.
    """

    id: RecoveryId
    kind: ContactKind
    address: str
    token: TokenHash
    expires_at: datetime
    account: AccountId | None = None
    client_isn: Isn | None = None
    previous: TokenHash | None = None
    other: str | None = None
    other_confirmed: bool = False
    phone_lost: bool = False
    is_done: bool = False

    @property
    def policy_isn(self) -> None:
        """No policy was typed, so questions may be about any."""

    @property
    def step(self) -> Step:
        """What is waited for."""
        if self.is_done:
            return Step.DONE
        if self.refused:
            return Step.REFUSED
        if self.other is None:
            return CODE_OF[self.kind]
        if not (self.other_confirmed or self.phone_lost):
            return CODE_OF[OTHER[self.kind]]
        return Step.QUESTION if self.questions_open else Step.PASSWORD

    @property
    def questions_open(self) -> int:
        """How many control questions must still be answered rightly."""
        return 1 + self.phone_lost - sum(each.answered for each in self.questions)

    @property
    def is_at_questions(self) -> bool:
        """Whether a question is what is waited for."""
        return self.step is Step.QUESTION

    @property
    def contact(self) -> tuple[ContactKind, str] | None:
        """Where the code went that is waited for."""
        if self.step is CODE_OF[self.kind]:
            return self.kind, self.address
        if self.other is not None and self.step is CODE_OF[OTHER[self.kind]]:
            return OTHER[self.kind], self.other
        return None

    @property
    def confirmed_last(self) -> ContactKind | None:
        """The contact whose code was right last."""
        if self.other is None:
            return None
        return OTHER[self.kind] if self.other_confirmed else self.kind

    def with_first_code(self, other: str) -> Recovery:
        """Take note that the code of the typed contact was right. Raises: ``StepOutOfTurn``, also without account."""
        self._expect(CODE_OF[self.kind])
        if self.account is None:
            raise StepOutOfTurn
        return replace(self, other=other)

    def with_other_code(self) -> Recovery:
        """Take note that the code of the other contact was right. Raises: ``StepOutOfTurn``."""
        self._expect(CODE_OF[OTHER[self.kind]])
        return replace(self, other_confirmed=True)

    def without_phone(self) -> Recovery:
        """Go on without the phone's code, which may be said again. Raises: ``StepOutOfTurn``.

        Only when the e-mail's was right: nobody goes on who has neither.
        """
        if self.phone_lost:
            return self
        self._expect(Step.PHONE_CODE)
        if self.other is None:
            raise StepOutOfTurn
        return replace(self, phone_lost=True)

    def refusing(self) -> Recovery:
        """End it: the account is closed to its owner too. Raises: ``StepOutOfTurn``."""
        self._expect(Step.PASSWORD)
        return replace(self, refused=True)

    def done(self) -> Recovery:
        """Take note of the new password. Raises: ``StepOutOfTurn``."""
        self._expect(Step.PASSWORD)
        return replace(self, is_done=True)

    def moved(self, token: TokenHash, shown: TokenHash | None = None) -> Recovery:
        """Hand out a new token; the one ``shown`` may still be used, to repeat its step."""
        return replace(self, token=token, previous=shown or self.token)

    def _expect(self, step: Step) -> None:
        if self.step is not step:
            raise StepOutOfTurn
