"""How many queries a request may cost."""

import pytest

from app.resources import Resources
from tests.factories import People
from tests.performance.conftest import Queries


async def test_the_current_user_costs_one_query(people: People, queries: Queries) -> None:
    person = await people.logged_in()
    with queries.at_most(1):
        assert (await person.client.get("/api/v1/users/me")).status_code == 200


async def test_a_request_without_a_credential_costs_none(people: People, queries: Queries) -> None:
    with queries.at_most(0):
        assert (await people.new_client().get("/api/v1/users/me")).status_code == 401


async def test_health_costs_none(people: People, queries: Queries) -> None:
    with queries.at_most(0):
        assert (await people.new_client().get("/health/live")).status_code == 200


async def test_logging_in_costs_six(people: People, queries: Queries) -> None:
    person = await people.create()
    with queries.at_most(6):
        assert (await person.log_in()).is_success


async def test_a_password_reset_sends_the_same_statements_until_the_mail_whoever_is_meant(
    people: People, queries: Queries, resources: Resources
) -> None:
    """On a server one more for a known address takes too little time for `tests/security/test_timing.py`."""
    person = await people.create()
    sent: list[list[str]] = []
    for email in ("nobody@example.com", person.email):
        del queries.statements[:]
        response = await people.new_client().post("/api/v1/auth/password-reset", json={"email": email})
        assert response.status_code == 202
        await resources.tasks.drain(5)
        # What carries jobs to a broker, where there is one, does so whenever it likes.
        sent.append([statement for statement in queries.statements if "job_outbox" not in statement])
    unknown, known = sent
    assert 0 < len(unknown) < len(known)
    assert known[: len(unknown)] == unknown


async def test_a_page_of_users_costs_two_however_many_there_are(people: People, queries: Queries) -> None:
    administrator = await people.administrator()
    for _ in range(20):
        await people.create()
    with queries.at_most(2):
        response = await administrator.client.get("/api/v1/users")
    assert len(response.json()["items"]) == 21


async def test_a_page_of_the_audit_log_costs_two_however_long_it_is(people: People, queries: Queries) -> None:
    administrator = await people.administrator()
    for _ in range(20):
        await people.logged_in()
    with queries.at_most(2):
        response = await administrator.client.get("/api/v1/audit-events")
    assert len(response.json()["items"]) == 21


async def test_the_counter_turns_red_one_query_over_the_budget(people: People, queries: Queries) -> None:
    person = await people.logged_in()
    with pytest.raises(AssertionError, match="SELECT"), queries.at_most(0):
        await person.client.get("/api/v1/users/me")
