"""How often an event is tried is kept in the store: neither a restart nor a kill begins anew."""

from __future__ import annotations

from typing import Any

import pytest

from domain import models
from domain.accounts.automatic import Outcome
from domain.errors import SourceUnavailable
from domain.ports import Call
from resolvers.use_cases.automatic import MOST_FAILED, MOST_MISSING
from tests.fakes import objects
from tests.unit.resolvers.use_cases.test_automatic import Feed, changed, refused, two_holders


class Killed(BaseException):
    """The process is gone: nothing is done behind it."""


def deadly(feed: Feed, monkeypatch: pytest.MonkeyPatch, policy: models.PolicyNumber) -> list[int]:
    """Let whoever reads a policy die of it; return how many policies each call asked for."""
    read, asked = type(feed.olga.reads.by_name["policies_by_number"]), []
    whole = read.__call__

    async def reading(self: Any, keys: Any, call: Call) -> Any:
        if self is feed.olga.reads.by_name["policies_by_number"]:
            asked.append(len(keys))
            if policy in keys:
                raise Killed
        return await whole(self, keys, call)

    monkeypatch.setattr(read, "__call__", reading)
    return asked


async def test_a_policy_that_is_not_there_is_waited_for_no_longer_because_of_restarts() -> None:
    feed = Feed()
    for _ in range(MOST_MISSING - 1):
        with pytest.raises(SourceUnavailable):
            await feed.tell(changed(8, 999))
        feed.restart()
    await feed.tell(changed(8, 999))
    assert feed.outcomes == [(8, Outcome.POLICY_UNKNOWN)]


async def test_what_fails_of_one_is_tried_no_oftener_because_of_restarts() -> None:
    feed = two_holders()
    feed.olga.reads.fail("policies_by_number", refused(retryable=True), [objects.number(100)])
    for _ in range(MOST_FAILED - 1):
        with pytest.raises(SourceUnavailable):
            await feed.tell(changed(1), changed(2, 102))
        feed.restart()
    await feed.tell(changed(1), changed(2, 102))
    assert feed.outcomes == [(1, Outcome.UNREADABLE), (2, Outcome.ACCEPTED)]


async def test_each_event_is_counted_before_it_is_seen_to() -> None:
    feed = two_holders()
    feed.olga.reads.fail("policies_by_number", refused(retryable=True), [objects.number(102)])
    with pytest.raises(SourceUnavailable):
        await feed.tell(changed(1), changed(2, 102))
    assert (feed.olga.kept.rows.position, feed.olga.kept.rows.tried) == (1, (2, 1, False))
    await feed.tell(changed(3))
    assert feed.olga.kept.rows.tried == (0, 0, False)


async def test_an_event_that_kills_is_put_aside_after_so_many_tries_and_the_others_are_seen_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed, kills = two_holders(), 0
    deadly(feed, monkeypatch, objects.number(777))
    events = [changed(1), changed(2, 777), changed(3, 102)]
    while True:
        try:
            await feed.tell(*[each for each in events if each.seq > feed.olga.kept.rows.position])
        except Killed:
            kills += 1
            feed.restart()
        else:
            break
        assert kills <= MOST_FAILED + 1
    assert feed.outcomes == [(1, Outcome.ACCEPTED), (2, Outcome.UNREADABLE), (3, Outcome.ACCEPTED)]
    # The first kill was counted for the event at hand, which was not the one to blame.
    assert kills == MOST_FAILED + 1


async def test_after_a_kill_events_are_read_one_by_one_and_together_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = two_holders()
    asked = deadly(feed, monkeypatch, objects.number(777))
    with pytest.raises(Killed):
        await feed.tell(changed(1), changed(2, 777))
    monkeypatch.undo()
    asked = deadly(feed, monkeypatch, objects.number(778))
    feed.restart()
    await feed.tell(changed(1), changed(2, 102))
    await feed.tell(changed(3), changed(4, 102))
    assert asked == [1, 1, 2]


async def test_what_fails_of_all_does_not_count_and_a_broken_try_is_no_kill() -> None:
    feed = two_holders()
    feed.olga.reads.fail("clients", refused(retryable=True))
    for _ in range(2 * MOST_FAILED):
        with pytest.raises(SourceUnavailable):
            await feed.tell(changed(1), changed(2, 102))
        feed.restart()
    assert feed.olga.kept.rows.tried == (1, 0, False)
