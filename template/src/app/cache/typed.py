"""Values of one schema in the cache, as JSON. Never pickled: who can write to Redis could run code in the service."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from app.cache.cache import Cache

Value = TypeVar("Value", bound=BaseModel)


class TypedCache(Generic[Value]):
    """What a domain keeps in the cache. A schema with secrets does not belong here: they would be masked."""

    def __init__(self, cache: Cache, schema: type[Value], *, name: str, ttl_seconds: float) -> None:
        self._cache = cache
        self._schema = schema
        self._name = name
        self._ttl_seconds = ttl_seconds

    def key(self, *parts: object) -> str:
        """Return the key of a value. What may be read depends on the caller? Then the caller is a part of the key."""
        return ":".join((self._name, *map(str, parts)))

    async def get_or_load(self, key: str, load: Callable[[], Awaitable[object | None]]) -> Value | None:
        """Return a value; when there is none, or none of this schema, load and keep it. See `Cache.get_or_load`."""

        async def load_json() -> bytes | None:
            row = await load()
            return None if row is None else self._schema.model_validate(row).model_dump_json().encode()

        for _ in range(2):
            kept = await self._cache.get_or_load(key, load_json, ttl_seconds=self._ttl_seconds)
            if kept is None:
                return None
            with suppress(ValidationError):
                return self._schema.model_validate_json(kept)
            # Somebody else's, or of another release.
            await self._cache.delete(key)
        row = await load()
        return None if row is None else self._schema.model_validate(row)
