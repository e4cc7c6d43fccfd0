"""Limits on how often something may be tried. Keys hold only what an attacker cannot mint."""

import hashlib
import ipaddress
import math
import time
from collections import Counter

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter

from app.core.errors import TooManyRequests

#: Free attempts per account, and for how long they are counted (seconds).
FREE_ATTEMPTS = 5
WINDOW = 15 * 60
#: Then one attempt per delay, which doubles up to the window: slow for a guesser, never a lock-out for the owner.
FIRST_DELAY = 60
#: How long it takes until the delays begin small again (seconds).
MEMORY = 24 * 60 * 60


class Throttle:
    """Counts attempts in a store: the memory of this process by default."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._storage = storage or MemoryStorage()
        self._windows = FixedWindowRateLimiter(self._storage)
        #: How often this process has said no, by the first word of the key.
        self.refusals: Counter[str] = Counter()

    async def hit(self, limit: RateLimitItem, name: str, *key: str) -> None:
        """Count one event under a limit.

        Raises:
            TooManyRequests: with the seconds to wait, when the limit is reached.

        """
        if not await self.admits(limit, name, *key):
            reset_time, _ = await self._windows.get_window_stats(limit, name, *key)
            raise TooManyRequests(retry_after=max(1, math.ceil(reset_time - time.time())))

    async def admits(self, limit: RateLimitItem, name: str, *key: str) -> bool:
        """Count one event under a limit; tell whether it is within it, for what is left out without an error."""
        admitted = await self._windows.hit(limit, name, *key)
        if not admitted:
            self.refusals[name] += 1
        return admitted

    async def attempt(self, account: str) -> None:
        """Count an attempt to prove an identity, before it is examined, so that parallel guesses count too.

        Raises:
            TooManyRequests: with the seconds to wait, when the account has used up its attempts for now.

        """
        key = _account_key(account)
        attempts = await self._storage.incr(f"attempts/{key}", WINDOW)
        if attempts < FREE_ATTEMPTS:
            return
        gate, strikes = f"gate/{key}", f"strikes/{key}"
        delay = min(FIRST_DELAY * 2 ** min(await self._storage.get(strikes), 10), WINDOW)
        if await self._storage.incr(gate, delay) == 1:
            await self._storage.incr(strikes, MEMORY)
            return
        self.refusals["account"] += 1
        wait = math.ceil(await self._storage.get_expiry(gate) - time.time())
        raise TooManyRequests(retry_after=max(1, wait))

    async def succeeded(self, account: str) -> None:
        """Forget the attempts of an account whose owner has proved the identity."""
        key = _account_key(account)
        for name in ("attempts", "gate", "strikes"):
            await self._storage.clear(f"{name}/{key}")


def network_of(address: str) -> str:
    """Return what one client can hold: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _account_key(account: str) -> str:
    # Hashed: of fixed length, and no address in the store.
    return hashlib.sha256(account.encode()).hexdigest()[:32]
