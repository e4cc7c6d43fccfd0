"""`GET /api/v1/audit-events`: the audit log, page by page."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.audit.models import AuditModel
from app.core.clock import utc_now
from app.resources import Resources
from tests.answers import problem
from tests.auth.records import rows
from tests.factories import People, Person

URL = "/api/v1/audit-events"
ADA, BOB = uuid4(), uuid4()
SORTS = ("created_at", "-created_at")
#: Whose account it was, and what happened; oldest first.
NOTED = [
    (ADA, "login"),
    (BOB, "login"),
    (ADA, "login-failed"),
    (None, "login-failed"),
    (ADA, "locked"),
    (ADA, "login-failed"),
    (BOB, "login-failed"),
]


async def note(resources: Resources, *events: tuple[UUID | None, str], minutes_ago: int = 60) -> list[UUID]:
    """Store events, a second apart, and return their ids."""
    begin = utc_now() - timedelta(minutes=minutes_ago)
    records = [
        AuditModel(user_id=user_id, event=event, created_at=begin + timedelta(seconds=number))
        for number, (user_id, event) in enumerate(events)
    ]
    async with resources.database.transaction() as session:
        for record in records:
            session.add(record)
            await session.flush()
    return [record.id for record in records]


async def pages(reader: Person, **query: object) -> AsyncIterator[list[UUID]]:
    """Read page after page to the end."""
    params = {name: str(value) for name, value in query.items()}
    for _ in range(50):
        response = await reader.client.get(URL, params=params)
        assert response.status_code == 200, response.text
        page = response.json()
        yield [UUID(event["id"]) for event in page["items"]]
        if page["next_cursor"] is None:
            return
        params["cursor"] = page["next_cursor"]
    raise AssertionError("there is always another page")


async def read_all(reader: Person, **query: object) -> list[UUID]:
    """Return the ids of all pages."""
    return [event_id async for page in pages(reader, **query) for event_id in page]


async def test_an_event_has_all_that_was_noted(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    (row,) = await rows(resources, AuditModel)
    (event,) = (await admin.client.get(URL)).json()["items"]
    assert event.pop("created_at") == f"{row.created_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert event == {
        "id": str(row.id),
        "event": "login",
        "user_id": str(admin.id),
        "actor_id": str(admin.id),
        "address": "127.0.0.1",
        "request_id": row.request_id,
    }
    assert row.request_id


async def test_the_newest_comes_first_unless_asked_otherwise(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    for _ in range(3):
        await admin.log_in()
    ids = [event.id for event in await rows(resources, AuditModel)]
    assert await read_all(admin) == ids[::-1]
    assert await read_all(admin, sort="created_at") == ids


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "query", [{}, {"user_id": ADA}, {"event": "login-failed"}, {"user_id": ADA, "event": "login-failed"}]
)
async def test_pages_together_are_all_that_was_asked_for(
    people: People, resources: Resources, sort: str, query: dict[str, object]
) -> None:
    admin = await people.administrator()
    (own,) = await read_all(admin)
    ids = [own, *await note(resources, *NOTED)]
    wanted = [
        event_id
        for event_id, (user_id, event) in zip(ids, [(admin.id, "login"), *NOTED], strict=True)
        if user_id == query.get("user_id", user_id) and event == query.get("event", event)
    ]
    for limit in (1, 2, 3, 100):
        seen = [page async for page in pages(admin, sort=sort, limit=limit, **query)]
        assert [event_id for page in seen for event_id in page] == (wanted[::-1] if sort.startswith("-") else wanted)
        assert {len(page) for page in seen[:-1]} <= {limit}
        assert seen[-1]


@pytest.mark.parametrize("query", [{}, {"user_id": ADA}])
async def test_events_that_are_added_meanwhile_shift_nothing(
    people: People, resources: Resources, query: dict[str, object]
) -> None:
    admin = await people.administrator()
    await note(resources, *NOTED)
    before = await read_all(admin, **query)
    seen: list[UUID] = []
    async for page in pages(admin, limit=2, **query):
        seen += page
        await note(resources, (ADA, "login"), minutes_ago=0)
    assert seen == before


async def test_nobody_and_nothing_are_empty_pages(people: People) -> None:
    admin = await people.administrator()
    for name, value in {"user_id": uuid4(), "event": "never"}.items():
        response = await admin.client.get(URL, params={name: str(value)})
        assert response.json() == {"items": [], "next_cursor": None}


async def test_refuses_a_malformed_query(people: People) -> None:
    admin = await people.administrator()
    bad = [("limit", "0"), ("limit", "101"), ("sort", "id"), ("sort", "event"), ("user_id", "7"), ("cursor", "x")]
    for name, value in [*bad, ("event", "x" * 51), ("event", "a\x00b"), ("cursor", f"event.00.{ADA.hex}")]:
        assert problem(await admin.client.get(URL, params={name: value})) == (422, "validation-error"), (name, value)


async def test_a_cursor_made_by_hand_is_only_a_place(people: People) -> None:
    admin = await people.administrator()
    for value in ("0", "9" * 17):
        for sort in SORTS:
            for query in ({}, {"user_id": str(ADA)}):
                params = {**query, "cursor": f"{sort}.{value}.{ADA.hex}"}
                assert (await admin.client.get(URL, params=params)).status_code == 200, params
