"""Who did what to whom: also administrators and commands, not only the owner."""

from typing import Any

import pytest

from app.audit.models import AuditModel
from app.resources import Resources
from tests.auth.records import rows
from tests.factories import PASSWORD, People

URL = "/api/v1/users"
ADA = {"email": "ada@example.com", "password": PASSWORD}


async def last_events(resources: Resources, number: int = 1) -> list[AuditModel]:
    return list(await rows(resources, AuditModel))[-number:]


@pytest.mark.parametrize(
    ("change", "events"),
    [
        ({"role": "admin"}, ["role-changed"]),
        ({"is_active": False}, ["locked"]),
        ({"role": "admin", "is_active": False}, ["role-changed", "locked"]),
    ],
)
async def test_notes_who_changed_whose_rights(
    people: People, resources: Resources, change: dict[str, Any], events: list[str]
) -> None:
    admin, person = await people.administrator(), await people.create()
    await admin.client.patch(f"{URL}/{person.id}", json=change)
    noted = await last_events(resources, len(events))
    assert sorted(event.event for event in noted) == sorted(events)
    assert {(event.user_id, event.actor_id, event.address) for event in noted} == {(person.id, admin.id, "127.0.0.1")}


async def test_notes_who_unlocked_an_account(people: People, resources: Resources) -> None:
    admin, person = await people.administrator(), await people.create()
    for is_active in (False, True):
        await admin.client.patch(f"{URL}/{person.id}", json={"is_active": is_active})
    assert [event.event for event in await last_events(resources, 2)] == ["locked", "unlocked"]


@pytest.mark.parametrize("body", [{}, {"role": "user"}, {"is_active": True}])
async def test_notes_nothing_when_nothing_changes(people: People, resources: Resources, body: dict[str, Any]) -> None:
    admin, person = await people.administrator(), await people.create()
    assert (await admin.client.patch(f"{URL}/{person.id}", json=body)).status_code == 200
    assert [event.event for event in await rows(resources, AuditModel)] == ["login"]


async def test_notes_who_deleted_an_account(people: People, resources: Resources) -> None:
    admin, person = await people.administrator(), await people.logged_in()
    await admin.client.delete(f"{URL}/{person.id}")
    (by_admin,) = await last_events(resources)
    assert (by_admin.event, by_admin.user_id, by_admin.actor_id) == ("deleted", person.id, admin.id)
    leaver = await people.logged_in()
    await leaver.client.delete(f"{URL}/me")
    (own,) = await last_events(resources)
    assert (own.event, own.user_id, own.actor_id) == ("deleted", leaver.id, leaver.id)


async def test_notes_which_administrator_made_an_account(people: People, resources: Resources) -> None:
    admin = await people.administrator()
    made = (await admin.client.post(URL, json=ADA)).json()
    (event,) = await last_events(resources)
    assert (event.event, str(event.user_id), event.actor_id) == ("created", made["id"], admin.id)


async def test_a_person_who_registers_another_one_is_the_actor(people: People, resources: Resources) -> None:
    person = await people.logged_in()
    made = (await person.client.post(URL, json=ADA)).json()
    (event,) = await last_events(resources)
    assert (event.event, str(event.user_id), event.actor_id) == ("registered", made["id"], person.id)


async def test_what_happened_to_an_account_that_is_gone_stays_readable(people: People) -> None:
    admin, person = await people.administrator(), await people.logged_in()
    await admin.client.delete(f"{URL}/{person.id}")
    events = (await admin.client.get("/api/v1/audit-events", params={"user_id": str(person.id)})).json()["items"]
    assert [(event["event"], event["actor_id"]) for event in events] == [
        ("deleted", str(admin.id)),
        ("login", str(person.id)),
    ]
