"""What must happen at once in Redis, as Lua. Every key of a script lies in the slot of one entity.

A **fence** is a number that grows with every lease: the server's clock in microseconds, or one more than any fence that
is still known, should that clock have stepped back after a failover. An entry begins with the fence under which it was
computed; the cut of an entity is the fence at which it was last invalidated. A message has a line with the entry's name
and then fence, holder and what it came to.

``allow-oom``: a full server must still let computations be shared; what these scripts write is small and ends soon.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ACQUIRE", "CHANGED", "FENCE_DIGITS", "GRANTED", "HELD", "INVALIDATE", "KEEP", "RENEW", "RESTING", "TELL"]

HELD: Final = 0
GRANTED: Final = 1
CHANGED: Final = 2
RESTING: Final = 3

FENCE_DIGITS: Final = 16
"""Fences are written with leading zeros, so that they take the same room everywhere until the year 2286."""

FENCES: Final = """
local function fence_of(key)
  local head = redis.pcall('GETRANGE', key, 0, 15)
  return type(head) == 'string' and #head == 16 and head:match('^%d+$') and tonumber(head) or 0
end
local function told(number)
  return string.format('%016.0f', number)
end
local function next_fence(...)
  local time = redis.call('TIME')
  return math.max(time[1] * 1000000 + time[2], ...)
end
"""

ACQUIRE: Final = (
    "#!lua flags=allow-oom"
    + FENCES
    + """
-- KEYS entry, lease, cut, rest; ARGV fence seen, holder, lease in ms, whether to rest
local stored, cut, held = fence_of(KEYS[1]), fence_of(KEYS[3]), fence_of(KEYS[2])
if stored > cut and stored > tonumber(ARGV[1]) then
  return {2, told(cut), redis.call('GET', KEYS[1])}
end
if held > cut then
  return {0, told(held), redis.call('PTTL', KEYS[2])}
end
if ARGV[4] == '1' then
  local rest = redis.call('PTTL', KEYS[4])
  if rest > 0 then return {3, told(0), rest} end
end
local fence = told(next_fence(stored + 1, cut + 1, held + 1))
redis.call('SET', KEYS[2], fence .. ARGV[2], 'PX', ARGV[3])
return {1, fence, 0}
"""
)

KEEP: Final = (
    "#!lua"
    + FENCES
    + """
-- KEYS entry, lease, cut, rest; ARGV fence, holder, data, how long in ms, channel, entry's name, what to tell instead
local fence = tonumber(ARGV[1])
if redis.call('GET', KEYS[2]) == ARGV[1] .. ARGV[2] then redis.call('DEL', KEYS[2]) end
local kept = fence > fence_of(KEYS[1]) and fence > fence_of(KEYS[3])
if kept then
  redis.call('SET', KEYS[1], ARGV[1] .. ARGV[3], 'PX', ARGV[4])
  redis.call('DEL', KEYS[4])
end
redis.call('PUBLISH', ARGV[5], ARGV[6] .. '\\n' .. ARGV[1] .. ARGV[2] .. (kept and ARGV[3] or ARGV[7]))
return kept and 1 or 0
"""
)

TELL: Final = """#!lua flags=allow-oom
-- KEYS lease, rest; ARGV fence, holder, data, rest in ms, channel, entry's name
if redis.call('GET', KEYS[1]) == ARGV[1] .. ARGV[2] then redis.call('DEL', KEYS[1]) end
if tonumber(ARGV[4]) > 0 then redis.call('SET', KEYS[2], '', 'PX', ARGV[4]) end
redis.call('PUBLISH', ARGV[5], ARGV[6] .. '\\n' .. ARGV[1] .. ARGV[2] .. ARGV[3])
return 1
"""

RENEW: Final = """#!lua flags=allow-oom
-- KEYS lease; ARGV fence, holder, lease in ms
if redis.call('GET', KEYS[1]) ~= ARGV[1] .. ARGV[2] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
"""

INVALIDATE: Final = (
    "#!lua flags=allow-oom"
    + FENCES
    + """
-- KEYS cut, then entries and leases; ARGV how long in ms, channel, entity's name
local known = {fence_of(KEYS[1])}
for index = 2, #KEYS do known[index] = fence_of(KEYS[index]) end
local cut = told(next_fence(unpack(known)) + 1)
redis.call('SET', KEYS[1], cut, 'PX', ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3] .. '\\n' .. cut)
return cut
"""
)
