"""How often somebody may try: counted in Redis for all replicas, in each process alone while Redis is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from domain.clock import Clock
from gateway.identity.deriving import COUNTERS, derived, keyed
from gateway.identity.shared import Shared
from gateway.identity.windows import Windows
from gateway.settings.accounts import Limit, ThrottleSettings
from gateway.sources.exchanges import Exchanges
from gateway.sources.redis import evaluated

__all__ = ["TAKE", "SharedThrottle"]

TAKE: Final = """#!lua flags=allow-oom
-- KEYS lists of instants, oldest first; ARGV attempts, window in microseconds
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local attempts, window, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
for _, key in ipairs(KEYS) do
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= now - window do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  local taken = redis.call('LLEN', key)
  if taken >= attempts then
    local leaves = tonumber(redis.call('LINDEX', key, taken - attempts)) + window
    wait = math.max(wait, 1, math.min(leaves - now, window))
  end
end
if wait > 0 then return wait end
local instant = string.format('%.0f', now)
for _, key in ipairs(KEYS) do
  redis.call('RPUSH', key, instant)
  redis.call('PEXPIRE', key, math.ceil(window / 1000))
end
return 0
"""

SECOND: Final = 1_000_000


class SharedThrottle:
    """Implements ``domain.accounts.ports.Throttle``.

    A sliding window that remembers the instant of each attempt, not a leaky bucket (GCRA): in no stretch of its length
    are there more attempts than its limit says, where a bucket lets nearly twice as many through. The limits are small
    where that matters, so the lists are short.

    All keys of one take are looked at and counted by one script: an attempt that is refused for one of them counts for
    none, so whoever has used up their own address cannot use up somebody's account from it. For that the counters of
    one limit lie in one slot of a cluster; those of different limits are spread. The instants are the server's own.

    While Redis is away each process counts by itself and allows ``alone_share`` of each limit, one attempt at least.
    What was counted in the one place is not known in the other, so an outage may cost that share once more for each
    process. Keys are HMACs: nobody can tell from Redis, or from this process's memory, whose they are.
    """

    def __init__(
        self,
        settings: ThrottleSettings,
        exchanges: Exchanges,
        clock: Clock,
        *,
        secret: str,
        prefix: str,
        pause_s: float,
    ) -> None:
        self._limits = settings.table()
        self._alone = {name: _alone(limit, settings.alone_share) for name, limit in self._limits.items()}
        self._shared = Shared("throttle", exchanges, clock, pause_s)
        self._local = Windows(settings.local_entries)
        self._clock = clock
        self._key = derived(secret, COUNTERS)
        self._prefix = prefix

    async def take(self, limit: str, *keys: str) -> timedelta | None:
        """Count an attempt under each key; return how long to wait when one is used up. Raises: ``KeyError``."""
        attempts, per_s = self._limits[limit]
        names = [self._name(limit, key) for key in dict.fromkeys(keys)]
        if not names:
            return None
        answer = await self._shared.send(evaluated(TAKE, names, [attempts, per_s * SECOND]))
        if answer is not None:
            wait_us = int(answer[0])
            return timedelta(microseconds=wait_us) if wait_us else None
        wait_s = self._local.take(names, self._alone[limit], self._clock.monotonic())
        return timedelta(seconds=wait_s) if wait_s else None

    def _name(self, limit: str, key: str) -> str:
        digest = keyed(self._key, limit.encode(), key.encode("utf-8", "surrogatepass")).hex()
        return f"{self._prefix}:attempts:{{{limit}}}:{digest}"


def _alone(limit: Limit, share: float) -> Limit:
    return limit._replace(attempts=max(1, int(limit.attempts * share)))
