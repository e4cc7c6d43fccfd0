"""`POST /api/v1/auth/login`, and what the cookie is like."""

from datetime import timedelta
from http.cookies import SimpleCookie

import httpx2
import pytest
import time_machine

from app.auth.models import SessionModel, SessionTokenModel
from app.core.clock import utc_now
from app.core.settings import Settings
from app.resources import Resources
from app.security.opaque_tokens import digest
from tests.answers import problem
from tests.auth.records import audited, rows
from tests.cookies.person import LOGIN, REFUSED, SAME_ORIGIN, login_with
from tests.factories import PASSWORD, People, Person

ME = "/api/v1/users/me"


async def test_gives_a_cookie_that_no_script_reads(people: People) -> None:
    response = await (await people.create()).log_in()
    (cookie,) = SimpleCookie(response.headers["set-cookie"]).values()
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["cache-control"] == "no-store"
    assert (cookie.key, len(cookie.value)) == ("session", 43)
    assert (cookie["path"], cookie["domain"], cookie["samesite"].lower()) == ("/", "", "lax")
    assert cookie["httponly"]
    assert cookie["max-age"] == str(14 * 24 * 3600)


async def test_only_a_digest_of_the_cookie_is_stored(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    (token,) = await rows(resources, SessionTokenModel)
    assert token.token_digest == digest(person.cookie)


async def test_every_log_in_has_a_new_cookie_and_ends_the_one_before(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    before = person.credential
    await person.log_in()
    assert person.credential != before
    async with people.new_client() as client:
        assert problem(await client.get(ME, headers=before)) == REFUSED
    assert len(await rows(resources, SessionModel)) == 1
    assert await audited(resources) == ["login", "login-replaced", "login"]


async def test_a_cookie_that_somebody_else_has_planted_is_worth_nothing(people: People) -> None:
    planted, victim = await people.logged_in(), await people.create()
    victim.client.headers.update(planted.credential)
    await victim.log_in()
    assert (await victim.client.get(ME)).json()["id"] == str(victim.id)
    assert problem(await planted.client.get(ME)) == REFUSED


async def test_a_wrong_password_ends_nothing(people: People) -> None:
    person = await people.logged_in()
    person.password = "not the right password"
    assert problem(await person.log_in()) == (401, "invalid-credentials")
    assert (await person.client.get(ME)).status_code == 200


@pytest.mark.parametrize("idle", [timedelta(hours=12, seconds=5), timedelta(days=3)])
async def test_a_log_in_that_is_not_used_ends(people: People, idle: timedelta) -> None:
    person = await people.logged_in()
    with time_machine.travel(utc_now() + idle):
        assert problem(await person.client.get(ME)) == REFUSED


async def test_a_log_in_that_is_used_goes_on_for_two_weeks_and_no_longer(people: People, resources: Resources) -> None:
    person, start = await people.logged_in(), utc_now()
    for hours in range(11, 14 * 24, 11):
        with time_machine.travel(start + timedelta(hours=hours)):
            assert (await person.client.get(ME)).status_code == 200
            await resources.tasks.drain(5)
    with time_machine.travel(start + timedelta(days=14, seconds=5)):
        assert problem(await person.client.get(ME)) == REFUSED


async def test_the_use_of_a_log_in_is_written_once_in_five_minutes(people: People, resources: Resources) -> None:
    person, start = await people.logged_in(), utc_now()
    seen = []
    for minutes in (1, 4, 6, 8, 12):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            await person.client.get(ME)
            await resources.tasks.drain(5)
        (login,) = await rows(resources, SessionModel)
        seen.append(round((login.last_used_at - start) / timedelta(minutes=1)))
    assert seen == [0, 0, 6, 6, 12]


async def test_logging_out_lets_the_browser_forget_the_cookie(people: People) -> None:
    for way in ("logout", "logout-all"):
        person = await people.logged_in()
        response = await person.client.post(f"/api/v1/auth/{way}")
        (cookie,) = SimpleCookie(response.headers["set-cookie"]).values()
        assert (cookie.key, cookie.value, cookie["max-age"], cookie["path"]) == ("session", "", "0", "/")


async def test_whoever_has_an_old_cookie_can_still_register_and_log_in(
    people: People, client: httpx2.AsyncClient
) -> None:
    person = await people.logged_in()
    await person.client.post("/api/v1/auth/logout")
    body = {"email": "new@example.com", "password": PASSWORD}
    assert (await person.client.post("/api/v1/users", json=body)).status_code == 201
    assert (await person.log_in()).status_code == 204


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "\xe9", '"', "a=b; session=c"])
async def test_a_cookie_that_is_none_is_nobody(client: httpx2.AsyncClient, cookie: str) -> None:
    headers = {b"Cookie": b"session=" + cookie.encode("latin-1")}
    assert problem(await client.get(ME, headers=headers)) == REFUSED


@pytest.mark.parametrize("change", [{"password": ""}, {"email": "a" * 255}, {"role": "admin"}, {"email": None}])
async def test_refuses_a_malformed_log_in(client: httpx2.AsyncClient, change: dict[str, object]) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD, **change}
    assert problem(await client.post(LOGIN, json=body, headers=SAME_ORIGIN)) == (422, "validation-error")


class TestOverHttps:
    """PUBLIC_URL says https."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Return settings of a service behind HTTPS."""
        return settings.model_copy(update={"public_url": "https://service.example"})

    async def test_the_cookie_is_for_this_host_and_https_only(self, people: People) -> None:
        response = await (await people.create()).log_in()
        (cookie,) = SimpleCookie(response.headers["set-cookie"]).values()
        assert cookie.key == "__Host-session"
        assert cookie["secure"]
        assert (cookie["path"], cookie["domain"]) == ("/", "")

    async def test_the_plain_name_is_no_log_in(self, people: People) -> None:
        person = await people.logged_in()
        assert (await person.client.get(ME)).status_code == 200
        headers = {"Cookie": f"session={person.cookie}"}
        assert problem(await people.new_client().get(ME, headers=headers)) == REFUSED


async def test_takes_json_only(people: People, client: httpx2.AsyncClient) -> None:
    person: Person = await people.create()
    body = login_with(person.email, PASSWORD)["json"]
    assert problem(await client.post(LOGIN, data=body, headers=SAME_ORIGIN)) == (422, "validation-error")
