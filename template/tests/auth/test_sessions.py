"""`POST /logout`, `POST /logout-all`, `GET /sessions`, `DELETE /sessions/{id}`."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import update

from app.auth.models import SessionModel, SessionTokenModel
from app.auth.repository import SessionRepository
from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.records import audited, rows
from tests.credentials import CHALLENGE, REFUSED
from tests.factories import People, Person

ME = "/api/v1/users/me"


@pytest.fixture
async def devices(people: People) -> tuple[Person, Person]:
    """Return one person logged in on two devices."""
    first = await people.logged_in()
    second = Person(first.id, first.email, first.password, people.new_client())
    second.client.headers["User-Agent"] = "second device"
    await second.log_in()
    return first, second


async def test_logging_out_ends_this_log_in_at_once(devices: tuple[Person, Person], resources: Resources) -> None:
    first, second = devices
    assert (await first.client.post("/api/v1/auth/logout")).status_code == 204
    assert problem(await first.client.get(ME)) == REFUSED
    assert (await second.client.get(ME)).status_code == 200
    assert (await audited(resources))[-1] == "logout"


async def test_logging_out_everywhere_ends_all_log_ins_of_the_caller_only(
    devices: tuple[Person, Person], people: People, resources: Resources
) -> None:
    first, second = devices
    stranger = await people.logged_in()
    assert (await first.client.post("/api/v1/auth/logout-all")).status_code == 204
    answers = [await person.client.get(ME) for person in (first, second, stranger)]
    assert [answer.status_code for answer in answers] == [401, 401, 200]
    assert (await audited(resources))[-1] == "logout-all"


async def test_lists_the_callers_log_ins_latest_first(devices: tuple[Person, Person], people: People) -> None:
    first, _ = devices
    await people.logged_in()
    listed = (await first.client.get("/api/v1/auth/sessions")).json()
    assert listed[0]["user_agent"] == "second device"
    assert [login["current"] for login in listed] == [False, True]
    assert {login["address"] for login in listed} == {"127.0.0.1"}
    assert listed[0].keys() == {
        "id", "user_agent", "address", "current", "created_at", "last_used_at", "expires_at"
    }  # fmt: skip


async def test_one_log_in_more_than_fifty_ends_the_one_that_was_not_used_for_longest(
    devices: tuple[Person, Person], people: People, resources: Resources
) -> None:
    unused, used = devices
    stranger = await people.logged_in()
    async with resources.database.transaction() as session:
        logins = SessionRepository(session)
        for _ in range(48):
            await logins.open(used.id, scope=None, user_agent="", address="", lifetime=timedelta(days=1))
        in_use = update(SessionModel).where(SessionModel.user_agent == "second device")
        await session.execute(in_use.values(last_used_at=utc_now()))
    newest = Person(used.id, used.email, used.password, people.new_client())
    await newest.log_in()
    answers = [await person.client.get(ME) for person in (unused, used, stranger, newest)]
    assert [answer.status_code for answer in answers] == [401, 200, 200, 200]
    assert len((await newest.client.get("/api/v1/auth/sessions")).json()) == 50
    assert len(await rows(resources, SessionTokenModel)) == 3


async def test_lists_fifty_log_ins_of_many_from_before_there_was_a_limit(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    async with resources.database.transaction() as session:
        for _ in range(60):
            await SessionRepository(session).open(
                person.id, scope=None, user_agent="", address="", lifetime=timedelta(days=1)
            )
    assert len((await person.client.get("/api/v1/auth/sessions")).json()) == 50
    await person.log_in()
    assert len(await rows(resources, SessionModel)) == 50


async def test_ends_a_log_in_on_another_device(devices: tuple[Person, Person], resources: Resources) -> None:
    first, second = devices
    other = next(s for s in (await first.client.get("/api/v1/auth/sessions")).json() if not s["current"])
    assert (await first.client.delete(f"/api/v1/auth/sessions/{other['id']}")).status_code == 204
    assert problem(await second.client.get(ME)) == REFUSED
    assert (await first.client.get(ME)).status_code == 200
    assert (await audited(resources))[-1] == "session-ended"


async def test_does_not_end_the_log_in_of_somebody_else(devices: tuple[Person, Person], people: People) -> None:
    first, _ = devices
    stranger = await people.logged_in()
    mine = (await first.client.get("/api/v1/auth/sessions")).json()[0]["id"]
    for session_id in (mine, uuid4()):
        response = await stranger.client.delete(f"/api/v1/auth/sessions/{session_id}")
        assert problem(response) == (404, "session-not-found")
    assert len((await first.client.get("/api/v1/auth/sessions")).json()) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "logout"), ("POST", "logout-all"), ("GET", "sessions"), ("DELETE", f"sessions/{UUID(int=0)}")],
)
async def test_refuses_a_stranger(client: httpx2.AsyncClient, method: str, path: str) -> None:
    response = await client.request(method, f"/api/v1/auth/{path}")
    assert problem(response) == (401, "unauthenticated")
    assert response.headers.get("www-authenticate") == CHALLENGE
