"""Attempts: exactly as many as the limit says, across all replicas; fewer while the shared counter is away."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dev import valkey
from gateway.clock import SystemClock
from gateway.identity.throttle import SharedThrottle
from gateway.settings import ThrottleSettings
from gateway.settings.accounts import Limit
from gateway.settings.sources import RedisMode, RedisSettings
from gateway.sources.exchanges import Command, Exchanges
from tests.fakes.clock import StillClock
from tests.unit.gateway.identity.conftest import SECRET, exchanging
from tests.unit.gateway.sources.servers import cluster

SETTINGS = ThrottleSettings(
    sign_in_account="5 per 900", sign_in_address="40 per 900", code_contact="2 per 1", recovery_account="3 per 900"
)
PHONE = "+79161234567"


class Counted(Exchanges):
    """Counts what is sent."""

    sent = 0

    async def send(self, commands: Sequence[Command], *, first: bool = False) -> list[Any]:
        self.sent += 1
        return await super().send(commands, first=first)


def throttle(exchanges: Exchanges, clock: Any = None, **changed: Any) -> SharedThrottle:
    parts: dict[str, Any] = {"secret": SECRET, "prefix": "tests", "pause_s": 0.05, **changed}
    return SharedThrottle(parts.pop("settings", SETTINGS), exchanges, clock or SystemClock(), **parts)


@asynccontextmanager
async def replicas(count: int, redis: RedisSettings) -> AsyncIterator[list[SharedThrottle]]:
    async with AsyncExitStack() as stack:
        yield [throttle(await stack.enter_async_context(exchanging(redis))) for _ in range(count)]


async def admitted(takers: list[SharedThrottle], times: int, limit: str, *keys: str) -> int:
    waits = await asyncio.gather(*(taker.take(limit, *keys) for taker in takers for _ in range(times)))
    return waits.count(None)


async def test_many_at_once_from_several_replicas_are_let_in_exactly_as_often_as_may_be(redis: RedisSettings) -> None:
    async with replicas(4, redis) as takers:
        assert await admitted(takers, 60, "sign_in_account", "ivanov") == 5
        assert await admitted(takers, 60, "sign_in_address", "10.0.0.1") == 40
        assert await admitted(takers, 60, "sign_in_account", "ivanov") == 0
        assert await admitted(takers, 60, "sign_in_account", "petrov") == 5


async def test_of_many_keys_at_once_each_is_counted_exactly(redis: RedisSettings) -> None:
    async with replicas(3, redis) as takers:
        counts = await asyncio.gather(*(admitted(takers, 10, "sign_in_account", f"a{index}") for index in range(10)))
        assert counts == [5] * 10


async def test_the_wait_is_until_the_oldest_attempt_is_out_of_the_window(exchanges: Exchanges) -> None:
    taker = throttle(exchanges)
    for _ in range(5):
        assert await taker.take("sign_in_account", "a") is None
    wait = await taker.take("sign_in_account", "a")
    assert wait is not None
    assert timedelta(seconds=880) < wait <= timedelta(seconds=900)


async def test_after_the_wait_it_may_be_tried_again_and_no_sooner(exchanges: Exchanges) -> None:
    taker = throttle(exchanges)
    assert [await taker.take("code_contact", PHONE) for _ in range(2)] == [None, None]
    wait = await taker.take("code_contact", PHONE)
    assert wait is not None
    await asyncio.sleep(wait.total_seconds() + 0.01)
    assert await taker.take("code_contact", PHONE) is None


async def test_a_refused_attempt_counts_for_none_of_its_keys(exchanges: Exchanges) -> None:
    taker = throttle(exchanges)
    for _ in range(5):
        await taker.take("sign_in_account", "attacker")
    for _ in range(20):
        assert await taker.take("sign_in_account", "attacker", "victim") is not None
    assert [await taker.take("sign_in_account", "victim") for _ in range(5)] == [None] * 5
    assert await taker.take("sign_in_account", "victim") is not None


async def test_an_attempt_counts_under_each_key_and_once_under_one_given_twice(exchanges: Exchanges) -> None:
    taker = throttle(exchanges)
    for _ in range(5):
        assert await taker.take("sign_in_account", "a", "b", "a") is None
    for key in ("a", "b"):
        assert await taker.take("sign_in_account", key) is not None
    assert await taker.take("sign_in_account") is None


async def test_limits_are_counted_apart_and_an_unknown_one_is_a_fault_of_ours(exchanges: Exchanges) -> None:
    taker = throttle(exchanges)
    for _ in range(5):
        await taker.take("sign_in_account", "a")
    assert await taker.take("recovery_account", "a") is None
    with pytest.raises(KeyError):
        await taker.take("alone_share", "a")


async def test_a_limit_that_was_lowered_holds_at_once(exchanges: Exchanges) -> None:
    for _ in range(5):
        await throttle(exchanges).take("sign_in_account", "a")
    lower = throttle(exchanges, settings=ThrottleSettings(sign_in_account="2 per 900"))
    assert await lower.take("sign_in_account", "a") is not None


async def test_nobody_can_tell_from_redis_whose_attempts_they_are(exchanges: Exchanges) -> None:
    await throttle(exchanges).take("code_contact", PHONE, "ivanov@mail.ru", "\ud800")
    await throttle(exchanges, secret=SECRET + "!").take("code_contact", PHONE)
    [keys] = await exchanges.send([("KEYS", "*")])
    assert len(keys) == 4
    assert not [key for key in keys if PHONE.encode() in key or b"ivanov" in key]
    lives = [(await exchanges.send([("PTTL", key)]))[0] for key in keys]
    assert all(0 < each <= 1000 for each in lives)


async def test_counters_that_cannot_be_read_leave_each_process_to_itself(exchanges: Exchanges) -> None:
    taker = throttle(exchanges)
    await exchanges.send([("SET", taker._name("recovery_account", "a"), "not a list")])
    assert await taker.take("recovery_account", "a") is None
    assert await taker.take("recovery_account", "a") is not None
    assert [await taker.take("recovery_account", "b") for _ in range(3)] == [None] * 3


async def test_while_redis_is_away_each_process_allows_a_share_and_never_everything() -> None:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        settings = RedisSettings(unix_socket_path=f"{folder}/valkey.sock", timeout_s=2)
        with valkey.running(Path(folder)) as (server, _):
            async with replicas(2, settings) as takers:
                assert await admitted(takers, 10, "sign_in_address", "10.0.0.1") == 20
                server.signal(signal.SIGKILL)
                server.process.wait()
                assert await admitted(takers[:1], 100, "sign_in_address", "10.0.0.2") == 10
                assert await admitted(takers[1:], 100, "sign_in_address", "10.0.0.2") == 10
                assert await admitted(takers, 100, "sign_in_account", "a") == 2  # one each, of five
                with valkey.running(Path(folder)):
                    await asyncio.sleep(0.1)
                    assert await takers[0].take("sign_in_account", "a") is None


async def test_a_server_that_hangs_is_not_waited_for_by_each() -> None:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, valkey.running(Path(folder)) as (server, path):
        settings = RedisSettings(unix_socket_path=str(path), timeout_s=0.2)
        async with exchanging(settings) as exchanges:
            counted = Counted(exchanges.client, exchanges.timeout_s, exchanges.max_connections)
            taker = throttle(counted, pause_s=60)
            server.signal(signal.SIGSTOP)
            try:
                assert await taker.take("sign_in_account", "a") is None
                assert await admitted([taker], 50, "sign_in_account", "a") == 0
            finally:
                server.signal(signal.SIGCONT)
            assert counted.sent == 1


async def test_the_share_comes_back_with_time_while_redis_is_away() -> None:
    clock = StillClock()
    async with exchanging(RedisSettings(unix_socket_path="/nowhere/valkey.sock")) as exchanges:
        taker = throttle(exchanges, clock, pause_s=1e9)
        assert await taker.take("sign_in_account", "a") is None
        assert await taker.take("sign_in_account", "a") == timedelta(seconds=900)
        clock.advance(899)
        assert await taker.take("sign_in_account", "a") == timedelta(seconds=1)
        clock.advance(1)
        assert await taker.take("sign_in_account", "a") is None


async def test_a_cluster_counts_all_keys_of_one_attempt_together() -> None:
    async with cluster() as nodes:
        settings = RedisSettings(mode=RedisMode.CLUSTER, url=f"redis://127.0.0.1:{nodes[0].port}", timeout_s=5)
        async with replicas(2, settings) as takers:
            assert await admitted(takers, 20, "sign_in_account", "a", "b", "c") == 5
            assert await takers[0].take("sign_in_account", "c", "d") is not None
            assert await admitted(takers, 20, "sign_in_account", "d") == 5


def test_limits_are_read_and_mistakes_named() -> None:
    assert SETTINGS.table()["sign_in_account"] == Limit(5, 900)
    assert set(SETTINGS.table()) >= {
        "registration_address", "registration_policy", "sign_in_address", "sign_in_account", "code_contact",
        "code_registration", "question_client", "finish_registration", "recovery_address", "recovery_account",
        "picture_address",
    }  # fmt: skip
    for text in ("", "5", "0 per 10", "5 per 0", "5 / 10", "-1 per 10", "5 per 10 s", "٥ per 10"):
        with pytest.raises(ValueError, match="sign_in_account: 'ATTEMPTS per SECONDS'"):
            ThrottleSettings(sign_in_account=text)
