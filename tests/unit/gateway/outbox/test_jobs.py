"""What is done from time to time: a database that is away breaks it off, and it comes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from procrastinate.testing import InMemoryConnector
from structlog.testing import capture_logs

from domain.errors import StoreUnavailable
from gateway.outbox.jobs import SWEEP, Regular, Task, application
from gateway.outbox.pauses import Pauses
from gateway.settings import OutboxSettings


class Connector(InMemoryConnector):
    """A job queue without jobs that were forgotten."""

    async def execute_query_all_async(self, query: str, **arguments: object) -> list[dict[str, object]]:
        return []


@dataclass
class Lying:
    """Rows without a job. ``looks`` counts how often somebody looked."""

    is_away: bool = False
    looks: int = 0

    async def leave_again(self, after: timedelta) -> Sequence[UUID]:
        self.looks += 1
        if self.is_away:
            raise StoreUnavailable("57014")
        return []


async def nothing(_id: UUID, _tries: int) -> None:
    """Do nothing."""


def task(left: Lying) -> Task:
    return Task(nothing, Pauses.of_messages(OutboxSettings()), left)


async def test_a_look_at_some_rows_that_fails_keeps_nobody_from_the_others() -> None:
    ill, well = Lying(is_away=True), Lying()
    app = application(Connector(), {"ill": task(ill), "well": task(well)}, {}, patience_s=90)
    with capture_logs() as log:
        await app.tasks[SWEEP](timestamp=0)
    assert (ill.looks, well.looks) == (1, 1)
    assert [(each["event"], each["detail"]) for each in log] == [("broken off", "57014")]


async def test_what_comes_again_leaves_no_failed_job_where_the_database_is_away() -> None:
    async def away() -> None:
        raise StoreUnavailable("08006")

    app = application(Connector(), {}, {"look": Regular("* * * * *", away)}, patience_s=90)
    with capture_logs() as log:
        await app.tasks["look"](timestamp=0)
    assert [(each["event"], each["task"]) for each in log] == [("broken off", "look")]


async def test_a_fault_of_ours_is_kept_as_a_failed_job() -> None:
    async def broken() -> None:
        raise LookupError

    app = application(Connector(), {}, {"look": Regular("* * * * *", broken)}, patience_s=90)
    with pytest.raises(LookupError):
        await app.tasks["look"](timestamp=0)
