from datetime import date, datetime, timedelta

from dev.simulators.kit.clock import MOSCOW, Clock

DAY = date(2026, 1, 15)


def test_a_pinned_day_stays() -> None:
    clock = Clock(today=DAY)
    assert clock.today() == DAY
    assert clock.now().date() == DAY
    assert clock.now().utcoffset() == timedelta(hours=3)


def test_goes_on_from_an_instant() -> None:
    start = datetime(2026, 1, 15, 23, 30, tzinfo=MOSCOW)
    clock = Clock(now=start)
    first, second = clock.now(), clock.now()
    assert start <= first <= second < start + timedelta(minutes=5)
    assert clock.today() == DAY


def test_an_instant_without_an_offset_is_of_moscow() -> None:
    clock = Clock(now=datetime(2026, 1, 15, 0, 30))  # noqa: DTZ001 - the point
    assert clock.today() == DAY
    assert clock.now() >= datetime(2026, 1, 15, 0, 30, tzinfo=MOSCOW)


def test_moves_and_comes_back() -> None:
    clock = Clock(today=DAY)
    clock.move(today=date(2027, 2, 1))
    assert clock.today() == date(2027, 2, 1)
    clock.move()
    before, seen, after = datetime.now(MOSCOW), clock.now(), datetime.now(MOSCOW)
    assert before <= seen <= after
