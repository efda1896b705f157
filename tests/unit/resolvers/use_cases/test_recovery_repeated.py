"""Recovery: steps that are repeated, answers that are guessed, and limits on both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.accounts.problems import (
    CannotContinue,
    StepOver,
    TryLater,
    WrongCode,
)
from domain.accounts.registration import Step
from resolvers.use_cases.progress import Taken
from tests.fakes import objects
from tests.unit.resolvers.use_cases.recovering import Forgetful, forgetful, ready
from tests.unit.resolvers.use_cases.registering import problem_of, progress_of

NOBODYS_EMAIL = "nobody@example.ru"
NOBODYS_PHONE = "+7 999 000-00-00"


async def test_after_its_time_a_recovery_is_over() -> None:
    olga = await ready()
    olga.clock.advance(60 * 60)
    assert problem_of(await olga.choose()) == StepOver()


STEPS: dict[str, tuple[int, Callable[[Forgetful, str], Awaitable[Taken]]]] = {
    "first code": (1, lambda olga, token: olga.confirm(token=token)),
    "other code": (2, lambda olga, token: olga.confirm(token=token)),
    "answer": (3, lambda olga, token: olga.reply("1984", token=token)),
    "password": (4, lambda olga, token: olga.choose(token=token)),
}


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_whose_answer_was_lost_can_be_repeated_with_its_token_as_often_as_need_be(name: str) -> None:
    before, take = STEPS[name]
    olga = await forgetful()
    olga.reads.by_name["policies_of_holder"].rows = {}  # So that there is but one question, of the year of birth.
    for step in (olga.begin, olga.confirm, olga.confirm, olga.reply)[:before]:
        await step()
    token, code = olga.token, olga.sent_code

    first = await take(olga, token)
    if name.endswith("code"):
        second, third = [await olga.confirm(code, token=token) for _ in range(2)]
    else:
        second, third = [await take(olga, token) for _ in range(2)]

    assert first.problems == second.problems == third.problems == ()
    assert progress_of(first).step is progress_of(second).step is progress_of(third).step
    assert progress_of(first).question == progress_of(third).question
    assert len({progress_of(each).token for each in (first, second, third)}) == 1


async def test_a_lost_phone_may_be_told_again() -> None:
    olga = await forgetful()
    await olga.begin()
    await olga.confirm()
    token = olga.token

    first, second = [await olga.lose_phone(token=token) for _ in range(2)]

    assert first.problems == second.problems == ()
    assert progress_of(first).question == progress_of(second).question


async def test_a_repeated_answer_is_not_judged_by_the_next_question() -> None:
    olga = await forgetful()
    await olga.begin()
    await olga.confirm()
    await olga.lose_phone()
    token, answer = olga.token, olga.right_answer

    first, again = await olga.reply(answer, token=token), await olga.reply(answer, token=token)

    assert first.problems == again.problems == ()
    assert progress_of(first).question == progress_of(again).question
    assert olga.kept.rows.recoveries[-1].wrong_answers == 0


async def test_guesses_are_counted_by_whom_they_are_about_whatever_the_recovery() -> None:
    olga = await forgetful()
    for take in (olga.begin, olga.confirm, olga.confirm):
        await take()
    olga.kept.takes.clear()
    await olga.reply("1812")
    assert olga.kept.takes == [("question_client", "1")]
    olga.kept.exhausted.add("question_client")
    assert problem_of(await olga.reply()) == CannotContinue()
    assert olga.kept.rows.recoveries[-1].step is Step.QUESTION


async def test_the_answer_that_ended_it_is_answered_the_same_when_repeated() -> None:
    olga = await forgetful()
    for take in (olga.begin, olga.confirm, olga.confirm):
        await take()
    await olga.reply("1812")
    token = olga.token
    last, again = await olga.reply("1812", token=token), await olga.reply("1812", token=token)
    assert last == again
    assert problem_of(again) == CannotContinue()


async def test_a_question_whose_answer_is_gone_is_taken_back() -> None:
    olga = await forgetful()
    for take in (olga.begin, olga.confirm, olga.confirm):
        await take()
    olga.reads.by_name["clients"].rows = {1: objects.client(birth_date=None)}
    olga.reads.by_name["policies_of_holder"].rows = {}
    assert problem_of(await olga.reply("1984")) == CannotContinue()
    assert olga.kept.rows.recoveries[-1].wrong_answers == 0


@pytest.mark.parametrize("is_done", [False, True])
async def test_over_the_limit_of_the_last_step_nothing_is_hashed(is_done: bool) -> None:
    olga = await ready()
    token = olga.token
    if is_done:
        await olga.choose(token=token)
    [recovery] = olga.kept.rows.recoveries
    olga.kept.exhausted.add("finish_recovery")
    olga.kept.hashes = 0
    assert isinstance(problem_of(await olga.choose(token=token)), TryLater)
    assert olga.kept.takes[-1] == ("finish_recovery", str(recovery.id))
    assert olga.kept.hashes == 0


async def test_another_try_at_the_second_code_with_the_token_of_the_one_before_counts() -> None:
    olga = await forgetful()
    await olga.begin()
    await olga.confirm()
    token = olga.token
    assert problem_of(await olga.confirm("000000", token=token)) == WrongCode(2)
    assert problem_of(await olga.confirm("000001", token=token)) == WrongCode(1)
    assert progress_of(await olga.confirm(token=token)).step is Step.QUESTION
