"""Passwords: hashed with argon2id off the event loop, in a bounded pool."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core.errors import Unavailable

Result = TypeVar("Result")

#: OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane; 30 to 70 ms.
MEMORY_KIB = 19_456
PASSES = 2


class HashingBusy(Unavailable):
    """More passwords wait to be hashed than the service accepts."""

    code = "busy"
    detail = "Too many log-ins at the moment, try again shortly"


class PasswordHasher:
    """Hashes and verifies passwords in threads of its own, so that the event loop answers meanwhile."""

    def __init__(
        self, *, concurrency: int = 1, queue: int = 20, memory_kib: int = MEMORY_KIB, passes: int = PASSES
    ) -> None:
        self._argon2 = _argon2id(memory_kib, passes)
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="password")
        #: How many passwords may be hashed or wait for it, and how many do.
        self.limit, self.active = concurrency + queue, 0
        # Made now, so that the first unknown user is not answered later than the second.
        self._dummy = _dummy_hash(memory_kib, passes)

    async def hash(self, password: str) -> str:
        """Return the encoded argon2id hash.

        Raises:
            HashingBusy: when too many hashes wait already.

        """
        return await self._run(lambda: self._argon2.hash(password))

    async def verify(self, password: str, encoded: str | None) -> tuple[bool, str | None]:
        """Tell whether the password is right, and give a new hash when the stored one has old parameters.

        Without a stored hash (unknown user) the same work is done on a dummy, and the answer is no.

        Raises:
            HashingBusy: when too many hashes wait already.

        """
        if encoded is None:
            await self._run(lambda: self._argon2.verify(password, self._dummy))
            return False, None
        return await self._run(lambda: self._argon2.verify_and_update(password, encoded))

    def close(self) -> None:
        """End the threads; waiting hashes are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self.active >= self.limit:
            raise HashingBusy
        self.active += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self.active -= 1


@cache
def _argon2id(memory_kib: int, passes: int) -> PasswordHash:
    return PasswordHash((Argon2Hasher(memory_cost=memory_kib, time_cost=passes, parallelism=1),))


@cache
def _dummy_hash(memory_kib: int, passes: int) -> str:
    return _argon2id(memory_kib, passes).hash("nobody has this password")
