"""`POST /logout`, `POST /logout-all`, `GET /sessions`, `DELETE /sessions/{id}`."""

from uuid import UUID, uuid4

import httpx2
import pytest

from app.resources import Resources
from tests.answers import problem
from tests.auth.records import audited
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
