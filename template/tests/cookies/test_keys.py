"""session and api_keys: what a key beside a cookie, or instead of one, means."""

import pytest
from fastapi import FastAPI

from tests.answers import problem
from tests.api_keys.programs import INVALID, KEYS, NOTES, program_of
from tests.factories import People


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_a_program_is_no_browser_so_its_requests_may_come_from_anywhere(
    people: People, headers: dict[str, str]
) -> None:
    program = await program_of(people, await people.logged_in())
    assert (await program.client.post(NOTES, headers=headers)).status_code == 200


async def test_a_cookie_beside_a_key_does_not_count(people: People) -> None:
    owner, other = await people.logged_in(), await people.logged_in()
    program = await program_of(people, owner)
    program.client.headers.update(other.credential)
    called = (await program.client.get(NOTES)).json()
    assert (called["kind"], called["id"]) == ("key", str(owner.id))
    await owner.client.delete(f"{KEYS}/{program.id}")
    assert problem(await program.client.get(NOTES)) == INVALID


@pytest.mark.parametrize("credential", ["svk_x", "x", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"])
async def test_a_bearer_credential_that_is_no_key_is_refused_also_beside_a_cookie(
    people: People, credential: str
) -> None:
    person = await people.logged_in()
    answer = await person.client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {credential}"})
    assert problem(answer) == INVALID


async def test_another_scheme_beside_a_cookie_is_left_alone(people: People) -> None:
    person = await people.logged_in()
    answer = await person.client.get("/api/v1/users/me", headers={"Authorization": "Basic YTpi"})
    assert answer.status_code == 200
