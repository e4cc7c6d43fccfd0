"""The adapter for replicas: entries in Redis. While it is away there is nothing, and nothing is kept."""

from redis.exceptions import ResponseError

from app.cache.store import LEASE_SECONDS, Lease
from app.core.redis import RedisAway, RedisClient

# The first byte says what an entry is. What begins otherwise is not ours, and is treated as if it were not there.
VALUE, LEASE = b"=", b"?"
#: Leaves a lease where nothing of ours is, and returns what is there then.
TAKE = """
local found = redis.pcall('GET', KEYS[1])
if type(found) == 'string' then
  local kind = string.sub(found, 1, 1)
  if kind == '=' or kind == '?' then return found end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
"""
#: Puts a value in the place of a lease, or takes that away.
FILL = """
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
"""


class RedisStore:
    """Entries that all replicas share."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        self._take = redis.script(TAKE)
        self._fill = redis.script(FILL)

    async def look(self, key: str) -> bytes | Lease | None:
        """Return the value of a key, or the lease of whoever loads it."""
        try:
            async with self._redis.commands() as commands:
                try:
                    return _entry(await commands.get(self._key(key)))
                except ResponseError as error:
                    # Something that is no text at all is there; the next `take` replaces it.
                    if str(error).startswith("WRONGTYPE"):
                        return None
                    raise
        except RedisAway:
            return None

    async def take(self, key: str, lease: Lease) -> bytes | Lease | None:
        """Leave a lease where nothing is, and return what is there then; None while Redis is away."""
        try:
            async with self._redis.commands():
                return _entry(await self._take([self._key(key)], [LEASE + lease.token, _milliseconds(LEASE_SECONDS)]))
        except RedisAway:
            return None

    async def fill(self, key: str, lease: Lease, value: bytes | None, *, ttl_seconds: float) -> None:
        """Put a value in the place of a lease if that is still there; None only takes the lease away."""
        entry = b"" if value is None else VALUE + value
        try:
            async with self._redis.commands():
                await self._fill([self._key(key)], [LEASE + lease.token, entry, _milliseconds(ttl_seconds)])
        except RedisAway:
            return

    async def put(self, key: str, value: bytes, *, ttl_seconds: float) -> None:
        """Put a value, whatever is there."""
        try:
            async with self._redis.commands() as commands:
                await commands.set(self._key(key), VALUE + value, px=_milliseconds(ttl_seconds))
        except RedisAway:
            return

    async def delete(self, *keys: str) -> None:
        """Take away whatever is there, leases too. What cannot be while Redis is away ends by itself."""
        try:
            async with self._redis.commands() as commands:
                await commands.delete(*map(self._key, keys))
        except RedisAway:
            return

    def _key(self, key: str) -> str:
        return f"{self._redis.prefix}:cache:{key}"


def _entry(found: object) -> bytes | Lease | None:
    if not isinstance(found, bytes):
        return None
    if found.startswith(VALUE):
        return found.removeprefix(VALUE)
    return Lease(found.removeprefix(LEASE)) if found.startswith(LEASE) else None


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
