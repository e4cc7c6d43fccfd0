"""The stream of the dead."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis

from app.tasks import redis_scripts
from app.tasks.redis_inbox import Entries
from app.tasks.transport import DeadLetter

DEAD_ID = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")


class Letters:
    """Entries that stay until somebody takes them; their ids say since when."""

    def __init__(self, client: Redis, key: str) -> None:
        self._client = client
        self._key = key
        self._take = client.register_script(redis_scripts.TAKE)

    async def bury(self, body: bytes, reason: str) -> None:
        """Add one."""
        await self._client.xadd(self._key, {"body": body, "reason": reason})

    async def read(self, limit: int) -> list[DeadLetter]:
        """Return the oldest."""
        entries = cast("Entries", await self._client.xrange(self._key, count=limit))
        return [_letter(*entry) for entry in entries]

    async def take(self, dead_id: str) -> DeadLetter | None:
        """Remove one."""
        if not DEAD_ID.fullmatch(dead_id):
            return None
        found = await self._take(keys=[self._key], args=[dead_id])
        return None if not found else _letter(found[0][0], _pairs(found[0][1]))


def milliseconds(entry_id: bytes) -> int:
    """Return when an entry was made, in milliseconds since 1970."""
    return int(entry_id.split(b"-")[0])


def _letter(entry_id: bytes, fields: Mapping[bytes, bytes]) -> DeadLetter:
    buried_at = datetime.fromtimestamp(milliseconds(entry_id) / 1000, UTC)
    return DeadLetter(entry_id.decode(), fields[b"body"], fields[b"reason"].decode(), buried_at)


def _pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
