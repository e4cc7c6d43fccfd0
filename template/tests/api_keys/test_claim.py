"""Keys that somebody left in an account whose address is somebody else's."""

import httpx2

from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.api_keys.programs import INVALID, KEYS, NOTES, program_of
from tests.auth.postbox import token_to
from tests.auth.records import set_user
from tests.factories import People, Person


async def reset_password(client: httpx2.AsyncClient, resources: Resources, email: str) -> None:
    """Set a new password as the owner of an address, who needs no other proof."""
    await client.post("/api/v1/auth/password-reset", json={"email": email})
    body = {"token": await token_to(resources, email), "new_password": "another horse, another battery"}
    assert (await client.post("/api/v1/auth/password-reset/confirm", json=body)).status_code == 204


async def test_who_registers_with_the_address_of_somebody_else_keeps_no_key_when_its_owner_comes(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    squatter = await people.logged_in()
    program = await program_of(people, squatter)
    await reset_password(client, resources, squatter.email)
    assert problem(await program.client.get(NOTES)) == INVALID
    owner = Person(squatter.id, squatter.email, "another horse, another battery", people.new_client())
    await owner.log_in()
    assert (await owner.client.get(KEYS)).json()["items"] == []
    assert (await (await program_of(people, owner)).client.get(NOTES)).status_code == 200


async def test_a_reset_by_who_has_confirmed_the_address_stops_no_program(
    people: People, client: httpx2.AsyncClient, resources: Resources
) -> None:
    person = await people.logged_in()
    await set_user(resources, person.id, email_verified_at=utc_now())
    program = await program_of(people, person)
    await reset_password(client, resources, person.email)
    assert (await program.client.get(NOTES)).status_code == 200
