"""A person who registers, over fake ports."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from domain import models
from domain.accounts.ports import Template
from domain.accounts.problems import OwnerProblem, Problem
from domain.accounts.registration import Step
from domain.money import Locale
from domain.viewer import Viewer
from resolvers import accounts
from resolvers.context import Context
from resolvers.use_cases.progress import Progress, Taken
from tests.fakes import objects
from tests.fakes.accounts import FakeAccounts, FakeVisitor
from tests.fakes.clock import StillClock
from tests.fakes.holdings import rows
from tests.fakes.reads import FakeReads
from tests.fakes.requests import request

__all__ = ["CONSENTS", "EMAIL", "NAME", "PASSWORD", "PHONE", "Registrant", "problem_of", "progress_of"]

NAME: Final = "Калинина Ольга Петровна"
PHONE: Final = "+7 916 123-45-67"
EMAIL: Final = "olga@example.ru"
PASSWORD: Final = "двенадцать зелёных котов"
CONSENTS: Final = [(models.ConsentPurpose.PERSONAL_DATA, "v3")]


def world() -> FakeReads:
    """A client with a policy to type, and an older one of another line to be asked about."""
    older = objects.policy(
        101,
        line=models.Line.PROPERTY,
        insured_objects=(),
        period=models.Period(objects.in_days(-800), objects.in_days(-435)),
    )
    return FakeReads(**rows(clients=[objects.client()], policies=[objects.policy(), older]))


@dataclass
class Registrant:
    """Takes the steps one after another. ``token`` is always the one for the next step."""

    clock: StillClock = field(default_factory=StillClock)
    reads: FakeReads = field(default_factory=world)
    visitor: FakeVisitor = field(default_factory=FakeVisitor)
    locale: Locale = Locale.RU
    kept: FakeAccounts = field(init=False)
    token: str = ""
    tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = FakeAccounts(self.clock)

    def context(self, viewer: Viewer | None = None) -> Context:
        """A new request."""
        return request(
            self.reads, viewer, locale=self.locale, clock=self.clock, accounts=self.kept.ports, visit=self.visitor
        )

    async def start(self, policy: str = "P100", name: str = NAME) -> Taken:
        """Begin, with a picture code read rightly."""
        pictured = await accounts.picture(self.context())
        assert pictured.picture is not None
        return self._went(await accounts.start(self.context(), pictured.picture.id, "123456", policy, name))

    async def phone(self, text: str = PHONE, *, token: str | None = None) -> Taken:
        """Give a phone."""
        return self._went(await accounts.give_phone(self.context(), token or self.token, text))

    async def email(self, text: str = EMAIL, *, token: str | None = None) -> Taken:
        """Give an e-mail address."""
        return self._went(await accounts.give_email(self.context(), token or self.token, text))

    async def code(self, text: str | None = None, *, token: str | None = None) -> Taken:
        """Enter a code, the one that was sent last unless told."""
        return self._went(await accounts.confirm_code(self.context(), token or self.token, text or self.sent_code))

    async def answer(self, text: str, *, token: str | None = None) -> Taken:
        """Answer a control question."""
        return self._went(await accounts.answer_question(self.context(), token or self.token, text))

    async def finish(self, password: str = PASSWORD, consents: Any = None, *, token: str | None = None) -> Taken:
        """Choose a password."""
        given = CONSENTS if consents is None else consents
        return self._went(await accounts.finish(self.context(), token or self.token, password, given))

    async def until(self, step: Step, phone: str = PHONE, email: str = EMAIL) -> None:
        """Take all steps until one is waited for."""
        for take in (self.start, partial(self.phone, phone), self.code, partial(self.email, email), self.code):
            taken = await take()
            assert not taken.problems, taken.problems
            if taken.progress is not None and taken.progress.step is step:
                return
        msg = f"never came to {step}"
        raise AssertionError(msg)

    @property
    def sent_code(self) -> str:
        """The code that was sent last."""
        return [each for each in self.kept.rows.messages if each.template is Template.CODE][-1].values["code"]

    def _went(self, taken: Taken) -> Taken:
        if taken.progress is not None:
            self.tokens.append(self.token)
            self.token = taken.progress.token
        return taken


def progress_of(taken: Taken) -> Progress:
    """Return the progress, which must be there."""
    assert taken.progress is not None, taken.problems
    return taken.progress


def problem_of(taken: Any) -> Problem | OwnerProblem:
    """Return the only problem."""
    [problem] = taken.problems
    found: Problem | OwnerProblem = problem
    return found
