"""Which session id is dropped when the core refuses one."""

from __future__ import annotations

from itertools import count

from adapters.policy_core.client.session import Session
from domain.clock import Deadline
from domain.ports import Call
from tests.fakes.clock import StillClock


def call() -> Call:
    return Call(Deadline.after(StillClock(), 60))


def numbered() -> Session:
    """A session whose ids count the log-ins."""
    log_ins = count(1)

    async def log_in(_call: Call) -> str:
        return f"session {next(log_ins)}"

    return Session(log_in, 5)


async def test_a_refused_session_is_renewed() -> None:
    session = numbered()
    refused = await session.id(call())

    session.forget(refused)

    assert await session.id(call()) == "session 2"


async def test_who_comes_late_with_an_old_session_costs_the_new_one_nothing() -> None:
    session = numbered()
    refused = await session.id(call())
    session.forget(refused)
    renewed = await session.id(call())

    session.forget(refused)

    assert await session.id(call()) == renewed
