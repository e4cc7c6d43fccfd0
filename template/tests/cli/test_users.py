"""`app users disable`, `enable`, `end-sessions`; and that all of them ask who acts."""

import pytest

from app.audit.models import AuditModel
from app.cli import users
from app.core.principal import ANONYMOUS
from app.resources import Resources
from app.users.models import Role
from tests.answers import problem
from tests.auth.records import audited, rows, set_user
from tests.cli.conftest import Run, in_thread
from tests.credentials import REFUSED
from tests.factories import People, Person

ME = "/api/v1/users/me"
ACTIONS = ["disable", "enable", "end-sessions"]


async def done(run: Run, *command: str) -> str:
    result = await in_thread(run, "users", *command)
    assert result.exit_code == 0, result.output
    return result.output


async def refused(run: Run, *command: str) -> tuple[int, str]:
    result = await in_thread(run, "users", *command)
    return result.exit_code, result.output


async def last_event(resources: Resources) -> AuditModel:
    return (await rows(resources, AuditModel))[-1]


async def status_of(person: Person) -> int:
    return (await person.client.get(ME)).status_code


async def test_disabling_ends_all_log_ins_at_once_and_for_good(run: Run, people: People, resources: Resources) -> None:
    person = await people.logged_in()
    assert await done(run, "disable", person.email) == f"{person.email} is locked; all log-ins have ended.\n"
    assert problem(await person.client.get(ME)) == REFUSED
    assert problem(await person.log_in()) == (401, "invalid-credentials")
    assert await done(run, "enable", str(person.id)) == f"{person.email} may log in.\n"
    assert await status_of(person) == 401
    assert (await person.log_in()).is_success
    assert await status_of(person) == 200


async def test_ending_the_log_ins_of_one_user_leaves_the_others_theirs(run: Run, people: People) -> None:
    person, other = await people.logged_in(), await people.logged_in()
    assert await done(run, "end-sessions", person.email) == f"All log-ins of {person.email} have ended.\n"
    assert [await status_of(each) for each in (person, other)] == [401, 200]
    assert (await person.log_in()).is_success


@pytest.mark.parametrize(
    ("action", "event"), [("disable", "locked"), ("enable", "unlocked"), ("end-sessions", "sessions-ended")]
)
async def test_the_audit_log_names_the_command_line(
    run: Run, people: People, resources: Resources, action: str, event: str
) -> None:
    person = await people.create()
    await set_user(resources, person.id, is_active=action != "enable")
    await done(run, action, person.email)
    noted = await last_event(resources)
    assert (noted.event, noted.user_id) == (event, person.id)
    assert (noted.actor_id, noted.address, noted.request_id) == (None, "cli", None)


@pytest.mark.parametrize("action", ACTIONS[:2])
async def test_what_is_so_already_is_no_event(run: Run, people: People, resources: Resources, action: str) -> None:
    person = await people.create()
    await set_user(resources, person.id, is_active=action == "enable")
    await done(run, action, person.email)
    assert not await audited(resources)


@pytest.mark.parametrize("typed", [" ADA@Example.com ", "{id}", "{hex}"])
async def test_takes_addresses_as_people_write_them_and_ids(run: Run, people: People, typed: str) -> None:
    person = await people.create(email="ada@example.com")
    who = typed.format(id=person.id, hex=person.id.hex.upper())
    assert "ada@example.com" in await done(run, "disable", who)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["nobody@example.com", "0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11", "nobody", ""])
async def test_says_in_one_line_that_there_is_no_such_user(
    run: Run, people: People, resources: Resources, action: str, who: str
) -> None:
    await people.create()
    assert await refused(run, action, who) == (1, f"{who}: user not found.\n")
    assert not await audited(resources)


async def test_the_last_administrator_stays(run: Run, people: People, resources: Resources) -> None:
    admin = await people.administrator()
    code, output = await refused(run, "disable", admin.email)
    assert (code, output) == (1, "This is the last active administrator; make another one first.\n")
    assert await status_of(admin) == 200
    assert await audited(resources) == ["login"]
    await people.create(role=Role.ADMIN)
    await done(run, "disable", admin.email)
    assert await status_of(admin) == 401


@pytest.mark.parametrize("command", [("list",), ("disable", "ada@example.com"), ("enable", "ada@example.com")])
async def test_the_services_are_asked_whether_the_system_may(
    run: Run, people: People, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    await people.create(email="ada@example.com")
    monkeypatch.setattr(users, "SYSTEM", ANONYMOUS)
    assert await refused(run, *command) == (1, "User not found.\n")


@pytest.mark.parametrize("command", [("list",), ("disable", "x")])
async def test_names_the_variable_that_is_wrong(run: Run, command: tuple[str, ...]) -> None:
    result = await in_thread(run, "users", *command, DATABASE_URL="oracle://x")
    assert result.exit_code == 78
    assert result.output.startswith("DATABASE_URL: ")
