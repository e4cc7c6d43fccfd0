"""The plain adapter: entries in the memory of this process."""

from collections import OrderedDict
from time import monotonic

from app.cache.store import LEASE_SECONDS, Lease

#: More entries than this, and those that were not used for longest make room.
MOST_ENTRIES = 10_000


class MemoryStore:
    """Entries of this process."""

    def __init__(self, most_entries: int = MOST_ENTRIES) -> None:
        self._entries: OrderedDict[str, tuple[bytes | Lease, float]] = OrderedDict()
        self._most_entries = most_entries

    async def look(self, key: str) -> bytes | Lease | None:
        """Return the value of a key, or the lease of whoever loads it."""
        entry, ends_at = self._entries.get(key, (None, 0.0))
        if entry is None:
            return None
        if ends_at <= monotonic():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry

    async def take(self, key: str, lease: Lease) -> bytes | Lease | None:
        """Leave a lease where nothing is, and return what is there then."""
        if (found := await self.look(key)) is not None:
            return found
        self._keep(key, lease, LEASE_SECONDS)
        return lease

    async def fill(self, key: str, lease: Lease, value: bytes | None, *, ttl_seconds: float) -> None:
        """Put a value in the place of a lease if that is still there; None only takes the lease away."""
        if await self.look(key) != lease:
            return
        if value is None:
            del self._entries[key]
        else:
            self._keep(key, value, ttl_seconds)

    async def put(self, key: str, value: bytes, *, ttl_seconds: float) -> None:
        """Put a value, whatever is there."""
        self._keep(key, value, ttl_seconds)

    async def delete(self, *keys: str) -> None:
        """Take away whatever is there, leases too."""
        for key in keys:
            self._entries.pop(key, None)

    def _keep(self, key: str, entry: bytes | Lease, seconds: float) -> None:
        self._entries[key] = entry, monotonic() + seconds
        self._entries.move_to_end(key)
        if len(self._entries) > self._most_entries:
            self._entries.popitem(last=False)
