"""Control questions: put from what the policy core knows of the person, answered against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from domain.accounts import questions
from domain.accounts.problems import CannotContinue, Problem, StepOver, WrongAnswer
from domain.accounts.questioning import StepOutOfTurn
from domain.accounts.registration import Step
from resolvers.outcomes import readable, there
from resolvers.use_cases.limits import taken
from resolvers.use_cases.progress import Taken, Underway

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.accounts.ports import UnitOfWork
    from domain.accounts.questioning import Asked
    from resolvers.context import Context
    from resolvers.use_cases.progress import Result, Steps

__all__ = ["answer", "with_question"]

T = TypeVar("T", bound=Underway)

DAY_S: Final = 86_400
SAME_FOR: Final = 30 * DAY_S
"""Seconds for which a person is asked the same first: long for who looks for an easy question, not for ever for who has
forgotten an answer."""


async def with_question(ctx: Context, steps: Steps[T], came: Taken) -> Taken:
    """Put the next control question, if one is wanted and none waits for its answer.

    What is asked of the policy core for it is asked outside of any transaction.
    """
    progress = came.progress
    if progress is None or progress.step is not Step.QUESTION or progress.question is not None:
        return came
    underway = await steps.known(ctx, progress.token)
    if underway is None:
        return came
    lot = _lots(ctx, underway)
    chosen = questions.chosen(await _eligible(ctx, underway), underway.questions, lot)

    async def put(_work: UnitOfWork, current: T, _repeated: bool) -> Result[T]:
        if chosen is None:
            return current.without_questions(), (*came.problems, CannotContinue()), None
        return current.asking(chosen.kind, chosen.subject), came.problems, None

    return await steps.step(ctx, progress.token, put, stays=True)


async def answer(ctx: Context, steps: Steps[T], token: str, text: str) -> Taken:
    """Answer the question at hand. Repeated, it is not judged again: another question may be at hand by then."""
    ports = ctx.account_ports
    underway = await steps.known(ctx, token)
    if underway is None:
        return Taken(problems=(StepOver(),))
    asked, is_right = underway.question, None
    if asked is not None and underway.token == ports.issuer.hash(token):
        # The answers stay the same from one time to the next, so guesses are counted by whom they are about.
        if await taken(ports.throttle, {"question_client": str(underway.client_isn)}) is not None:
            return Taken(problems=(CannotContinue(),))
        is_right = await _is_right(ctx, underway, asked, text)

    async def advance(_work: UnitOfWork, current: T, repeated: bool) -> Result[T]:
        if repeated:
            # It was judged before, and the answer got lost.
            return current, (CannotContinue(),) if current.refused else (), None
        if current.question != asked:
            raise StepOutOfTurn  # Another request was quicker.
        if is_right is None:
            return current.withdrawn(), (), None
        after = current.answered(rightly=is_right)
        problems: tuple[Problem, ...] = () if is_right else (WrongAnswer(),)
        return after, (CannotContinue(),) if after.refused else problems, None

    return await with_question(ctx, steps, await steps.step(ctx, token, advance))


def _lots(ctx: Context, underway: Underway) -> Callable[[str], bytes]:
    """Return the lots of a person's questions: theirs, whatever is underway, and others after a time."""
    period = int(ctx.clock.now().timestamp()) // SAME_FOR
    return lambda text: ctx.account_ports.issuer.lot(str(underway.client_isn), str(period), text)


async def _is_right(ctx: Context, underway: Underway, asked: Asked, text: str) -> bool | None:
    """Return whether an answer to a question is right by what the policy core says now, None if it cannot be judged.

    Raises: ``SourceError``; what we cannot look up must not count as a wrong answer.
    """
    question = questions.again(await _eligible(ctx, underway), asked)
    return None if question is None else question.accepts(text)


async def _eligible(ctx: Context, underway: Underway) -> tuple[questions.Question, ...]:
    client = underway.client_isn
    if client is None:
        return ()
    person = there(await ctx.one(ctx.reads.clients, client))
    typed = None
    if underway.policy_isn is not None:
        typed = there(await ctx.one(ctx.reads.policies, underway.policy_isn))
    if person is None or (typed is None and underway.policy_isn is not None):
        # What stands on the typed policy is not known, so neither is what may be asked.
        return ()
    policies = readable(there(await ctx.one(ctx.reads.policies_of_holder, client)) or ())
    keys = [each.key for each in policies]
    outcomes = await ctx.many(ctx.reads.instalments, keys)
    known = {key: there(rows) or () for key, rows in zip(keys, outcomes, strict=True)}
    return questions.eligible(policies, known, person, typed)
