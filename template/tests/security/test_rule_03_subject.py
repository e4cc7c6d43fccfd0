"""Rule 3: the subject is an immutable UUID, never an e-mail address; addresses are unique in one form."""

from uuid import UUID

import httpx2
import pytest

from app.resources import Resources
from app.users.errors import EmailTaken
from app.users.repository import UserRepository
from app.users.schemas import normalise_email
from tests.auth.postbox import token_to
from tests.factories import People


async def test_a_log_in_names_the_same_user_after_a_change_of_address(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await person.client.post("/api/v1/auth/email-verification", json={"email": "new@example.com"})
    token = await token_to(resources, "new@example.com")
    await client.post("/api/v1/auth/email-verification/confirm", json={"token": token})
    me = (await person.client.get("/api/v1/users/me")).json()
    assert (me["email"], UUID(me["id"])) == ("new@example.com", person.id)


async def test_a_new_owner_of_an_address_inherits_nothing(people: People) -> None:
    first = await people.logged_in(email="shared@example.com")
    await first.client.delete("/api/v1/users/me")
    second = await people.logged_in(email="shared@example.com")
    assert second.id != first.id
    assert (await first.client.get("/api/v1/users/me")).status_code == 401


@pytest.mark.parametrize("typed", ["ADA@example.com", " ada@example.com\t", "\nAda@example.com", "Ada@Example.Com"])
def test_addresses_are_compared_without_case_and_blanks(typed: str) -> None:
    assert normalise_email(typed) == "ada@example.com"


def test_addresses_are_compared_in_the_composed_form() -> None:
    assert normalise_email("jose\u0301@example.com") == "jos\u00e9@example.com"


async def test_the_database_itself_keeps_addresses_unique(people: People, resources: Resources) -> None:
    await people.create(email="ada@example.com")
    with pytest.raises(EmailTaken):
        async with resources.database.transaction() as session:
            await UserRepository(session).create(
                email="ada@example.com", hashed_password="", full_name=None, role="user"
            )
