"""`app api-keys`: what operators see and end."""

from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.audit.models import AuditModel
from app.resources import Resources
from tests.answers import problem
from tests.api_keys.programs import INVALID, NOTES, program_of
from tests.auth.records import rows
from tests.cli.conftest import Run, in_thread
from tests.factories import People


@pytest.fixture
def app(notes_app: FastAPI) -> FastAPI:
    """Return the application with a domain that keys can reach."""
    return notes_app


async def test_lists_keys_of_everybody_or_of_one_but_no_secret(run: Run, people: People, resources: Resources) -> None:
    one, other = await people.logged_in(), await people.logged_in()
    first, second = await program_of(people, one, name="Zoë \u202e"), await program_of(people, other)
    await first.client.get(NOTES)
    await resources.tasks.drain(5)
    output = (await in_thread(run, "api-keys", "list")).output
    lines = output.splitlines()
    assert [line.split("  ")[:2] for line in lines] == [[first.id, one.email], [second.id, other.email]]
    assert "notes:read,notes:write" in lines[0]
    assert "'Zoë \\u202e'" in lines[0]
    assert "used 20" in lines[0]
    assert "used never" in lines[1]
    assert [key.key.split("_")[2] in output for key in (first, second)] == [False, False]
    only = (await in_thread(run, "api-keys", "list", "--email", other.email.upper())).output
    assert only == lines[1] + "\n"
    assert (await in_thread(run, "api-keys", "list", "--email", "nobody")).output == ""


async def test_revokes_by_the_id_in_either_form(run: Run, people: People, resources: Resources) -> None:
    person = await people.logged_in()
    programs = [await program_of(people, person) for _ in range(3)]
    result = await in_thread(run, "api-keys", "revoke", programs[0].id, programs[1].key.split("_")[1])
    assert (result.exit_code, result.output) == (0, f"Revoked {programs[0].id}.\nRevoked {programs[1].id}.\n")
    answers = [await program.client.get(NOTES) for program in programs]
    assert [answer.status_code for answer in answers] == [401, 401, 200]
    assert problem(answers[0]) == INVALID
    event = (await rows(resources, AuditModel))[-1]
    assert (event.event, event.user_id, event.actor_id, event.address) == ("api-key-revoked", person.id, None, "cli")


async def test_revokes_all_or_nothing(run: Run, people: People) -> None:
    program = await program_of(people, await people.logged_in())
    result = await in_thread(run, "api-keys", "revoke", program.id, str(uuid4()))
    assert (result.exit_code, result.output) == (1, "API key not found.\n")
    assert (await program.client.get(NOTES)).status_code == 200


async def test_does_not_repeat_a_key_that_was_typed_by_mistake(run: Run, people: People) -> None:
    program = await program_of(people, await people.logged_in())
    result = await in_thread(run, "api-keys", "revoke", program.key)
    assert result.exit_code == 2
    assert program.key.split("_")[2] not in result.output


async def test_a_database_that_is_away_is_named(run: Run, url_of_nobody: str) -> None:
    result = await in_thread(run, "api-keys", "list", DATABASE_URL=url_of_nobody)
    assert (result.exit_code, result.output.count("\n")) == (75, 1)
    assert result.output.startswith("The database of DATABASE_URL (")
