"""`GET /api/v1/audit-events`: for administrators only, who change nothing."""

import httpx2
import pytest

from app.audit.providers import audit_log
from app.audit.service import CLI
from app.core.errors import Forbidden
from app.core.pagination import PageRequest
from app.core.principal import ANONYMOUS, SYSTEM, Principal
from app.resources import Resources
from tests.answers import problem
from tests.factories import People

URL = "/api/v1/audit-events"


async def test_refuses_a_user(people: People) -> None:
    person = await people.logged_in()
    for params in ({}, {"user_id": str(person.id)}):
        assert problem(await person.client.get(URL, params=params)) == (403, "missing-scope")


async def test_refuses_a_stranger(client: httpx2.AsyncClient) -> None:
    assert problem(await client.get(URL)) == (401, "unauthenticated")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nobody_changes_it(people: People, method: str) -> None:
    admin = await people.administrator()
    assert (await admin.client.request(method, URL)).status_code == 405


@pytest.mark.parametrize("actor", [ANONYMOUS, Principal(kind="user", scopes=frozenset({"users:read"}))])
async def test_the_service_itself_asks_who_reads(resources: Resources, actor: Principal) -> None:
    request = PageRequest(1, "-created_at")
    async with resources.database.transaction(read_only=True) as session:
        audit = audit_log(session, CLI)
        with pytest.raises(Forbidden):
            await audit.page_events(actor, request)
        assert (await audit.page_events(SYSTEM, request)).items == []
