"""Clients who register, and remember what the service acknowledged."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import httpx2

from tests.factories import PASSWORD
from tests.operations.service import START, Service
from tests.waiting import until

#: That hashing takes its time is proved elsewhere.
CHEAP_HASHING = """
from app.security import passwords
passwords.PasswordHasher.__init__.__kwdefaults__.update(memory_kib=8, passes=1)
"""
SETTINGS = {
    "code": CHEAP_HASHING + START,
    "REGISTRATION_RATE_PER_ADDRESS": "1000000/minute",
    "PASSWORD_HASH_QUEUE": "1000",
    "SHUTDOWN_DELAY_SECONDS": "0",
    "LOG_LEVEL": "ERROR",
}


@dataclass
class Registrations:
    """What became of them; whoever was refused does not come back with the same address."""

    service: Service
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    without_retry_after: int = 0
    numbers: "count[int]" = field(default_factory=count)

    @asynccontextmanager
    async def arriving(self, clients: int) -> AsyncIterator[None]:
        """Let them come while the block runs."""
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.service.port}", timeout=30) as client:
            running = [asyncio.create_task(self._arrive(client)) for _ in range(clients)]
            try:
                yield
            finally:
                for task in running:
                    task.cancel()
                ends = await asyncio.gather(*running, return_exceptions=True)
        assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []

    async def register(self, client: httpx2.AsyncClient) -> int:
        """Register one and return the status."""
        email = f"person{next(self.numbers)}@example.com"
        response = await client.post("/api/v1/users", json={"email": email, "password": PASSWORD})
        self.statuses[response.status_code] += 1
        if response.status_code == 201:
            self.acknowledged.add(email)
        elif "retry-after" not in response.headers:
            self.without_retry_after += 1
        return response.status_code

    async def more(self, status: int, times: int = 10) -> None:
        """Wait until so many more got this answer."""
        enough = self.statuses[status] + times
        await until(lambda: self.statuses[status] >= enough)

    async def _arrive(self, client: httpx2.AsyncClient) -> None:
        while True:
            await self.register(client)
            # The machine is for the tests beside this one, too.
            await asyncio.sleep(0.01)
