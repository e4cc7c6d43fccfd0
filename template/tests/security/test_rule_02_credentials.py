"""Rule 2: one credential type never acts as another; opaque ones are hashed at rest and bound to their purpose."""

from collections.abc import Callable

import pytest

from app.resources import Resources
from app.security.opaque_tokens import digest
from tests.answers import problem
from tests.auth.postbox import INVALID_LINK, token_to
from tests.factories import PASSWORD, People, Person

NEW = "another horse, another battery"


async def mail_token(person: Person, resources: Resources, purpose: str) -> str:
    """Return a fresh token of a mail."""
    if purpose == "reset":
        await person.client.post("/api/v1/auth/password-reset", json={"email": person.email})
    elif purpose == "verify":
        await person.client.post("/api/v1/auth/email-verification", json={})
    else:
        await person.client.post("/api/v1/auth/email-verification", json={"email": "new@example.com"})
    return await token_to(resources, "new@example.com" if purpose == "change" else person.email)


@pytest.mark.parametrize("purpose", ["verify", "change"])
async def test_a_confirmation_link_resets_no_password(people: People, resources: Resources, purpose: str) -> None:
    person = await people.logged_in()
    body = {"token": await mail_token(person, resources, purpose), "new_password": NEW}
    response = await person.client.post("/api/v1/auth/password-reset/confirm", json=body)
    assert problem(response) == INVALID_LINK


async def test_a_reset_link_confirms_no_address(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    body = {"token": await mail_token(person, resources, "reset")}
    response = await person.client.post("/api/v1/auth/email-verification/confirm", json=body)
    assert problem(response) == INVALID_LINK
    assert (await person.client.get("/api/v1/users/me")).json()["email_verified_at"] is None


async def test_no_token_and_no_password_is_anywhere_in_the_database(
    people: People, resources: Resources, read_everything: Callable[[], str]
) -> None:
    person = await people.logged_in()
    secrets = [PASSWORD, NEW, *person.secrets]
    secrets += [await mail_token(person, resources, purpose) for purpose in ("reset", "verify", "change")]
    await person.stay()
    secrets += person.secrets
    await person.client.post("/api/v1/auth/password", json={"current_password": PASSWORD, "new_password": NEW})
    stored = read_everything()
    assert person.email in stored
    assert digest(person.secrets[-1]) in stored
    assert [secret for secret in secrets if secret in stored] == []
