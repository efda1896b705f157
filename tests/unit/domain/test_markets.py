"""How long a figure that follows the markets is fresh."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import MOSCOW
from domain.markets import Calendar, MarketFreshness, Session, TradingHours

NEW_YORK = ZoneInfo("America/New_York")
WORKDAYS = frozenset(range(5))
MINUTE = timedelta(minutes=1)


def moex(closed: frozenset[date | tuple[int, int]] = frozenset(), added: frozenset[date] = frozenset()) -> TradingHours:
    return TradingHours("MOEX", MOSCOW, time(10), time(18, 50), Calendar(WORKDAYS, closed, added))


def nyse() -> TradingHours:
    return TradingHours("XNYS", NEW_YORK, time(9, 30), time(16), Calendar(WORKDAYS))


def freshness(*table: TradingHours) -> MarketFreshness:
    return MarketFreshness(table, 15 * MINUTE, after_open=10 * MINUTE, after_close=30 * MINUTE)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of January 2026, whose 15th is a Thursday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


@pytest.mark.parametrize(
    ("computed_at", "fresh_until"),
    [
        (moscow(15, 12), moscow(15, 12, 15)),
        (moscow(15, 10), moscow(15, 10, 15)),
        (moscow(15, 18, 49), moscow(15, 19, 4)),
        # The closing levels come a little after the close.
        (moscow(15, 18, 50), moscow(15, 19, 5)),
        (moscow(15, 19, 19), moscow(15, 19, 34)),
        (moscow(15, 19, 20), moscow(16, 10, 10)),
        (moscow(16, 3), moscow(16, 10, 10)),
        (moscow(16, 9, 59), moscow(16, 10, 10)),
        # Friday evening, the weekend and the night to Monday.
        (moscow(16, 22), moscow(19, 10, 10)),
        (moscow(17, 12), moscow(19, 10, 10)),
        (moscow(19, 1), moscow(19, 10, 10)),
    ],
)
def test_a_session_its_end_a_night_and_a_weekend(computed_at: datetime, fresh_until: datetime) -> None:
    assert freshness(moex()).fresh_until(computed_at) == fresh_until


def test_a_day_without_trade_and_a_saturday_with() -> None:
    closed = moex(closed=frozenset({date(2026, 1, 16)}))
    assert freshness(closed).fresh_until(moscow(15, 22)) == moscow(19, 10, 10)
    assert freshness(closed).fresh_until(moscow(16, 12)) == moscow(19, 10, 10)
    every_year = moex(closed=frozenset({(1, 16)}))
    assert freshness(every_year).fresh_until(moscow(15, 22)) == moscow(19, 10, 10)
    saturday = moex(closed=frozenset({(1, 17)}), added=frozenset({date(2026, 1, 17)}))
    assert freshness(saturday).fresh_until(moscow(16, 22)) == moscow(17, 10, 10)
    assert freshness(saturday).fresh_until(moscow(17, 12)) == moscow(17, 12, 15)


def test_while_any_venue_is_open_figures_move() -> None:
    both = freshness(moex(), nyse())
    assert both.fresh_until(moscow(15, 12)) == moscow(15, 12, 15)
    # New York trades from 17:30 to midnight, Moscow time.
    assert both.fresh_until(moscow(15, 23, 50)) == moscow(16, 0, 5)
    assert both.fresh_until(moscow(16, 1)) == moscow(16, 10, 10)


def test_hours_are_local_whatever_the_season() -> None:
    winter, summer = nyse().session_of(date(2026, 1, 15)), nyse().session_of(date(2026, 7, 15))
    assert winter == Session(datetime(2026, 1, 15, 14, 30, tzinfo=UTC), datetime(2026, 1, 15, 21, tzinfo=UTC))
    assert summer == Session(datetime(2026, 7, 15, 13, 30, tzinfo=UTC), datetime(2026, 7, 15, 20, tzinfo=UTC))


def test_a_session_over_midnight_ends_on_the_next_day() -> None:
    night = TradingHours("FUT", MOSCOW, time(19), time(2), Calendar(frozenset({3})))
    assert night.session_of(date(2026, 1, 15)) == Session(moscow(15, 19), moscow(16, 2))
    assert night.session_of(date(2026, 1, 16)) is None
    assert freshness(night).fresh_until(moscow(16, 1)) == moscow(16, 1, 15)
    assert freshness(night).fresh_until(moscow(16, 12)) == moscow(22, 19, 10)


def test_a_table_that_never_trades_makes_nothing_last() -> None:
    never = TradingHours("NONE", MOSCOW, time(10), time(18), Calendar(frozenset()))
    assert freshness(never).fresh_until(moscow(15, 12)) == moscow(15, 12, 15)


instants = st.integers(0, 15 * 365 * 24 * 60).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + minutes * MINUTE)
tables = st.lists(
    st.builds(
        TradingHours,
        st.just("ANY"),
        st.sampled_from([MOSCOW, NEW_YORK, ZoneInfo("Asia/Tokyo"), ZoneInfo("Australia/Lord_Howe")]),
        st.times().map(lambda each: each.replace(second=0, microsecond=0)),
        st.times().map(lambda each: each.replace(second=0, microsecond=0)),
        st.builds(
            Calendar,
            st.frozensets(st.integers(0, 6)),
            st.frozensets(st.tuples(st.integers(1, 12), st.integers(1, 28)), max_size=20),
        ),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@given(tables, instants)
def test_nothing_is_fresh_far_into_a_session_it_does_not_know(table: tuple[TradingHours, ...], at: datetime) -> None:
    rule = freshness(*table)
    until = rule.fresh_until(at)
    assert at < until
    longest = max(rule.while_open, rule.after_open)
    for hours in table:
        for session in hours.sessions_from(at):
            # Open now, or opening before the end: then the end is near that.
            if session.opens <= at < session.closes:
                assert until - at <= longest
            if at < session.opens < until:
                assert until - session.opens <= longest


@given(tables, instants)
def test_between_sessions_the_end_is_just_after_an_opening(table: tuple[TradingHours, ...], at: datetime) -> None:
    rule = freshness(*table)
    until = rule.fresh_until(at)
    if until - at == rule.while_open:
        return
    openings = {session.opens for hours in table for session in hours.sessions_from(at)}
    assert until - rule.after_open in openings
    assert not any(at < opens < until - rule.after_open for opens in openings)


@given(tables, instants, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_computed_later_never_lasts_much_shorter(
    table: tuple[TradingHours, ...], at: datetime, later: timedelta
) -> None:
    rule = freshness(*table)
    slack = max(timedelta(0), rule.after_open - rule.while_open)
    end = rule.fresh_until(at)
    if at + later < end - slack and not any(
        session.opens <= at + later < session.closes + rule.after_close
        for hours in table
        for session in hours.sessions_from(at + later)
    ):
        assert rule.fresh_until(at + later) >= end
