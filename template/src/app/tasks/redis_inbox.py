"""What one worker asks of Redis; nothing here waits or tries again."""

import os
import socket
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from app.tasks import redis_scripts
from app.tasks.settings import TaskSettings

#: The library's own types allow for other protocols and for text.
Entries = list[tuple[bytes, dict[bytes, bytes]]]
Streams = list[tuple[bytes, Entries]]

GROUP = "workers"
#: What is raised when Redis is away, or refuses.
AWAY = (RedisError, OSError)
#: How long Redis keeps a question for more open; a worker that is told to stop waits for it.
BLOCK_MILLISECONDS = 400
#: A worker that asked nothing for so long and holds nothing is forgotten.
FORGOTTEN_MILLISECONDS = 3_600_000


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of what is stored."""

    jobs: str
    later: str
    dead: str


@dataclass(frozen=True, slots=True)
class RedisParcel:
    """An entry of the stream."""

    id: bytes
    body: bytes
    redelivered: int
    is_last_chance: bool


async def declare(client: Redis, keys: Keys) -> None:
    """Make the group, which begins with what was sent before there was a worker."""
    try:
        await client.xgroup_create(keys.jobs, GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


class RedisInbox:
    """Deliveries that have come to one worker, which has a name of its own in the group."""

    def __init__(self, client: Redis, keys: Keys, settings: TaskSettings) -> None:
        self._client = client
        self._keys = keys
        self._settings = settings
        self._name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._move_due = client.register_script(redis_scripts.MOVE_DUE)
        self._reclaim = client.register_script(redis_scripts.RECLAIM)
        self._acknowledge = client.register_script(redis_scripts.ACKNOWLEDGE)
        self._give_back = client.register_script(redis_scripts.GIVE_BACK)
        self._give_up = client.register_script(redis_scripts.GIVE_UP)
        self._leave = client.register_script(redis_scripts.LEAVE)

    async def declare(self) -> None:
        """Make the group."""
        await declare(self._client, self._keys)

    async def fetch(self, count: int) -> list[RedisParcel]:
        """Return what comes within a moment."""
        streams = await self._client.xreadgroup(
            GROUP, self._name, {self._keys.jobs: ">"}, count=count, block=BLOCK_MILLISECONDS
        )
        return [self._parcel(*entry) for _, entries in cast("Streams", streams) for entry in entries]

    def _parcel(self, entry_id: bytes, fields: dict[bytes, bytes]) -> RedisParcel:
        again = int(fields[b"again"])
        is_last_chance = 0 < again == self._settings.task_max_redeliveries
        return RedisParcel(entry_id, fields[b"body"], again, is_last_chance)

    async def keep(self, parcels: Sequence[RedisParcel]) -> None:
        """Show that this worker lives, also of what only waits here."""
        if parcels:
            await self._claim([parcel.id for parcel in parcels])

    async def begin(self, parcel: RedisParcel) -> bool:
        """Note that work begins; False when others have the delivery now."""
        return bool(await self._claim([parcel.id], retrycount=2))

    async def _claim(self, ids: list[bytes], retrycount: int | None = None) -> object:
        # It touches nothing that has been acknowledged, or given to others: that has another id.
        return await self._client.xclaim(
            self._keys.jobs, GROUP, self._name, 0, list(ids), retrycount=retrycount, justid=True
        )

    async def acknowledge(self, parcel: RedisParcel) -> bool:
        """Remove it."""
        return bool(await self._acknowledge(keys=[self._keys.jobs], args=[GROUP, parcel.id]))

    async def give_back(self, parcel: RedisParcel, *, redelivered: int) -> bool:
        """Let others have it, behind all that waits."""
        return bool(await self._give_back(keys=[self._keys.jobs], args=[GROUP, parcel.id, parcel.body, redelivered]))

    async def give_up(self, parcel: RedisParcel, reason: str) -> bool:
        """Put it among the dead letters."""
        keys = [self._keys.jobs, self._keys.dead]
        return bool(await self._give_up(keys=keys, args=[GROUP, parcel.id, parcel.body, reason]))

    async def look_after_others(self) -> None:
        """Move what is due, and take over from workers that were silent for too long."""
        await self._move_due(keys=[self._keys.later, self._keys.jobs])
        milliseconds = round(self._settings.task_visibility_seconds * 1000)
        await self._reclaim(keys=[self._keys.jobs], args=[GROUP, milliseconds])

    async def leave(self) -> None:
        """Be forgotten, unless something is still here; it would be lost."""
        await self._leave(keys=[self._keys.jobs], args=[GROUP, self._name, FORGOTTEN_MILLISECONDS])
