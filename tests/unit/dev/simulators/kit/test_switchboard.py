from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dev.simulators.kit.faults import Fault, Switch
from dev.simulators.kit.switchboard import NO_FAULTS, Draw, Switchboard, rows

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def board(seed: int = 1) -> Switchboard:
    return Switchboard(seed, lambda: NOON)


def test_draws_nothing_when_nothing_is_on() -> None:
    assert board().draw("List") is NO_FAULTS
    assert not NO_FAULTS


def test_fires_for_the_next_calls_of_its_operation_alone() -> None:
    switches = board()
    switches.set(Switch(Fault.HTTP_500, "List", next_calls=2))
    assert not switches.draw("Write")
    assert [switches.draw("List").has(Fault.HTTP_500) for _ in range(4)] == [True, True, False, False]
    assert switches.fired == {Fault.HTTP_500: 2}


def test_fires_every_time_until_cleared_without_calls_and_probability() -> None:
    switches = board()
    switches.set(Switch(Fault.HTTP_500))
    assert all(switches.draw(operation).has(Fault.HTTP_500) for operation in ("List", "Write", "List"))
    assert switches.clear(Fault.HTTP_500) == 1
    assert not switches.draw("List")


def test_several_faults_fire_on_one_call() -> None:
    switches = board()
    switches.set(Switch(Fault.SLOW_FIRST_BYTE), Switch(Fault.HTTP_503, "List"))
    assert switches.draw("List").names() == ["slow_first_byte", "http_503"]


def test_the_operations_own_switch_goes_before_that_of_all() -> None:
    switches = board()
    switches.set(Switch(Fault.HANG, "List", seconds=1), Switch(Fault.HANG, seconds=2))
    assert switches.draw("List").get(Fault.HANG) == Switch(Fault.HANG, "List", seconds=1)
    assert switches.draw("Write").get(Fault.HANG) == Switch(Fault.HANG, seconds=2)


def test_probability_repeats_from_the_seed() -> None:
    def drawn(seed: int) -> list[bool]:
        switches = board(seed)
        switches.set(Switch(Fault.HTTP_500, probability=0.3))
        return [switches.draw("List").has(Fault.HTTP_500) for _ in range(400)]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)
    assert 80 < sum(drawn(5)) < 160


def test_a_switch_set_anew_starts_anew() -> None:
    switches = board()
    for _ in range(2):
        switches.set(Switch(Fault.HTTP_500, next_calls=1))
        assert switches.draw("List")
        assert not switches.draw("List")


def test_maintenance_is_over_when_its_time_has_passed() -> None:
    switches = board()
    switches.set(Switch(Fault.MAINTENANCE, "List", until=NOON), Switch(Fault.MAINTENANCE, "Write", until=NOON))
    assert not switches.draw("List")
    switches.set(Switch(Fault.MAINTENANCE, "List", until=NOON + timedelta(seconds=1)))
    assert switches.draw("List").has(Fault.MAINTENANCE)


def test_clears_by_fault_by_operation_or_all() -> None:
    switches = board()
    every = [Switch(fault, operation) for fault in (Fault.HANG, Fault.HTTP_500) for operation in ("List", "Write")]
    switches.set(*every)
    assert switches.clear(Fault.HANG, "List") == 1
    assert switches.clear(operation="Write") == 2
    assert switches.clear() == 1


def test_shows_what_is_on_and_what_has_fired() -> None:
    switches = board()
    switches.set(Switch(Fault.HTTP_500, next_calls=3), Switch(Fault.FLOAT_ID, "List", count=2))
    switches.draw("Write")
    assert switches.as_json() == {
        "switches": [
            {"fault": "http_500", "operation": "*", "next_calls": 3, "left": 2, "fired": 1},
            {"fault": "float_id", "operation": "List", "count": 2, "fired": 0},
        ],
        "fired": {"http_500": 1},
    }


@given(st.lists(st.integers(), unique=True, max_size=30), st.integers(1, 40), st.integers())
def test_missing_rows_are_so_many_and_the_rest_keeps_its_order(items: list[int], count: int, seed: int) -> None:
    left = rows(items, Draw([Switch(Fault.MISSING_ROWS, count=count)], seed))
    assert len(left) == max(0, len(items) - count)
    assert left == [item for item in items if item in left]


@given(st.lists(st.integers(), unique=True, max_size=30), st.integers(1, 40), st.integers())
def test_duplicated_rows_come_twice(items: list[int], count: int, seed: int) -> None:
    found = Counter(rows(items, Draw([Switch(Fault.DUPLICATED_ROWS, count=count)], seed)))
    assert set(found) == set(items)
    assert sorted(found.values()) == [1] * (len(items) - min(count, len(items))) + [2] * min(count, len(items))


@given(st.lists(st.integers(), unique=True, min_size=2, max_size=30))
def test_reordered_rows_are_the_same_in_another_order(items: list[int]) -> None:
    found = Draw([Switch(Fault.REORDERED_ROWS)]).rows(items)
    assert sorted(found) == sorted(items)
    assert found != items


def test_rows_are_left_alone_without_a_fault() -> None:
    assert NO_FAULTS.rows([3, 1, 2]) == [3, 1, 2]
    assert Draw([Switch(Fault.HTTP_500)]).rows([3, 1, 2]) == [3, 1, 2]


def test_victims_are_the_same_for_the_same_call() -> None:
    switch = Switch(Fault.PARTIAL_BATCH, count=3)
    first, second = (Draw([switch], "7:1").victims(Fault.PARTIAL_BATCH, 20) for _ in range(2))
    assert first == second
    assert len(first) == 3
    assert first <= set(range(20))
    assert NO_FAULTS.victims(Fault.PARTIAL_BATCH, 20) == frozenset()
    assert Draw([switch]).victims(Fault.PARTIAL_BATCH, 0) == frozenset()
