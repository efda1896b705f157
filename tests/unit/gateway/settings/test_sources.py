"""Settings of the store and of what is kept in it."""

from datetime import UTC, date, datetime, time

import pytest

from domain.markets import Calendar, TradingHours
from gateway.settings import SettingsError
from gateway.settings.markets import MarketSettings
from gateway.settings.reading import read
from gateway.settings.sources import CacheSettings, RedisMode, RedisSettings

SECRET = {"GATEWAY_CACHE_SECRET": "a key of the tests, forty characters long"}


def test_a_table_of_sessions_is_read_from_lines() -> None:
    settings = MarketSettings(
        hours=("MOEX Europe/Moscow 10:00-18:50 mon-fri", "FUT America/Chicago 17:00-16:00 sun,mon-thu"),
        closed=("MOEX 01-07", "FUT 2026-07-03"),
        added=("MOEX 2026-01-17",),
    )
    moex, futures = settings.table()
    assert moex == TradingHours(
        "MOEX",
        moex.zone,
        time(10),
        time(18, 50),
        Calendar(frozenset(range(5)), frozenset({(1, 7)}), frozenset({date(2026, 1, 17)})),
    )
    assert (moex.zone.key, futures.zone.key) == ("Europe/Moscow", "America/Chicago")
    assert futures.calendar == Calendar(frozenset({6, 0, 1, 2, 3}), frozenset({date(2026, 7, 3)}))


def test_days_may_go_over_the_end_of_the_week() -> None:
    (hours,) = MarketSettings(hours=("TADAWUL Asia/Riyadh 10:00-15:00 sun-thu",), closed=()).table()
    assert hours.calendar.weekdays == {6, 0, 1, 2, 3}


def test_the_rule_has_the_table_and_the_times() -> None:
    freshness = MarketSettings(while_open_s=60, after_open_s=120, after_close_s=0).freshness
    noon = datetime(2026, 1, 15, 9, tzinfo=UTC)
    assert (freshness.fresh_until(noon) - noon).total_seconds() == 60
    assert freshness.fresh_until(datetime(2026, 1, 15, 16, tzinfo=UTC)) == datetime(2026, 1, 16, 7, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("MARKETS_HOURS", "MOEX Europe/Moscow 10:00-18:50", "is not 'VENUE ZONE HH:MM-HH:MM DAYS'"),
        ("MARKETS_HOURS", "MOEX Mars/Olympus 10:00-18:50 mon-fri", "is not 'VENUE ZONE HH:MM-HH:MM DAYS'"),
        ("MARKETS_HOURS", "MOEX Europe/Moscow 10:00-25:00 mon-fri", "is not 'VENUE ZONE HH:MM-HH:MM DAYS'"),
        ("MARKETS_HOURS", "MOEX Europe/Moscow 10:00-18:50 mon-son", "is not 'VENUE ZONE HH:MM-HH:MM DAYS'"),
        ("MARKETS_HOURS", "", "at least one session is wanted"),
        ("MARKETS_CLOSED", "XNYS 12-25", "days of a venue without hours: XNYS"),
        ("MARKETS_CLOSED", "MOEX 02-30", "is not a day as YYYY-MM-DD"),
        ("MARKETS_ADDED", "2026-01-17", "is not 'VENUE YYYY-MM-DD'"),
        ("MARKETS_ADDED", "MOEX 01-17", "is not a day as YYYY-MM-DD"),
    ],
)
def test_a_wrong_line_is_told(variable: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        read({"cache": CacheSettings}, None, {**SECRET, f"GATEWAY_CACHE_{variable}": value})


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"URL": "http://127.0.0.1"}, "must start with redis:// or rediss://"),
        ({"MODE": "sentinel"}, "the sentinels' addresses are wanted"),
        ({"MODE": "sentinel", "NODES": "127.0.0.1"}, "each must be HOST:PORT"),
        ({"MODE": "cluster", "UNIX_SOCKET_PATH": "/run/valkey.sock"}, "only for a single server"),
        ({"MODE": "clutser"}, "did you mean cluster"),
    ],
)
def test_servers_that_cannot_stand_so_are_refused(variables: dict[str, str], problem: str) -> None:
    environ = {f"GATEWAY_REDIS_{name}": value for name, value in variables.items()}
    with pytest.raises(SettingsError, match=problem):
        read({"redis": RedisSettings}, None, environ)


def test_a_cluster_by_the_environment() -> None:
    environ = {"GATEWAY_REDIS_MODE": "cluster", "GATEWAY_REDIS_NODES": "10.0.0.1:6379, 10.0.0.2:6379"}
    settings = read({"redis": RedisSettings}, None, environ)["redis"]
    assert (settings.mode, settings.nodes) == (RedisMode.CLUSTER, ("10.0.0.1:6379", "10.0.0.2:6379"))
