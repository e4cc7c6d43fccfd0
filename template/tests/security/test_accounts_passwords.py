"""Accounts: one 401, the same work for everybody, hashes that follow the parameters, passwords taken as they are."""

from collections.abc import Callable

import httpx2
import pytest

from app.resources import Resources
from app.security.passwords import MEMORY_KIB, PASSES, PasswordHasher, Result
from app.users.models import UserModel
from app.users.repository import UserRepository
from tests.answers import problem
from tests.auth.records import rows, set_user
from tests.credentials import LOGIN, login_with
from tests.factories import PASSWORD, People


class CountingHasher(PasswordHasher):
    """Counts the hashes that were really computed."""

    count = 0

    async def _run(self, work: Callable[[], Result]) -> Result:
        self.count += 1
        return await super()._run(work)


@pytest.fixture
def hasher() -> CountingHasher:
    """Return a hasher with other parameters than those of `tests.factories`."""
    return CountingHasher(memory_kib=16, passes=2)


def test_the_parameters_are_those_of_owasp() -> None:
    assert (MEMORY_KIB, PASSES) == (19_456, 2)


async def test_passwords_are_stored_as_argon2id(people: People, resources: Resources) -> None:
    await people.create()
    (user,) = await rows(resources, UserModel)
    assert user.hashed_password.startswith("$argon2id$v=19$m=16,t=2,p=1$")


async def test_unknown_wrong_and_inactive_cost_one_hash_each(
    people: People, resources: Resources, hasher: CountingHasher
) -> None:
    wrong, inactive, unknown = await people.create(), await people.create(), await people.create()
    await set_user(resources, inactive.id, is_active=False)
    wrong.password, unknown.email = "not the right password", "unknown@example.com"
    counts = []
    for person in (wrong, inactive, unknown):
        before = hasher.count
        assert problem(await person.log_in()) == (401, "invalid-credentials")
        counts.append(hasher.count - before)
    assert counts == [1, 1, 1]


async def test_the_dummy_hash_has_the_present_parameters(hasher: CountingHasher) -> None:
    parameters = hasher._dummy.rsplit("$", 2)[0]
    assert parameters == (await hasher.hash(PASSWORD)).rsplit("$", 2)[0]


async def test_a_log_in_renews_a_hash_with_old_parameters(people: People, resources: Resources) -> None:
    person = await people.create()
    old = await PasswordHasher(memory_kib=8, passes=1).hash(PASSWORD)
    await set_user(resources, person.id, hashed_password=old)
    person.password = "not the right password"
    await person.log_in()
    assert [user.hashed_password for user in await rows(resources, UserModel)] == [old]
    person.password = PASSWORD
    assert (await person.log_in()).is_success
    (user,) = await rows(resources, UserModel)
    assert user.hashed_password.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert (await person.log_in()).is_success


@pytest.mark.parametrize(
    "password",
    [
        "  blanks around it  ",
        "jose\u0301 is not composed",
        "\u00e9\u00e8\u00ea\u00eb\u00fc\u00f6\u00e4\u00df\u00f1\u00e7\u00f8\u00e5\u0153\u00e6\u0142",
        "🚲🛴🛹🚗🚕🚙🚌🚎🏎🚓🚑🚒🚐🛻🚚",
        "with\ttab and\nnewline",
        "x" * 60 + "abcd" + "y" * 64,
    ],
)
async def test_a_password_is_verified_exactly_as_received(client: httpx2.AsyncClient, password: str) -> None:
    body = {"email": "ada@example.com", "password": password}
    assert (await client.post("/api/v1/users", json=body)).status_code == 201
    for typed in (password, password.strip() + ".", password.swapcase() + " "):
        response = await client.post(LOGIN, **login_with("ada@example.com", typed[:128]))
        assert response.is_success == (typed[:128] == password)


@pytest.mark.parametrize(
    ("password", "status"),
    [("correct horse!", 422), ("correct horse b", 201), ("x1y2z" * 25 + "abc", 201), ("x1y2z" * 25 + "abcd", 422)],
)
async def test_a_password_has_15_to_128_characters(client: httpx2.AsyncClient, password: str, status: int) -> None:
    response = await client.post("/api/v1/users", json={"email": "ada@example.com", "password": password})
    assert response.status_code == status, len(password)


@pytest.mark.parametrize(
    "password",
    [
        *("passwordpassword", "qwertyuiopqwerty", "123456789012345", "aaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc"),
        *("ada.lovelace@example.com", "Ada Lovelace 1815", "LOVELACE lovelace"),
    ],
)
async def test_a_password_that_is_easy_to_guess_is_refused(client: httpx2.AsyncClient, password: str) -> None:
    body = {"email": "ada.lovelace@example.com", "full_name": "Ada Lovelace", "password": password}
    assert problem(await client.post("/api/v1/users", json=body)) == (422, "password-too-common")


async def test_log_ins_are_refused_while_the_password_changes(people: People, resources: Resources) -> None:
    person = await people.create()
    (user,) = await rows(resources, UserModel)
    async with resources.database.transaction() as session:
        users = UserRepository(session)
        assert not await users.note_login(person.id, hashed_password="another", new_hash=None)
        assert await users.note_login(person.id, hashed_password=user.hashed_password, new_hash=None)
