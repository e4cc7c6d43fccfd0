"""Rule 6: every guarded route refuses every cookie that is not good."""

from collections.abc import Callable
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from app.auth.models import SessionModel, SessionTokenModel
from app.resources import Resources
from app.security.opaque_tokens import digest, new_token
from app.security.settings import SecuritySettings
from tests.answers import problem
from tests.auth.postbox import token_to
from tests.auth.records import rows
from tests.cookies.person import COOKIE, REFUSED, SAME_ORIGIN
from tests.factories import People, Person
from tests.security.limits import generous
from tests.security.surface import endpoints

#: Cookies of somebody who has seen a lot, but not the one that the browser has.
FORGERIES: dict[str, Callable[[Person], str]] = {
    "made up": lambda _: f"{COOKIE}={new_token()}",
    "empty": lambda _: f"{COOKIE}=",
    "the digest that the database holds": lambda p: f"{COOKIE}={digest(p.cookie)}",
    "the id of the user": lambda p: f"{COOKIE}={p.id}",
    "the id of nothing": lambda _: f"{COOKIE}={uuid4()}",
    "a part of it": lambda p: f"{COOKIE}={p.cookie[:-1]}",
    "more than it": lambda p: f"{COOKIE}={p.cookie}A",
    "upper case": lambda p: f"{COOKIE}={p.cookie.swapcase()}",
    "in another cookie": lambda p: f"{COOKIE}s={p.cookie}",
    "in the cookie of another scheme": lambda p: f"__Host-{COOKIE}={p.cookie}",
    "a wildcard": lambda _: f"{COOKIE}=%",
    "a statement": lambda _: f"{COOKIE}=' OR '1'='1",
    "huge": lambda _: f"{COOKIE}={'x' * 8192}",
}


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


def with_cookie(client: httpx2.AsyncClient, cookie: str) -> httpx2.AsyncClient:
    """Let a page of the service send nothing but this cookie."""
    client.headers.update({"Cookie": cookie, **SAME_ORIGIN})
    return client


async def assert_refused(app: FastAPI, client: httpx2.AsyncClient, kind: str) -> None:
    """Walk over all guarded routes."""
    for endpoint in endpoints(app):
        if not endpoint.public:
            assert problem(await endpoint.call(client)) == REFUSED, (kind, endpoint)


async def test_every_guarded_route_refuses_every_bad_cookie(
    app: FastAPI, client: httpx2.AsyncClient, people: People
) -> None:
    person = await people.administrator()
    for kind, forge in FORGERIES.items():
        await assert_refused(app, with_cookie(client, forge(person)), kind)
    good = with_cookie(client, f"{COOKIE}={person.cookie}")
    assert (await good.get("/api/v1/users/me")).status_code == 200, "otherwise nothing was proved"


async def test_every_guarded_route_refuses_what_the_tables_call_a_log_in(
    app: FastAPI, client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    await people.administrator()
    for model in (SessionModel, SessionTokenModel):
        (row,) = await rows(resources, model)
        await assert_refused(app, with_cookie(client, f"{COOKIE}={row.id}"), model.__name__)


async def test_every_guarded_route_refuses_the_token_of_a_mail(
    app: FastAPI, client: httpx2.AsyncClient, people: People, resources: Resources
) -> None:
    person = await people.create()
    await client.post("/api/v1/auth/password-reset", json={"email": person.email})
    token = await token_to(resources, person.email)
    await assert_refused(app, with_cookie(client, f"{COOKIE}={token}"), "mail")


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "Session"])
async def test_a_cookie_elsewhere_is_no_log_in(client: httpx2.AsyncClient, people: People, scheme: str) -> None:
    person = await people.logged_in()
    url = "/api/v1/users/me"
    sent = {"Authorization": f"{scheme} {person.cookie}"}
    assert (await client.get(url, headers=sent)).status_code == 401
    assert (await client.get(url, params={COOKIE: person.cookie})).status_code == 401
    assert (await client.get(url, headers={"X-Session": person.cookie})).status_code == 401
