"""Rule 6: every guarded route refuses a log-in that may not do that, and one that has ended, however it ended."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import update

from app.auth.models import SessionModel
from app.core.clock import utc_now
from app.resources import Resources
from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.auth.records import set_user
from tests.credentials import REFUSED
from tests.factories import People, Person
from tests.security.limits import generous
from tests.security.surface import Endpoint, endpoints

#: Guarded, but for everybody who is logged in, whatever the scopes. Whoever makes a route one of these adds it here,
#: and somebody else reads that line.
ANY_LOG_IN = {
    ("GET", "/api/v1/users/me"),
    ("GET", "/api/v1/users/{user_id}"),
    ("POST", "/api/v1/auth/logout"),
}
#: What takes an administrator.
ADMINISTRATORS = {
    ("GET", "/api/v1/users"),
    ("PATCH", "/api/v1/users/{user_id}"),
    ("DELETE", "/api/v1/users/{user_id}"),
    ("GET", "/api/v1/audit-events"),
}
MISSING = (403, "missing-scope")
Ending = Callable[[Resources, Person], Awaitable[object]]


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


def guarded(app: FastAPI) -> list[Endpoint]:
    """Return what is not for everybody."""
    return [endpoint for endpoint in endpoints(app) if not endpoint.public]


def name_of(endpoint: Endpoint) -> tuple[str, str]:
    """Return what the lists above call an endpoint."""
    return endpoint.method, endpoint.path


async def change_log_in(resources: Resources, person: Person, **values: object) -> None:
    """Change a person's log-ins behind the service's back."""
    async with resources.database.transaction() as session:
        await session.execute(update(SessionModel).where(SessionModel.user_id == person.id).values(**values))


@pytest.mark.parametrize("scope", ["", "nothing", "users", "users:", "items:readwrite", "ACCOUNT", "admin"])
async def test_every_guarded_route_refuses_a_log_in_that_lacks_its_scope(
    app: FastAPI, people: People, resources: Resources, scope: str
) -> None:
    person = await people.administrator()
    await change_log_in(resources, person, scope=scope)
    for endpoint in guarded(app):
        if name_of(endpoint) not in ANY_LOG_IN:
            assert problem(await endpoint.call(person.client)) == MISSING, endpoint


async def test_the_list_of_routes_without_a_scope_is_not_longer_than_the_truth(
    app: FastAPI, people: People, resources: Resources
) -> None:
    listed = [endpoint for endpoint in guarded(app) if name_of(endpoint) in ANY_LOG_IN]
    assert len(listed) == len(ANY_LOG_IN)
    for endpoint in listed:
        person = await people.logged_in()
        await change_log_in(resources, person, scope="nothing")
        assert (await endpoint.call(person.client)).status_code in {200, 204, 404}, endpoint


async def test_what_takes_an_administrator_refuses_a_user(app: FastAPI, people: People) -> None:
    person = await people.logged_in()
    for_administrators = [endpoint for endpoint in guarded(app) if name_of(endpoint) in ADMINISTRATORS]
    assert len(for_administrators) == len(ADMINISTRATORS)
    for endpoint in for_administrators:
        assert problem(await endpoint.call(person.client)) == MISSING, endpoint


ENDINGS: dict[str, Ending] = {
    "its time is over": lambda resources, person: change_log_in(resources, person, expires_at=utc_now()),
    "its user is inactive": lambda resources, person: set_user(resources, person.id, is_active=False),
    "its user was locked since": lambda resources, person: set_user(resources, person.id, locked_at=utc_now()),
    "its user has left": lambda _, person: person.client.delete("/api/v1/users/me"),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_every_guarded_route_refuses_a_log_in_once(
    app: FastAPI, people: People, resources: Resources, ending: str
) -> None:
    person = await people.logged_in()
    await ENDINGS[ending](resources, person)
    for endpoint in guarded(app):
        assert problem(await endpoint.call(person.client)) == REFUSED, endpoint


@pytest.mark.parametrize("hours", [13, 24 * 365])
async def test_every_guarded_route_refuses_what_nobody_has_used_for_long(
    app: FastAPI, people: People, hours: int
) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + timedelta(hours=hours)):
        for endpoint in guarded(app):
            assert problem(await endpoint.call(person.client)) == REFUSED, endpoint
