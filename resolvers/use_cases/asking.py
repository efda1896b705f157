"""Control questions of a registration: put from what the policy core knows of the person, answered against it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from domain.accounts import questions
from domain.accounts.problems import CannotContinue, Problem
from domain.accounts.registration import Registration, Step
from resolvers.outcomes import readable, there
from resolvers.use_cases.progress import Taken, known, step

if TYPE_CHECKING:
    from domain.accounts.ports import Issued, UnitOfWork
    from domain.accounts.registration import Asked
    from resolvers.context import Context

__all__ = ["is_right", "with_question"]


async def with_question(ctx: Context, taken: Taken) -> Taken:
    """Put the next control question, if the registration is at one and waits for none.

    What is asked of the policy core for it is asked outside of any transaction.
    """
    progress = taken.progress
    if progress is None or progress.step is not Step.QUESTION or progress.question is not None:
        return taken
    registration = await known(ctx, progress.token)
    if registration is None:
        return taken
    chosen = questions.chosen(await _eligible(ctx, registration), registration.questions, secrets.randbelow)

    async def put(
        _work: UnitOfWork, current: Registration, _repeated: bool
    ) -> tuple[Registration, tuple[Problem, ...], Issued | None]:
        if chosen is None:
            return current.without_questions(), (*taken.problems, CannotContinue()), None
        return current.asking(chosen.kind, chosen.subject), taken.problems, None

    return await step(ctx, progress.token, put, stays=True)


async def is_right(ctx: Context, registration: Registration, asked: Asked, answer: str) -> bool | None:
    """Return whether an answer to a question is right by what the policy core says now, None if it cannot be judged.

    Raises: ``SourceError``; what we cannot look up must not count as a wrong answer.
    """
    question = questions.again(await _eligible(ctx, registration), asked)
    return None if question is None else question.accepts(answer)


async def _eligible(ctx: Context, registration: Registration) -> tuple[questions.Question, ...]:
    client = registration.client_isn
    person = there(await ctx.one(ctx.reads.clients, client))
    typed = None
    if registration.policy_isn is not None:
        typed = there(await ctx.one(ctx.reads.policies, registration.policy_isn))
    if person is None or (typed is None and registration.policy_isn is not None):
        # What stands on the typed policy is not known, so neither is what may be asked.
        return ()
    policies = readable(there(await ctx.one(ctx.reads.policies_of_holder, client)) or ())
    keys = [each.key for each in policies]
    outcomes = await ctx.many(ctx.reads.instalments, keys)
    known = {key: there(rows) or () for key, rows in zip(keys, outcomes, strict=True)}
    return questions.eligible(policies, known, person, typed)
