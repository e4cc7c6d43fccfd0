"""`app create-admin` and `app seed`."""

from uuid import uuid4

import pytest

from app.audit.models import AuditModel
from app.core.urls import address
from app.resources import Resources
from app.users.models import Role
from app.users.repository import UserRepository
from tests.auth.records import rows
from tests.cli.conftest import Run, in_thread
from tests.factories import PASSWORD, People, Person

ADDRESS = ("create-admin", "--email", "Root@Example.com")


async def role_of(resources: Resources, email: str) -> str | None:
    async with resources.database.transaction(read_only=True) as session:
        user = await UserRepository(session).get_by_email(email)
        return user.role if user else None


async def test_makes_an_administrator_with_the_password_of_the_environment(run: Run, resources: Resources) -> None:
    result = await in_thread(run, *ADDRESS, ADMIN_PASSWORD=PASSWORD)
    assert result.exit_code == 0, result.output
    assert await role_of(resources, "root@example.com") == Role.ADMIN


async def test_asks_for_the_password_twice(run: Run, resources: Resources) -> None:
    result = await in_thread(run, *ADDRESS, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert await role_of(resources, "root@example.com") == Role.ADMIN


async def test_the_administrator_can_log_in(run: Run, people: People) -> None:
    await in_thread(run, *ADDRESS, ADMIN_PASSWORD=PASSWORD)
    client = people.new_client()
    administrator = Person(uuid4(), "root@example.com", PASSWORD, client)
    assert (await administrator.log_in()).is_success
    assert (await client.get("/api/v1/users")).status_code == 200


async def test_refuses_a_taken_address_in_one_line(run: Run, people: People) -> None:
    await people.create(email="root@example.com")
    result = await in_thread(run, *ADDRESS, ADMIN_PASSWORD=PASSWORD)
    assert (result.exit_code, result.output) == (1, "Email already registered.\n")


async def test_refuses_a_weak_password_in_one_line(run: Run, resources: Resources) -> None:
    result = await in_thread(run, *ADDRESS, ADMIN_PASSWORD="short")
    assert result.exit_code == 1
    assert result.output == "The password must have at least 15 characters.\n"
    assert await role_of(resources, "root@example.com") is None


async def test_refuses_a_malformed_address_in_one_line(run: Run) -> None:
    result = await in_thread(run, "create-admin", "--email", "nobody", ADMIN_PASSWORD=PASSWORD)
    assert (result.exit_code, result.output) == (1, "nobody: not a valid e-mail address.\n")


async def test_looks_at_the_address_before_it_asks_for_a_password(run: Run) -> None:
    result = await in_thread(run, "create-admin", "--email", "nobody", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert (result.exit_code, result.output) == (1, "nobody: not a valid e-mail address.\n")


async def test_names_the_variable_that_is_wrong(run: Run) -> None:
    result = await in_thread(run, *ADDRESS, ADMIN_PASSWORD=PASSWORD, DATABASE_URL="oracle://x")
    assert result.exit_code == 78
    assert result.output.startswith("DATABASE_URL: ")


async def test_seeds_a_demo_user_but_not_in_production(
    run: Run, resources: Resources, deployed: dict[str, str]
) -> None:
    assert (await in_thread(run, "seed")).exit_code == 0
    assert await role_of(resources, "demo@example.com") == Role.USER
    production = {
        "ENVIRONMENT": "production",
        "ALLOWED_HOSTS": "example.com",
        "PUBLIC_URL": "https://example.com",
        "ALLOW_SQLITE_IN_PRODUCTION": "true",
        **deployed,
    }
    result = await in_thread(run, "seed", **production)
    assert (result.exit_code, result.output) == (1, "There is no demo user in production.\n")


@pytest.mark.parametrize("command", [ADDRESS, ("seed",)])
async def test_the_audit_log_names_the_command_line(run: Run, resources: Resources, command: tuple[str, ...]) -> None:
    result = await in_thread(run, *command, ADMIN_PASSWORD=PASSWORD)
    assert result.exit_code == 0, result.output
    (event,) = await rows(resources, AuditModel)
    assert (event.event, event.actor_id, event.address, event.request_id) == ("created", None, "cli", None)
    assert event.user_id is not None


@pytest.mark.parametrize("command", [ADDRESS, ("seed",), ("users", "list"), ("users", "disable", "root@example.com")])
async def test_a_database_that_is_away_is_one_line(run: Run, url_of_nobody: str, command: tuple[str, ...]) -> None:
    result = await in_thread(run, *command, ADMIN_PASSWORD=PASSWORD, DATABASE_URL=url_of_nobody)
    assert result.exit_code == 75
    assert result.output == f"The database of DATABASE_URL ({address(url_of_nobody)}) cannot be reached.\n"
