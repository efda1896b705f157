"""A registered person who has forgotten the password, over fake ports."""

from __future__ import annotations

from dataclasses import dataclass

from domain.accounts.models import Account
from domain.accounts.ports import Message
from domain.accounts.questions import QuestionKind
from domain.accounts.registration import Step
from domain.viewer import Viewer, ViewerKind
from resolvers import accounts, recoveries
from resolvers.use_cases.progress import Taken
from tests.fakes import objects
from tests.unit.resolvers.use_cases.registering import EMAIL, Registrant

__all__ = ["EMPLOYEE", "NEW_PASSWORD", "Forgetful", "forgetful", "ready"]

NEW_PASSWORD = "семь лиловых слонов"
EMPLOYEE = Viewer(ViewerKind.EMPLOYEE, "an employee", scopes=frozenset({"accounts:lock", "accounts:prepare"}))


@dataclass
class Forgetful(Registrant):
    """Takes the steps of a recovery; whatever the registration cost is forgotten."""

    @property
    def account(self) -> Account:
        """The account."""
        [account] = self.kept.rows.accounts.values()
        return account

    @property
    def viewer(self) -> Viewer:
        """The owner, in the session that was begun last."""
        session = list(self.kept.rows.sessions)[-1]
        return Viewer(ViewerKind.CLIENT, str(self.account.id), self.account.client_isn, str(session))

    @property
    def sent(self) -> list[Message]:
        """What was sent."""
        return self.kept.rows.messages

    def costs(self) -> tuple[object, ...]:
        """Everything that was done, but for whom."""
        kept = self.kept
        return (kept.works, kept.rows.writes, kept.hashes, len(self.sent), [limit for limit, _ in kept.takes])

    async def begin(self, login: str = EMAIL) -> Taken:
        """Begin a recovery, with a picture code read rightly."""
        pictured = await accounts.picture(self.context())
        assert pictured.picture is not None
        return self._went(await recoveries.start(self.context(), pictured.picture.id, "123456", login))

    async def confirm(self, text: str | None = None, *, token: str | None = None) -> Taken:
        """Enter a code, the one that was sent last unless told."""
        code = text or self.sent_code
        return self._went(await recoveries.confirm_code(self.context(), token or self.token, code))

    async def send_again(self, *, token: str | None = None) -> Taken:
        """Ask for the code at hand again."""
        return self._went(await recoveries.send_code(self.context(), token or self.token))

    async def lose_phone(self, *, token: str | None = None) -> Taken:
        """Go on without the phone."""
        return self._went(await recoveries.without_phone(self.context(), token or self.token))

    async def reply(self, text: str | None = None, *, token: str | None = None) -> Taken:
        """Answer the question at hand, rightly unless told."""
        given = self.right_answer if text is None else text
        return self._went(await recoveries.answer_question(self.context(), token or self.token, given))

    async def choose(self, password: str = NEW_PASSWORD, *, token: str | None = None) -> Taken:
        """Choose a password."""
        return self._went(await recoveries.finish(self.context(), token or self.token, password))

    @property
    def right_answer(self) -> str:
        """What Olga answers to the question at hand."""
        asked = self.kept.rows.recoveries[-1].question
        assert asked is not None
        year = str(objects.in_days(-800).year)
        return {QuestionKind.BIRTH_YEAR: "1984", QuestionKind.POLICY_YEAR: year}[asked.kind]


async def forgetful() -> Forgetful:
    """Make a registered person, with a session on one device and an old policy to be asked about."""
    olga = Forgetful()
    await olga.until(Step.PASSWORD)
    await olga.finish()
    olga.reads.by_name["policies_of_holder"].rows = {1: (olga.reads.by_name["policies"].rows[101],)}
    olga.sent.clear()
    olga.kept.takes.clear()
    olga.kept.hashes = olga.kept.works = olga.kept.rows.writes = 0
    return olga


async def ready() -> Forgetful:
    """Somebody who has only to choose a password."""
    olga = await forgetful()
    for take in (olga.begin, olga.confirm, olga.confirm, olga.reply):
        await take()
    return olga
