"""Windows of one process: never more attempts in any stretch than the limit, never more keys than there is room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.windows import Windows
from gateway.settings.accounts import Limit

LIMIT = Limit(3, 10)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), max_size=60))
def test_no_stretch_has_more_and_a_wait_is_no_longer_than_need_be(tries: list[tuple[str, int]]) -> None:
    windows = Windows(100)
    taken: dict[str, list[int]] = {}
    now = 0
    for key, pause in tries:
        now += pause
        before = taken.setdefault(key, [])
        recent = [at for at in before if at > now - LIMIT.per_s]
        wait = windows.take([key], LIMIT, now)
        assert wait == (recent[-LIMIT.attempts] + LIMIT.per_s - now if len(recent) >= LIMIT.attempts else 0)
        if not wait:
            before.append(now)


def test_all_keys_or_none() -> None:
    windows = Windows(100)
    for _ in range(3):
        assert windows.take(["a"], LIMIT, 0) == 0
    assert windows.take(["a", "b"], LIMIT, 1) == 9
    assert [windows.take(["b"], LIMIT, 1) for _ in range(4)] == [0, 0, 0, 10]


def test_a_full_memory_lets_nobody_new_in_until_an_old_key_runs_out() -> None:
    windows = Windows(2)
    assert windows.take(["a"], LIMIT, 0) == 0
    assert windows.take(["b"], Limit(3, 100), 1) == 0
    assert windows.take(["c"], LIMIT, 2) == 8
    assert windows.take(["a"], LIMIT, 2) == 0
    assert windows.take(["c"], LIMIT, 11) == 1
    assert windows.take(["c"], LIMIT, 12) == 0


def test_what_has_run_out_is_forgotten_whatever_the_window() -> None:
    windows = Windows(2)
    windows.take(["a", "b"], LIMIT, 0)
    assert windows.take(["c", "d"], Limit(1, 5), 10) == 0


def test_more_keys_at_once_than_there_is_room_are_refused() -> None:
    assert Windows(2).take(["a", "b", "c"], LIMIT, 0) == 1
