"""api_keys: nobody finds a key in the database or in a log, and it is a key in one place of a request only."""

from collections.abc import Callable
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from app.core.settings import Settings
from app.resources import Resources
from app.security.opaque_tokens import digest
from tests.answers import problem
from tests.api_keys.programs import KEYS, NOTES, program_of
from tests.factories import People


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app


async def test_only_a_digest_is_stored(
    people: People, resources: Resources, read_everything: Callable[[], str]
) -> None:
    person = await people.logged_in()
    program = await program_of(people, person)
    rotated = (await person.client.post(f"{KEYS}/{program.id}/rotate", json={})).json()["key"]
    stored = read_everything()
    for key in (program.key, rotated):
        assert digest(key) in stored
        assert key not in stored
        assert key.split("_")[2] not in stored


@pytest.mark.parametrize("place", ["api_key", "key", "access_token", "token"])
async def test_a_key_in_the_address_in_a_cookie_or_in_another_header_is_none(
    people: People, client: httpx2.AsyncClient, place: str
) -> None:
    key = (await program_of(people, await people.logged_in())).key
    assert problem(await client.get(NOTES, params={place: key})) == (401, "unauthenticated")
    for header in (("Cookie", f"{place}={key}"), ("X-API-Key", key), ("Authorization", f"Basic {key}")):
        assert problem(await client.get(NOTES, headers=dict([header]))) == (401, "unauthenticated")


async def test_a_key_is_no_other_credential(people: People, client: httpx2.AsyncClient) -> None:
    program = await program_of(people, await people.logged_in())
    for path, field in (("password-reset", "token"), ("email-verification", "token")):
        body = {field: program.key, "new_password": "another horse, another battery"}
        body = body if path == "password-reset" else {field: program.key}
        answer = await client.post(f"/api/v1/auth/{path}/confirm", json=body)
        assert problem(answer) == (404, "invalid-mail-token")


class TestLogs:
    """LOG_LEVEL=DEBUG."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Return settings that log everything."""
        return settings.model_copy(update={"log_level": "DEBUG", "log_format": "json"})

    async def test_no_key_is_logged(self, people: People, capsys: pytest.CaptureFixture[str]) -> None:
        program = await program_of(people, await people.logged_in())
        await program.client.get(NOTES, params={"q": program.key})
        await program.client.get(f"/{program.key}")
        await program.client.get(f"/{uuid4().hex}{program.key}x")
        logged = capsys.readouterr().out
        assert NOTES in logged
        assert program.key.split("_")[2] not in logged
