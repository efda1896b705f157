"""How each step of a registration or a recovery is framed: found by its token, taken in one transaction, then told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeAlias, TypeVar

from domain import masking
from domain.accounts.problems import Problem, StepOver
from domain.accounts.questioning import StepOutOfTurn
from domain.accounts.registration import Step
from domain.models import ContactKind

if TYPE_CHECKING:
    from datetime import datetime

    from domain.accounts.models import TokenHash
    from domain.accounts.ports import Issued, UnitOfWork
    from domain.accounts.questioning import Asked
    from domain.accounts.questions import QuestionKind
    from domain.accounts.recovery import Recovery
    from domain.accounts.registration import Registration
    from domain.models import Isn
    from resolvers.context import Context

__all__ = ["RECOVERIES", "REGISTRATIONS", "Progress", "Steps", "Taken", "Underway"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a registration or a recovery stands. ``token`` is for the next step; ``sent_to`` is masked."""

    token: str
    step: Step
    expires_at: datetime
    sent_to: str | None = None
    question: Asked | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step came to: progress, what stands in its way, or both; tokens once the client is signed in."""

    progress: Progress | None = None
    problems: tuple[Problem, ...] = ()
    issued: Issued | None = None


class Underway(Protocol):
    """What steps are taken of: a registration, a recovery."""

    @property
    def token(self) -> TokenHash:
        """Of the next step."""
        ...

    @property
    def expires_at(self) -> datetime:
        """Until when steps can be taken."""
        ...

    @property
    def client_isn(self) -> Isn | None:
        """Whose it is."""
        ...

    @property
    def policy_isn(self) -> Isn | None:
        """The policy that was typed, if one was."""
        ...

    @property
    def step(self) -> Step:
        """What is waited for."""
        ...

    @property
    def contact(self) -> tuple[ContactKind, str] | None:
        """Where the code went that is waited for."""
        ...

    @property
    def questions(self) -> tuple[Asked, ...]:
        """All that were put."""
        ...

    @property
    def question(self) -> Asked | None:
        """The one that waits for its answer."""
        ...

    @property
    def refused(self) -> bool:
        """Whether it came to nothing."""
        ...

    def asking(self, kind: QuestionKind, subject: str) -> Self:
        """Put a question."""
        ...

    def answered(self, *, rightly: bool) -> Self:
        """Take an answer."""
        ...

    def withdrawn(self) -> Self:
        """Take the question at hand back."""
        ...

    def without_questions(self) -> Self:
        """Give up."""
        ...

    def moved(self, token: TokenHash, shown: TokenHash | None = None) -> Self:
        """Hand out a new token."""
        ...


T = TypeVar("T", bound=Underway)


class Rows(Protocol[T]):
    """Where they are kept."""

    async def add(self, underway: T, /) -> None:
        """Keep a new one."""
        ...

    async def by_token(self, token: TokenHash) -> T | None:
        """Return the one whose present or previous token this is, its row locked until the block ends."""
        ...

    async def change(self, underway: T, /) -> None:
        """Write one anew."""
        ...


Result: TypeAlias = "tuple[T, tuple[Problem, ...], Issued | None]"
Advance: TypeAlias = Callable[["UnitOfWork", T, bool], Awaitable["Result[T]"]]
"""Takes the step: what is underway, and whether it is repeated with the token before; returns what came of it."""


@dataclass(frozen=True, slots=True)
class Steps(Generic[T]):
    """Steps of one kind; ``rows`` finds in a transaction where they are kept."""

    rows: Callable[[UnitOfWork], Rows[T]]

    async def begun(self, ctx: Context, work: UnitOfWork, make: Callable[[TokenHash], T]) -> Progress:
        """Keep a new one."""
        token, hash_ = ctx.account_ports.issuer.secret()
        underway = make(hash_)
        await self.rows(work).add(underway)
        return _progress(token, underway)

    async def known(self, ctx: Context, token: str) -> T | None:
        """Return what a token is of, unless it took too long."""
        async with ctx.account_ports.store.work() as work:
            found = await self.rows(work).by_token(ctx.account_ports.issuer.hash(token))
        return None if found is None or ctx.clock.now() >= found.expires_at else found

    async def step(self, ctx: Context, token: str, advance: Advance[T], *, stays: bool = False) -> Taken:
        """Take one step within one transaction. A problem leaves all at its step.

        The next token follows from the one that was shown, so whoever repeats a step, or takes it twice at once, gets
        the same. With ``stays`` the token stays: what we do by ourselves must not take away the one that the client
        has.
        """
        ports = ctx.account_ports
        shown = ports.issuer.hash(token)
        async with ports.store.work() as work:
            underway = await self.rows(work).by_token(shown)
            if underway is None or ctx.clock.now() >= underway.expires_at:
                return Taken(problems=(StepOver(),))
            try:
                after, problems, issued = await advance(work, underway, underway.token != shown)
            except StepOutOfTurn:
                return Taken(problems=(StepOver(),))
            next_token = token
            if not stays:
                next_token, hash_ = ports.issuer.successor(token)
                after = after.moved(hash_, shown)
            await self.rows(work).change(after)
        return Taken(_progress(next_token, after), problems, issued)


def _registrations(work: UnitOfWork) -> Rows[Registration]:
    return work.registrations


def _recoveries(work: UnitOfWork) -> Rows[Recovery]:
    return work.recoveries


REGISTRATIONS: Steps[Registration] = Steps(_registrations)
RECOVERIES: Steps[Recovery] = Steps(_recoveries)


def _progress(token: str, underway: Underway) -> Progress:
    contact = underway.contact
    question = underway.question if underway.step is Step.QUESTION else None
    sent_to = None
    if contact is not None:
        kind, address = contact
        sent_to = masking.phone(address) if kind is ContactKind.PHONE else masking.email(address)
    return Progress(token, underway.step, underway.expires_at, sent_to, question)
