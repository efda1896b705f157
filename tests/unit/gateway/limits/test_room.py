"""A room never holds more than it may, whatever is kept and dropped."""

from __future__ import annotations

from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.room import Room

MOST = 10
TEXTS = st.sampled_from("abcdef")
STEPS = st.one_of(
    st.tuples(st.just("keep"), TEXTS, st.integers(1, MOST + 2)),
    st.tuples(st.just("get"), TEXTS, st.just(0)),
    st.tuples(st.just("drop"), TEXTS, st.just(0)),
)


@given(st.lists(STEPS, max_size=60))
def test_it_does_as_a_list_by_least_recent_use(steps: list[tuple[str, str, int]]) -> None:
    room = Room[int](MOST)
    expected: OrderedDict[str, int] = OrderedDict()
    for step, text, weight in steps:
        if step == "get":
            assert room.get(text) == expected.get(text)
            if text in expected:
                expected.move_to_end(text)
        else:
            expected.pop(text, None)
        if step == "drop":
            room.drop(text)
        elif step == "keep":
            room.keep(text, weight, weight)
            if weight <= MOST:
                expected[text] = weight
            while sum(expected.values()) > MOST:
                expected.popitem(last=False)
        assert room.bytes == sum(expected.values()) <= MOST
        assert len(room) == len(expected)
