"""An account made with the address of somebody else: the first reset by its owner ends what was left there."""

from datetime import timedelta

import httpx2
import pytest

from app.core.clock import utc_now
from app.resources import Resources
from app.users.models import UserModel
from tests.accounts.test_password_reset import NEW, ask, reset
from tests.auth.postbox import token_to
from tests.auth.records import audited, rows, set_user
from tests.factories import People, Person


@pytest.fixture
async def person(people: People) -> Person:
    """Return somebody who has asked for a reset."""
    person = await people.logged_in()
    await ask(person.client, person.email)
    return person


async def test_a_reset_proves_the_address_of_an_account_that_nobody_had_confirmed(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    (user,) = await rows(resources, UserModel)
    assert user.email_verified_at is None
    await reset(client, await token_to(resources, person.email))
    (user,) = await rows(resources, UserModel)
    assert user.email_verified_at is not None
    assert utc_now() - user.email_verified_at < timedelta(minutes=1)
    assert (await audited(resources))[-2:] == ["account-claimed", "password-reset"]
    person.password = NEW
    assert (await person.log_in()).is_success
    assert (await person.client.get("/api/v1/users/me")).status_code == 200


async def test_a_reset_leaves_the_moment_of_an_earlier_confirmation(
    person: Person, client: httpx2.AsyncClient, resources: Resources
) -> None:
    confirmed_at = utc_now() - timedelta(days=1)
    await set_user(resources, person.id, email_verified_at=confirmed_at)
    await reset(client, await token_to(resources, person.email))
    (user,) = await rows(resources, UserModel)
    assert (user.email_verified_at, user.locked_at) == (confirmed_at, None)
    assert (await audited(resources))[-1] == "password-reset"
    assert "account-claimed" not in await audited(resources)
