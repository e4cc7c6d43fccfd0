"""Texts and addresses are the same, sorted and found alike, whatever the engine."""

import httpx2
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from app.core.database import Database
from app.core.errors import Conflict
from app.resources import Resources
from app.users.models import UserModel
from tests.auth.records import rows
from tests.core.samples import Sample, names, store
from tests.factories import PASSWORD


async def test_texts_sort_by_code_points(samples: Database) -> None:
    texts = ["a", "B", "Z", "_", "~", "é", "É", "z", "ß", "ss", "Ω", "", "a ", "a\t", "a!", "\uffee", "🙂", "aa", "A"]
    await store(samples, *({"name": text} for text in texts))
    assert await names(samples, Sample.name.is_not(None)) == sorted(texts)


async def test_texts_are_the_same_only_when_every_code_point_is(samples: Database) -> None:
    different = ["ada", "Ada", "ada ", " ada", "adá", "ada\u0301", "ädä", "straße", "strasse", "\uff21da", "ada\u200b"]
    await store(samples, *({"name": name} for name in different))
    for name in different:
        assert await names(samples, Sample.name == name) == [name]
    with pytest.raises(Conflict):
        async with samples.transaction() as session:
            await session.execute(insert(Sample).values(id=99, name="ada"))


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("É", ["CAFÉ", "café"]),
        ("é", ["CAFÉ", "café"]),
        ("CaFé", ["CAFÉ", "café"]),
        ("cafe", []),
        ("straß", ["STRAßE", "straße"]),
        ("strass", ["STRASSE"]),
        ("ЖУК", ["Жук"]),
        ("σοφία", ["ΣΟΦΊΑ"]),
        ("%", ["100 %"]),
        ("_", ["a_b"]),
        ("\\", ["back\\slash"]),
        ("/", ["a/b"]),
        ("🙂", ["smile 🙂"]),
        ("🙃", []),
        ("'", ["it's"]),
    ],
)
async def test_a_search_ignores_case_in_every_script_and_knows_no_wildcards(
    samples: Database, searched: str, found: list[str]
) -> None:
    there = ["CAFÉ", "café", "STRAßE", "straße", "STRASSE", "Жук", "ΣΟΦΊΑ", "100 %", "a_b", "ab", "a/b"]
    await store(samples, *({"name": name} for name in [*there, "back\\slash", "smile 🙂", "it's"]))
    assert await names(samples, Sample.name.icontains(searched, autoescape=True)) == found


async def test_texts_that_are_too_long_are_never_cut(samples: Database) -> None:
    if (await dialect_of(samples)) == "sqlite":
        await store(samples, {"name": "x" * 201})
        assert await names(samples, Sample.id == 1) == ["x" * 201]
    else:
        with pytest.raises(DBAPIError):
            await store(samples, {"name": "x" * 201})


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("ada@example.com", "ADA@Example.COM", 409),
        ("ÄDA@example.com", "äda@example.com", 409),
        ("\u00e4da@example.com", "a\u0308da@example.com", 409),
        ("ada@bücher.example", "ADA@BÜCHER.example", 409),
        ("ada@example.com", "adá@example.com", 201),
        ("ada@example.com", "ada+1@example.com", 201),
    ],
)
async def test_an_address_has_one_account_however_it_is_written(
    client: httpx2.AsyncClient, resources: Resources, first: str, second: str, status: int
) -> None:
    statuses = []
    for email in (first, second):
        response = await client.post("/api/v1/users", json={"email": email, "password": PASSWORD})
        statuses.append(response.status_code)
    assert statuses == [201, status]
    assert len(await rows(resources, UserModel)) == statuses.count(201)


@pytest.mark.parametrize("name", ["\x00", "a\x00b"])
async def test_nul_is_refused_before_it_reaches_the_engine(client: httpx2.AsyncClient, name: str) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD, "full_name": name}
    assert (await client.post("/api/v1/users", json=body)).status_code == 422


async def dialect_of(samples: Database) -> str:
    """Return the engine's name."""
    async with samples.transaction(read_only=True) as session:
        return (await session.connection()).dialect.name
