"""`app.cache.typed`: values of a schema; whatever else is there is as good as nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.cache.cache import Cache
from app.cache.typed import TypedCache
from app.core.schemas import Schema


class Note(Schema):
    """Something to keep."""

    id: UUID
    text: str | None
    at: datetime


@dataclass
class Row:
    """The same as it is stored."""

    id: UUID
    text: str | None
    at: datetime


ROW = Row(UUID(int=7), "\u05d0 🚲\u2028", datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC))


async def load() -> Row:
    """Return the row."""
    return ROW


async def fail() -> Row:
    """Be called, although the value is there."""
    raise AssertionError


@pytest.fixture
def notes(cache: Cache) -> TypedCache[Note]:
    """Return a cache of notes."""
    return TypedCache(cache, Note, name="notes", ttl_seconds=60)


async def test_gives_back_what_was_loaded(notes: TypedCache[Note]) -> None:
    key = notes.key(ROW.id, "ada")
    loaded = await notes.get_or_load(key, load)
    assert loaded == Note.model_validate(ROW)
    assert await notes.get_or_load(key, fail) == loaded


async def test_there_may_be_nothing(notes: TypedCache[Note]) -> None:
    async def load_nothing() -> None:
        return None

    assert await notes.get_or_load(notes.key("none"), load_nothing) is None


async def test_kinds_and_callers_have_keys_of_their_own(cache: Cache) -> None:
    keys = [TypedCache(cache, Note, name=name, ttl_seconds=1).key(1, caller) for name in "ab" for caller in "cd"]
    assert keys == ["a:1:c", "a:1:d", "b:1:c", "b:1:d"]


FOREIGN = [b"", b"nonsense", b"\xff\xfe", b"null", b"[]", b'{"id": 7}', b"\x80\x04K\x01."]


@pytest.mark.parametrize("foreign", FOREIGN)
async def test_a_foreign_value_is_replaced(cache: Cache, notes: TypedCache[Note], foreign: bytes) -> None:
    key = notes.key("poisoned")
    await cache.set(key, foreign, ttl_seconds=60)
    assert await notes.get_or_load(key, load) == Note.model_validate(ROW)
    assert await notes.get_or_load(key, fail) == Note.model_validate(ROW)


async def test_a_foreign_value_that_always_comes_back_is_no_failure(
    cache: Cache, notes: TypedCache[Note], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nonsense(*_: object, **__: object) -> bytes:
        return b"nonsense"

    monkeypatch.setattr(cache, "get_or_load", nonsense)
    assert await notes.get_or_load("key", load) == Note.model_validate(ROW)
