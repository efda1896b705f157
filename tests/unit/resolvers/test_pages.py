"""Connections by the Relay cursor specification, with cursors that hold a place and not a position."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, Source, SourceGarbled
from resolvers.outcomes import readable
from resolvers.pages import MOST, Page, Slice, SortKey, page

Item = tuple[int, str]


def by_itself(item: Item) -> SortKey:
    return item


def items(*numbers: int) -> list[Item]:
    return [(number, "x") for number in numbers]


def seen(found: Page[Item]) -> list[int]:
    return [node[0] for node in readable(edge.node for edge in found.edges)]


def cut(numbers: Sequence[int], **part: Any) -> Page[Item]:
    """Slice some numbers; ``after`` and ``before`` may be given as numbers."""
    edges = page(items(*range(10)), by_itself, Slice(first=10)).edges
    cursors = {number: edge.cursor for number, edge in enumerate(edges)}
    given = {name: cursors.get(value, value) if name in {"after", "before"} else value for name, value in part.items()}
    return page(items(*numbers), by_itself, Slice(**given))


def cursor(value: Any) -> str:
    """Write a cursor by hand."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("part", "numbers", "previous", "following"),
    [
        ({}, [0, 1, 2, 3, 4], False, False),
        ({"first": 2}, [0, 1], False, True),
        ({"first": 5}, [0, 1, 2, 3, 4], False, False),
        ({"first": 0}, [], False, True),
        ({"first": 2, "after": 1}, [2, 3], True, True),
        ({"first": 2, "after": 2}, [3, 4], True, False),
        ({"first": 2, "after": 4}, [], True, False),
        ({"last": 2}, [3, 4], True, False),
        ({"last": 0}, [], True, False),
        ({"last": 2, "before": 3}, [1, 2], True, True),
        ({"last": 2, "before": 2}, [0, 1], False, True),
        ({"last": 2, "before": 0}, [], False, True),
        ({"after": 0, "before": 4}, [1, 2, 3], True, True),
        ({"after": 3, "before": 1}, [], True, True),
        ({"first": 3, "last": 1}, [2], True, True),  # first cuts, then last
        ({"first": 1, "after": 0, "last": 5, "before": 4}, [1], True, True),
    ],
)
def test_slices(part: dict[str, Any], numbers: list[int], previous: bool, following: bool) -> None:
    found = cut(range(5), **part)

    assert seen(found) == numbers
    assert (found.page_info.has_previous_page, found.page_info.has_next_page) == (previous, following)
    assert found.total_count == 5


def test_a_page_says_where_it_starts_and_ends() -> None:
    found = cut(range(5), first=3)

    assert (found.page_info.start_cursor, found.page_info.end_cursor) == (found.edges[0].cursor, found.edges[-1].cursor)


def test_an_empty_page_starts_and_ends_nowhere() -> None:
    found = cut([])

    assert (found.edges, found.total_count) == ((), 0)
    assert (found.page_info.start_cursor, found.page_info.end_cursor) == (None, None)


def test_fifty_items_come_unless_told_otherwise() -> None:
    assert seen(cut(range(120))) == list(range(50))
    assert seen(cut(range(120), last=60)) == list(range(60, 120))


def test_items_are_sorted_whatever_order_they_come_in() -> None:
    assert seen(cut([3, 1, 2, 0])) == [0, 1, 2, 3]


@pytest.mark.parametrize("argument", ["first", "last"])
@pytest.mark.parametrize("count", [-1, MOST + 1, 10**9])
def test_a_count_out_of_bounds_is_refused_by_name(argument: str, count: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        cut(range(5), **{argument: count})

    assert (refused.value.argument, refused.value.reason) == (argument, "page_size")


@pytest.mark.parametrize("argument", ["after", "before"])
@pytest.mark.parametrize(
    "broken",
    [
        "",
        "!",
        "курсор",
        "\ud800",
        cursor(1),
        cursor("x"),
        cursor({"a": 1}),
        cursor([]),
        cursor([0]),
        cursor([0, 1]),
        cursor([0, 1, "x", 2]),
        cursor([0, True, "x"]),
        cursor([0, 1.0, "x"]),
        cursor([0, None, "x"]),
        cursor([0, "1", "x"]),
        cursor([0, 1, 2]),  # of another collection, whose keys are two numbers
        cursor([False, 1, "x"]),
        cursor([2, 1, "x"]),
        cursor([1, "x"]),
        cursor([1, True]),
        cursor([1, 2, 3]),
        base64.b64encode(b"[" * 30_000).decode(),
        base64.b64encode(b"9" * 10_000).decode(),
        base64.b64encode(b"\xff").decode(),
    ],
)
def test_a_broken_cursor_is_refused_by_name(argument: str, broken: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        cut(range(5), **{argument: broken})

    assert (refused.value.argument, refused.value.reason) == (argument, "cursor")


@given(st.text(max_size=80))
def test_no_text_makes_a_cursor_fail_in_another_way(text: str) -> None:
    with suppress(InvalidInput):
        cut(range(5), after=text)


keys = st.tuples(st.integers(-50, 50), st.text("abc", max_size=2))


@given(st.lists(keys, unique=True, max_size=40), st.integers(1, 7))
def test_paging_forwards_gives_the_whole_list_once(whole: list[Item], size: int) -> None:
    assert [item for found in forwards(whole, size) for item in found] == sorted(whole)


@given(st.lists(keys, unique=True, max_size=40), st.integers(1, 7))
def test_paging_backwards_gives_the_whole_list_once(whole: list[Item], size: int) -> None:
    gathered: list[Item] = []
    found = page(whole, by_itself, Slice(last=size))
    while found.edges:
        gathered[:0] = readable(edge.node for edge in found.edges)
        found = page(whole, by_itself, Slice(last=size, before=found.page_info.start_cursor))

    assert gathered == sorted(whole)


@given(
    st.lists(keys, unique=True, min_size=1, max_size=30),
    st.lists(st.tuples(st.booleans(), keys), max_size=30),
    st.integers(1, 5),
)
def test_items_that_come_and_go_between_pages_neither_repeat_nor_hide_others(
    whole: list[Item], changes: list[tuple[bool, Item]], size: int
) -> None:
    now, touched = set(whole), {item for _, item in changes}
    gathered: list[Item] = []
    found = page(sorted(now), by_itself, Slice(first=size))
    while found.edges:
        gathered += readable(edge.node for edge in found.edges)
        if changes:
            comes, item = changes.pop()
            (now.add if comes else now.discard)(item)
        found = page(sorted(now), by_itself, Slice(first=size, after=found.page_info.end_cursor))

    assert gathered == sorted(set(gathered))
    assert set(whole) - touched <= set(gathered)


# Rows that could not be read


BREACHES = [SourceGarbled(Source.POLICY_CORE, "FindPolicies", f"row {place}") for place in range(3)]


def mixed(part: Slice) -> Page[Item]:
    """Slice three items and what stands for three that could not be read."""
    return page([BREACHES[0], *items(2, 0), BREACHES[1], *items(1), BREACHES[2]], by_itself, part)


def shown(found: Page[Item]) -> list[Item | SourceGarbled]:
    return [edge.node for edge in found.edges]


def test_rows_that_could_not_be_read_come_last_in_their_order_and_are_counted() -> None:
    found = mixed(Slice())

    assert shown(found) == [*items(0, 1, 2), *BREACHES]
    assert found.total_count == 6
    assert len({edge.cursor for edge in found.edges}) == 6


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_paging_passes_over_rows_that_could_not_be_read_in_both_directions(size: int) -> None:
    forth: list[Any] = []
    found = mixed(Slice(first=size))
    while found.edges:
        forth += shown(found)
        found = mixed(Slice(first=size, after=found.page_info.end_cursor))
    back: list[Any] = []
    found = mixed(Slice(last=size))
    while found.edges:
        back[:0] = shown(found)
        found = mixed(Slice(last=size, before=found.page_info.start_cursor))

    assert forth == back == [*items(0, 1, 2), *BREACHES]


def test_a_cursor_holds_while_rows_become_unreadable_and_readable_again() -> None:
    whole = page(items(0, 1, 2), by_itself, Slice()).edges
    broken = mixed(Slice()).edges

    assert shown(mixed(Slice(after=whole[1].cursor))) == [*items(2), *BREACHES]
    assert shown(page(BREACHES, by_itself, Slice(after=whole[2].cursor))) == BREACHES
    assert shown(page(items(0, 1, 2), by_itself, Slice(after=broken[3].cursor))) == []
    assert shown(page(items(0, 1, 2), by_itself, Slice(before=broken[3].cursor))) == items(0, 1, 2)


def forwards(whole: Sequence[Item], size: int) -> list[list[Item]]:
    """Follow ``hasNextPage`` to the end."""
    pages: list[list[Item]] = []
    after, more = None, True
    while more:
        found = page(whole, by_itself, Slice(first=size, after=after))
        pages.append(list(readable(edge.node for edge in found.edges)))
        after, more = found.page_info.end_cursor, found.page_info.has_next_page
    return pages
