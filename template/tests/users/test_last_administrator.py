"""Somebody must be able to administer the service: the last active administrator stays."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import ClauseElement, event, make_url
from sqlalchemy.orm import ORMExecuteState

from app.audit.providers import audit_log
from app.audit.service import CLI
from app.core.principal import SYSTEM
from app.resources import Resources
from app.users.errors import LastAdministrator
from app.users.models import Role, UserModel
from app.users.providers import user_service
from app.users.repository import UserRepository
from app.users.schemas import UserRightsUpdate
from tests.answers import problem
from tests.auth.records import audited, rows, set_user
from tests.factories import People, Person

URL = "/api/v1/users"
LAST = (409, "last-administrator")
REMOVALS = [("DELETE", None), ("PATCH", {"role": "user"}), ("PATCH", {"is_active": False})]


async def administrators(resources: Resources) -> list[UUID]:
    return [user.id for user in await rows(resources, UserModel) if user.role == Role.ADMIN and user.is_active]


async def test_the_last_one_does_not_delete_the_own_account(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    await people.create()
    assert problem(await admin.client.delete(f"{URL}/me")) == LAST
    assert await administrators(resources) == [admin.id]
    assert "deleted" not in await audited(resources)


async def test_a_locked_one_does_not_count(people: People, resources: Resources) -> None:
    admin, locked = await people.administrator(), await people.create(role=Role.ADMIN)
    await set_user(resources, locked.id, is_active=False)
    assert problem(await admin.client.delete(f"{URL}/me")) == LAST
    assert (await admin.client.delete(f"{URL}/{locked.id}")).status_code == 204


async def test_one_of_two_may_leave(people: People, resources: Resources) -> None:
    admin, other = await people.administrator(), await people.create(role=Role.ADMIN)
    assert (await admin.client.delete(f"{URL}/me")).status_code == 204
    assert await administrators(resources) == [other.id]


@pytest.mark.parametrize("change", [{"role": "user"}, {"is_active": False}, {"role": "user", "is_active": False}])
async def test_not_even_the_system_takes_the_last_rights(
    people: People, resources: Resources, change: dict[str, object]
) -> None:
    admin = await people.create(role=Role.ADMIN)
    async with resources.database.transaction() as session:
        service = user_service(session, resources, audit_log(session, CLI))
        with pytest.raises(LastAdministrator):
            await service.update_rights(SYSTEM, admin.id, UserRightsUpdate.model_validate(change))
    assert await administrators(resources) == [admin.id]
    assert not await audited(resources)


async def test_the_last_one_may_be_told_what_it_is_already(people: People, resources: Resources) -> None:
    admin = await people.create(role=Role.ADMIN)
    async with resources.database.transaction() as session:
        service = user_service(session, resources, audit_log(session, CLI))
        await service.update_rights(SYSTEM, admin.id, UserRightsUpdate(role=Role.ADMIN, is_active=True))
    assert await administrators(resources) == [admin.id]


@pytest.mark.parametrize(("method", "body"), REMOVALS)
async def test_two_who_remove_each_other_at_once_cannot_both_win(
    people: People, resources: Resources, monkeypatch: pytest.MonkeyPatch, method: str, body: dict[str, object] | None
) -> None:
    persons = [await people.administrator() for _ in range(2)]
    both_have_read, lock = asyncio.Barrier(2), UserRepository.lock_administrators

    async def lock_together(self: UserRepository) -> None:
        await both_have_read.wait()
        await lock(self)

    monkeypatch.setattr(UserRepository, "lock_administrators", lock_together)

    async def remove(person: Person, other: Person) -> int:
        return (await person.client.request(method, f"{URL}/{other.id}", json=body)).status_code

    async with asyncio.timeout(10):
        statuses = await asyncio.gather(remove(*persons), remove(*reversed(persons)))
    assert Counter(statuses) == {200 if body else 204: 1, 409: 1}
    assert len(await administrators(resources)) == 1


async def test_the_others_are_locked_in_one_order_where_the_engine_can(resources: Resources) -> None:
    statements: list[ClauseElement] = []
    async with resources.database.transaction() as session:

        @event.listens_for(session.sync_session, "do_orm_execute")
        def note(state: ORMExecuteState) -> None:
            assert isinstance(state.statement, ClauseElement)
            statements.append(state.statement)

        await UserRepository(session).delete_by_id(UUID(int=0))
    for dialect in (make_url(f"{engine}://").get_dialect()() for engine in ("postgresql", "mysql")):
        lock, deletion = (str(statement.compile(dialect=dialect)) for statement in statements)
        assert lock.endswith("ORDER BY users.id FOR UPDATE")
        assert "count(*)" in deletion
