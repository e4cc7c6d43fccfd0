"""session: a page of another site cannot make a browser act; it can only send what browsers say about it."""

import itertools

import httpx2
import pytest
from fastapi import FastAPI

from app.auth.models import SessionModel
from app.resources import Resources
from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.auth.records import rows
from tests.cookies.person import LOGIN, login_with
from tests.factories import PASSWORD, People, Person
from tests.security.limits import generous
from tests.security.surface import endpoints

HERE = "http://localhost:8000"
CROSS_SITE = (403, "cross-site-request")
ELSEWHERE: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "https://evil.example"},
    {"Origin": f"{HERE}.evil.example"},
    {"Origin": "https://localhost:8000"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "http://localhost"},
    {"Referer": f"{HERE}/"},
]


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


def browser_of(person: Person) -> httpx2.AsyncClient:
    """Return the client of a person, which sends the cookie and nothing about the page."""
    del person.client.headers["Sec-Fetch-Site"]
    return person.client


async def test_every_guarded_change_is_refused(app: FastAPI, people: People, resources: Resources) -> None:
    browser = browser_of(await people.administrator())
    unsafe = [endpoint for endpoint in endpoints(app) if not endpoint.public and endpoint.method != "GET"]
    assert len(unsafe) >= 8
    for endpoint, headers in itertools.product(unsafe, ELSEWHERE):
        browser.headers.update(headers)
        assert problem(await endpoint.call(browser)) == CROSS_SITE, (endpoint, headers)
        for name in headers:
            del browser.headers[name]
    assert len(await rows(resources, SessionModel)) == 1


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_nobody_is_logged_in_as_somebody_else(people: People, headers: dict[str, str]) -> None:
    person = await people.create()
    body = login_with(person.email, PASSWORD)["json"]
    response = await person.client.post(LOGIN, json=body, headers=headers)
    assert problem(response) == CROSS_SITE
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_nobody_registers_with_the_rights_of_a_visitor(people: People, headers: dict[str, str]) -> None:
    browser = browser_of(await people.administrator())
    body = {"email": "mallory@example.com", "password": PASSWORD}
    assert problem(await browser.post("/api/v1/users", json=body, headers=headers)) == CROSS_SITE


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": HERE}],
)
async def test_pages_of_the_service_and_people_themselves_may(people: People, headers: dict[str, str]) -> None:
    browser = browser_of(await people.logged_in())
    response = await browser.patch("/api/v1/users/me", json={"full_name": "Ada"}, headers=headers)
    assert response.status_code == 200


async def test_reading_asks_for_nothing_because_other_pages_cannot_see_the_answer(people: People) -> None:
    browser = browser_of(await people.logged_in())
    response = await browser.get("/api/v1/users/me", headers={"Sec-Fetch-Site": "cross-site", "Origin": "null"})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
