"""`app users list`."""

import pytest

from app.cli import users
from app.resources import Resources
from app.users.models import Role
from tests.auth.records import set_user
from tests.cli.conftest import Run, in_thread
from tests.factories import People


async def listed(run: Run, *options: str) -> list[str]:
    """Return the lines that the command prints."""
    result = await in_thread(run, "users", "list", *options)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


async def test_lists_a_line_for_each_user_oldest_first(run: Run, people: People, resources: Resources) -> None:
    locked, admin = await people.create(email="z@example.com"), await people.create(role=Role.ADMIN, email="a@b.de")
    seen = await people.logged_in(email="c@example.com")
    await set_user(resources, locked.id, is_active=False)
    first, second, third = await listed(run)
    assert first == f"{locked.id}  z@example.com  user  locked  never"
    assert second == f"{admin.id}  a@b.de  admin  active  never"
    assert third.startswith(f"{seen.id}  c@example.com  user  active  20")
    assert third.endswith("Z")


async def test_lists_nothing_where_nobody_is(run: Run) -> None:
    assert await listed(run) == []


async def test_lists_only_the_role_or_the_locked_that_are_asked_for(
    run: Run, people: People, resources: Resources
) -> None:
    for number in range(4):
        person = await people.create(role=Role.ADMIN if number % 2 else Role.USER, email=f"{number}@example.com")
        await set_user(resources, person.id, is_active=number < 2)
    for options, numbers in {
        ("--role", "admin"): "13",
        ("--locked",): "23",
        ("--role", "user", "--locked"): "2",
    }.items():
        lines = await listed(run, *options)
        assert "".join(line.split()[1].partition("@")[0] for line in lines) == numbers


async def test_lists_more_users_than_one_page_holds(run: Run, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "PAGE", 2)
    for _ in range(5):
        await people.create()
    addresses = [line.split()[1] for line in await listed(run)]
    assert addresses == [f"person{number}@example.com" for number in range(5)]


async def test_refuses_a_role_that_does_not_exist(run: Run) -> None:
    result = await in_thread(run, "users", "list", "--role", "root")
    assert result.exit_code == 2
    assert "root" in result.output
