"""What every read promises, whoever answers it; see ``domain.ports.Read``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

from dev.simulators.kit import Fault
from domain.errors import (
    SourceError,
    SourceGarbled,
    SourceInMaintenance,
    SourceThrottled,
    SourceTimeout,
    SourceUnavailable,
)
from domain.ports import Missing
from resolvers.outcomes import garbled, readable
from tests.contracts.subjects import AdaptedSubject, Subject


async def test_outcomes_keep_the_order_and_the_repetition_of_the_keys(subject: Subject) -> None:
    first, second = subject.row.keys
    (of_first,), (of_second,) = await subject.ask(first), await subject.ask(second)
    assert not any(isinstance(each, SourceError | Missing) for each in (of_first, of_second))
    assert of_first != of_second

    found = await subject.ask(second, subject.row.missing, first, second)

    assert found == [of_second, subject.row.absent, of_first, of_second]


async def test_an_empty_batch_asks_nothing(subject: Subject) -> None:
    assert await subject.ask() == []
    assert subject.calls() == 0


async def test_a_system_that_fails_fails_every_key(subject: Subject) -> None:
    subject.fail()

    found = await subject.ask(*subject.row.keys)

    assert [type(each) for each in found] == [SourceUnavailable, SourceUnavailable]
    assert {each.source for each in found if isinstance(each, SourceError)} == {subject.source}
    assert all(each.retryable for each in found if isinstance(each, SourceError))


async def test_a_key_is_asked_once_and_keys_share_calls(adapted: AdaptedSubject) -> None:
    first, second = adapted.row.keys

    await adapted.ask(first, second, first, adapted.row.missing)

    assert adapted.calls() == math.ceil(3 / adapted.row.limit)


async def test_one_unreadable_row_spoils_its_own_key_alone(spoilable: AdaptedSubject) -> None:
    whole = await spoilable.ask(*spoilable.row.keys)
    spoilable.switch(Fault.UNKNOWN_ENUM, next_calls=1)

    found = await spoilable.ask(*spoilable.row.keys)

    spoilt = [each for each in found if isinstance(each, SourceGarbled)]
    assert len(spoilt) == 1
    assert not spoilt[0].retryable
    assert [each for each in found if each not in spoilt] == [
        before for before, each in zip(whole, found, strict=True) if each not in spoilt
    ]
    assert spoilable.garbles == [spoilable.row.operation]


@pytest.mark.parametrize("fault", [Fault.UNKNOWN_ENUM, Fault.DUPLICATED_ROWS])
async def test_one_bad_row_of_a_list_leaves_the_list_and_its_other_rows(listing: AdaptedSubject, fault: Fault) -> None:
    whole: Sequence[Any] = await listing.ask(*listing.row.keys)
    listing.switch(fault, next_calls=1)

    found: Sequence[Any] = await listing.ask(*listing.row.keys)

    assert [len(rows) for rows in found] == [len(rows) for rows in whole]
    spoilt = [row for rows in found for row in garbled(rows)]
    assert [row.retryable for row in spoilt] == [False]
    assert [set(readable(rows)) - set(before) for rows, before in zip(found, whole, strict=True)] == [set(), set()]
    assert listing.garbles == [listing.row.operation]


async def test_a_row_that_is_left_out_is_noticed_for_its_key_alone(many: AdaptedSubject) -> None:
    keys = (many.row.missing, *many.row.keys)
    whole = await many.ask(*keys)
    many.switch(Fault.MISSING_ROWS, next_calls=1)

    found = await many.ask(*keys)

    lacking = [each for each in found if isinstance(each, SourceGarbled)]
    assert len(lacking) == 1
    assert whole[0] == many.row.absent
    assert [each for each in found if each not in lacking] == [
        before for before, each in zip(whole, found, strict=True) if each not in lacking
    ]
    assert many.garbles == [many.row.operation]


async def test_no_time_left_asks_nothing(adapted: AdaptedSubject) -> None:
    found = await adapted.ask(*adapted.row.keys, seconds=0)

    assert [type(each) for each in found] == [SourceTimeout, SourceTimeout]
    assert adapted.opened.handle.calls.total == 0


async def test_a_system_that_hangs_times_out(impatient: AdaptedSubject) -> None:
    impatient.switch(Fault.HANG)

    found = await impatient.ask(*impatient.row.keys)

    assert [type(each) for each in found] == [SourceTimeout, SourceTimeout]


@pytest.mark.parametrize(
    "fault, outcome",
    [
        (Fault.RESET_MID_BODY, SourceUnavailable),
        (Fault.TOO_MANY_REQUESTS, SourceThrottled),
        (Fault.MAINTENANCE, SourceInMaintenance),
        (Fault.TRUNCATED_BODY, SourceGarbled),
    ],
)
async def test_an_answer_that_is_none_fails_every_key(
    adapted: AdaptedSubject, fault: Fault, outcome: type[SourceError]
) -> None:
    adapted.switch(fault)

    found = await adapted.ask(*adapted.row.keys)

    assert [type(each) for each in found] == [outcome, outcome]


async def test_an_html_page_is_no_answer(adapted: AdaptedSubject) -> None:
    adapted.switch(Fault.HTML_PAGE)

    found = await adapted.ask(*adapted.row.keys)

    assert [type(each) for each in found] == [adapted.html_page, adapted.html_page]
