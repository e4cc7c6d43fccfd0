"""No request body fills the memory."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.web.conftest import MakeApp, client_of


async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


@pytest.mark.parametrize("path", ["/echo", "/upload"])
async def test_refuses_an_announced_body_unread(path: str, small_client: httpx2.AsyncClient) -> None:
    asked = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal asked
        asked += 1
        yield b"x"

    response = await small_client.post(path, content=body(), headers={"Content-Length": "1025"})
    assert_too_large(response)


@pytest.mark.parametrize("path", ["/echo", "/upload"])
@pytest.mark.parametrize("headers", [{}, {"Content-Length": "10"}, {"Content-Length": "x"}])
async def test_counts_what_arrives(path: str, headers: dict[str, str], small_client: httpx2.AsyncClient) -> None:
    json = {"Content-Type": "application/json", **headers}
    assert_too_large(await small_client.post(path, content=chunks(100, 11), headers=json))


async def test_takes_a_body_of_just_the_limit(small_client: httpx2.AsyncClient) -> None:
    assert (await small_client.post("/upload", content=b"x" * 1024)).json() == {"bytes": 1024}
    assert (await small_client.post("/upload", content=chunks(128, 8))).json() == {"bytes": 1024}


async def test_the_limit_is_one_mebibyte_unless_set(make_app: MakeApp) -> None:
    async with client_of(make_app()) as client:
        assert_too_large(await client.post("/upload", content=b"x" * (1024 * 1024 + 1)))
        assert_too_large(await client.post("/upload", content=chunks(1024 * 1024, 2)))
        assert (await client.post("/upload", content=b"x" * 1024 * 1024)).status_code == 200


def assert_too_large(response: httpx2.Response) -> None:
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["title"], problem["code"]) == ("Content Too Large", "content-too-large")
