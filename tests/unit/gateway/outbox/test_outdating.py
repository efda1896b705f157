"""A cache that is away holds up no command, and is no fault of it."""

from __future__ import annotations

from collections.abc import Iterable

from structlog.testing import capture_logs

from domain.models import PolicyNumber
from gateway.outbox.outdating import if_possible
from gateway.sources.store import StoreUnreachable

POLICY = PolicyNumber("P1")


async def test_the_policies_are_outdated() -> None:
    told: list[PolicyNumber] = []

    async def outdate(policies: Iterable[PolicyNumber]) -> None:
        told.extend(policies)

    await if_possible(outdate)([POLICY])
    assert told == [POLICY]


async def test_a_failure_is_told_to_the_log_alone_and_no_number_with_it() -> None:
    async def outdate(_policies: Iterable[PolicyNumber]) -> None:
        raise StoreUnreachable("TimeoutError")

    with capture_logs() as logs:
        await if_possible(outdate)([POLICY])
    assert [(each["event"], each["count"]) for each in logs] == [("policies not outdated", 1)]
    assert POLICY not in str(logs)
