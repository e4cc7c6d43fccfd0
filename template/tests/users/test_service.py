"""Rules of the user service that HTTP cannot reach: `app.api` refuses earlier."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import inspect

from app.audit.providers import audit_log
from app.audit.service import CLI
from app.core.clock import utc_now
from app.core.errors import Forbidden, Unauthenticated
from app.core.pagination import PageRequest
from app.core.principal import ANONYMOUS, SYSTEM, Principal
from app.resources import Resources
from app.security.passwords import PasswordHasher
from app.users.credentials import CredentialService
from app.users.errors import InvalidCredentials, UserNotFound
from app.users.models import Role, UserModel
from app.users.providers import user_service
from app.users.repository import UserRepository
from app.users.schemas import UserCreate, UserRightsUpdate, UserUpdate
from app.users.service import UserService
from tests.auth.records import rows
from tests.factories import PASSWORD, People


@pytest.fixture
async def service(resources: Resources) -> AsyncIterator[UserService]:
    """Return the service in a transaction of its own."""
    async with resources.database.transaction() as session:
        yield user_service(session, resources, audit_log(session, CLI))


@pytest.mark.parametrize("actor", [ANONYMOUS, Principal(kind="user")])
async def test_refuses_a_stranger(people: People, service: UserService, actor: Principal) -> None:
    person = await people.create()
    with pytest.raises(UserNotFound):
        await service.get_user(actor, person.id)
    with pytest.raises(UserNotFound):
        await service.page_users(actor, PageRequest(10, "email"))
    with pytest.raises(UserNotFound):
        await service.update_rights(actor, person.id, UserRightsUpdate(role=Role.ADMIN))
    with pytest.raises(Unauthenticated):
        await service.update_user(actor, UserUpdate(full_name="Mallory"))


async def test_the_system_may_do_everything(people: People, service: UserService, resources: Resources) -> None:
    person = await people.create()
    await service.delete_user(SYSTEM, person.id)
    with pytest.raises(UserNotFound):
        await service.delete_user(SYSTEM, person.id)


async def test_an_account_is_deleted_once(people: People, service: UserService) -> None:
    person = await people.create()
    owner = Principal(kind="user", id=person.id, authenticated_at=utc_now())
    await service.delete_user(owner, person.id)
    with pytest.raises(UserNotFound):
        await service.delete_user(owner, person.id)


@pytest.mark.parametrize("actor", [ANONYMOUS, Principal(kind="user", scopes=frozenset({"users:read"}))])
async def test_refuses_to_make_an_administrator(service: UserService, resources: Resources, actor: Principal) -> None:
    data = UserCreate.model_validate({"email": "ada@example.com", "password": PASSWORD})
    with pytest.raises(Forbidden):
        await service.create_administrator(actor, data)
    assert not await rows(resources, UserModel)


@pytest.mark.parametrize("actor", [SYSTEM, Principal(kind="user", scopes=frozenset({"users:write"}))])
async def test_administrators_and_the_system_make_administrators(service: UserService, actor: Principal) -> None:
    data = UserCreate.model_validate({"email": "ada@example.com", "password": PASSWORD})
    assert (await service.create_administrator(actor, data)).role == Role.ADMIN


async def test_an_account_has_no_rights_whoever_makes_it(service: UserService) -> None:
    data = UserCreate.model_validate({"email": "ada@example.com", "password": PASSWORD})
    assert (await service.create_user(SYSTEM, data)).role == Role.USER


async def test_a_password_that_changes_during_the_check_is_refused(people: People, resources: Resources) -> None:
    person = await people.create()

    class SlowHasher(PasswordHasher):
        """Takes so long that the password is changed meanwhile."""

        async def verify(self, password: str, encoded: str | None) -> tuple[bool, str | None]:
            assert encoded is not None
            async with resources.database.transaction() as session:
                await UserRepository(session).replace_password(person.id, old_hash=encoded, new_hash="new")
            return await super().verify(password, encoded)

    async with resources.database.transaction() as session:
        hasher = SlowHasher(memory_kib=8, passes=1)
        slow = CredentialService(UserRepository(session), hasher, resources.password_policy)
        with pytest.raises(InvalidCredentials) as refusal:
            await slow.authenticate_user(person.email, PASSWORD)
    assert refusal.value.user_id == person.id


async def test_no_connection_is_held_while_a_password_is_hashed(people: People, resources: Resources) -> None:
    person = await people.create()
    async with resources.database.transaction() as session:

        class WatchingHasher(PasswordHasher):
            """Looks whether the session holds a connection."""

            held: bool | None = None

            async def verify(self, password: str, encoded: str | None) -> tuple[bool, str | None]:
                self.held = session.in_transaction()
                return await super().verify(password, encoded)

        hasher = WatchingHasher(memory_kib=8, passes=1)
        service = CredentialService(UserRepository(session), hasher, resources.password_policy)
        user = await service.authenticate_user(person.email, PASSWORD)
    assert hasher.held is False
    assert inspect(user).detached


async def test_authenticates_a_user_by_the_password_only(people: People, service: UserService) -> None:
    person = await people.create()
    assert (await service.authenticate_user(person.email, PASSWORD)).id == person.id
    with pytest.raises(InvalidCredentials):
        await service.authenticate_user(person.email, PASSWORD + "x")
