"""Control questions: put from what the policy core knows of the person, answered against it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, TypeVar

from domain.accounts import questions
from domain.accounts.problems import CannotContinue, Problem, StepOver, WrongAnswer
from domain.accounts.questioning import StepOutOfTurn
from domain.accounts.registration import Step
from resolvers.outcomes import readable, there
from resolvers.use_cases.progress import Taken, Underway

if TYPE_CHECKING:
    from domain.accounts.ports import UnitOfWork
    from resolvers.context import Context
    from resolvers.use_cases.progress import Result, Steps

__all__ = ["answer", "with_question"]

T = TypeVar("T", bound=Underway)


async def with_question(ctx: Context, steps: Steps[T], token: str, taken: Taken) -> Taken:
    """Put the next control question, if one is wanted and none waits for its answer.

    What is asked of the policy core for it is asked outside of any transaction. ``token`` is the one that was shown for
    the step before: it may still be used to repeat that one.
    """
    progress = taken.progress
    if progress is None or progress.step is not Step.QUESTION or progress.question is not None:
        return taken
    underway = await steps.known(ctx, progress.token)
    if underway is None:
        return taken
    chosen = questions.chosen(await _eligible(ctx, underway), underway.questions, secrets.randbelow)

    async def put(_work: UnitOfWork, current: T, _repeated: bool) -> Result[T]:
        if chosen is None:
            return current.without_questions(), (*taken.problems, CannotContinue()), None
        return current.asking(chosen.kind, chosen.subject), taken.problems, None

    return await steps.step(ctx, progress.token, put, repeatable=token)


async def answer(ctx: Context, steps: Steps[T], token: str, text: str) -> Taken:
    """Answer the question at hand. Repeated, it is not judged again: another question may be at hand by then."""
    underway = await steps.known(ctx, token)
    if underway is None:
        return Taken(problems=(StepOver(),))
    is_right = await _is_right(ctx, underway, text)

    async def advance(_work: UnitOfWork, current: T, repeated: bool) -> Result[T]:
        if repeated and current.questions:
            return current, (CannotContinue(),) if current.refused else (), None
        if current.question != underway.question:
            raise StepOutOfTurn  # Another request was quicker.
        after = current.answered(rightly=is_right)
        problems: tuple[Problem, ...] = () if is_right else (WrongAnswer(),)
        return after, (CannotContinue(),) if after.refused else problems, None

    return await with_question(ctx, steps, token, await steps.step(ctx, token, advance))


async def _is_right(ctx: Context, underway: Underway, text: str) -> bool:
    """Return whether an answer to the question at hand is right, by what the policy core says now."""
    asked = underway.question
    if asked is None:
        return False
    question = questions.again(await _eligible(ctx, underway), asked)
    return question is not None and question.accepts(text)


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
    known = {key: rows for key, rows in zip(keys, outcomes, strict=True) if isinstance(rows, tuple)}
    return questions.eligible(policies, known, person, typed)
