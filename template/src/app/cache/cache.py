"""What services know of the cache: values by key, and one load for all who want the same value at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.cache.store import Lease, Store

#: Reads a value where it really is; None when there is none, which is not kept.
Load = Callable[[], Awaitable[bytes | None]]
#: Names a key whose value is about to change: it is deleted once the change is committed.
Invalidate = Callable[[str], None]

#: How long somebody waits for the value that another process loads, and how often he looks (seconds).
WAIT_SECONDS, LOOK_SECONDS = 0.5, 0.02


class _Abandoned(Exception):
    """Who was loading was cancelled."""


@dataclass(slots=True)
class _Flight:
    """A load that others of this process can wait for: those who asked before it began, or while its lease holds."""

    number: int
    lease: Lease | None = None
    outcome: "asyncio.Future[bytes | None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end_with(self, error: Exception) -> None:
        self.outcome.set_exception(error)
        self.outcome.exception()  # nobody has to be waiting for it


class Cache:
    """Values that may be forgotten at any time, for as long as they are told to be kept.

    Nobody gets a value that was loaded before a deletion which ended before he asked: a load happens under a lease, a
    deletion takes the lease away, and without it nothing is stored, nor handed to those who come later.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._flights: dict[str, _Flight] = {}
        self._begun = 0

    async def get(self, key: str) -> bytes | None:
        """Return a value, if there is one."""
        found = await self._store.look(key)
        return found if isinstance(found, bytes) else None

    async def set(self, key: str, value: bytes, *, ttl_seconds: float) -> None:
        """Keep a value."""
        await self._store.put(key, value, ttl_seconds=ttl_seconds)

    async def delete(self, *keys: str) -> None:
        """Forget values, and what is being loaded for them."""
        await self._store.delete(*keys)

    async def get_or_load(self, key: str, load: Load, *, ttl_seconds: float) -> bytes | None:
        """Return a value; when there is none, load and keep it.

        However many ask at once, in however many processes, one loads and the others wait for it: in other processes
        at most `WAIT_SECONDS`. What `load` raises is raised to all of them in this process.
        """
        begun = self._begun
        found = await self._store.look(key)
        if isinstance(found, bytes):
            return found
        flight = self._flights.get(key)
        if flight is None or (flight.number <= begun and (found is None or flight.lease != found)):
            return await self._lead(key, load, ttl_seconds)
        try:
            return await asyncio.shield(flight.outcome)
        except _Abandoned:
            return await self.get_or_load(key, load, ttl_seconds=ttl_seconds)

    async def _lead(self, key: str, load: Load, ttl_seconds: float) -> bytes | None:
        self._begun += 1
        flight = self._flights[key] = _Flight(self._begun)
        try:
            value = await self._fly(flight, key, load, ttl_seconds)
        except Exception as error:
            flight.end_with(error)
            raise
        except BaseException:
            flight.end_with(_Abandoned())
            raise
        else:
            flight.outcome.set_result(value)
            return value
        finally:
            if self._flights.get(key) is flight:
                del self._flights[key]

    async def _fly(self, flight: _Flight, key: str, load: Load, ttl_seconds: float) -> bytes | None:
        own = Lease()
        for _ in range(round(WAIT_SECONDS / LOOK_SECONDS)):
            found = await self._store.take(key, own)
            if isinstance(found, bytes):
                return found
            flight.lease = found or own
            if found == own:
                return await self._load(key, own, load, ttl_seconds)
            if found is None:
                break
            await asyncio.sleep(LOOK_SECONDS)
        return await load()

    async def _load(self, key: str, lease: Lease, load: Load, ttl_seconds: float) -> bytes | None:
        value = None
        try:
            value = await load()
        finally:
            # Also when it failed or was cancelled: others need not wait for the lease to end.
            await self._store.fill(key, lease, value, ttl_seconds=ttl_seconds)
        return value
