"""`app clean-up`: a key that expired long ago goes, also when its owner never makes another one."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from app.api_keys.models import ApiKeyModel
from app.api_keys.repository import SHOWN
from app.core.clock import utc_now
from app.resources import Resources
from app.schedule import clean_up
from tests.api_keys.programs import KEYS, NOTES, program_of
from tests.auth.records import rows
from tests.factories import People

NAME = "API keys"


@pytest.mark.parametrize(
    ("ago", "deleted"),
    [(SHOWN + timedelta(minutes=1), 1), (SHOWN - timedelta(minutes=1), 0), (timedelta(), 0), (-timedelta(days=1), 0)],
)
async def test_a_key_goes_when_the_list_has_shown_for_long_enough_that_it_expired(
    people: People, resources: Resources, ago: timedelta, deleted: int
) -> None:
    person = await people.logged_in()
    old, kept = await program_of(people, person), await program_of(people, person)
    async with resources.database.transaction() as session:
        statement = update(ApiKeyModel).where(ApiKeyModel.id == UUID(old.id))
        await session.execute(statement.values(expires_at=utc_now() - ago))
    assert (await clean_up(resources))[NAME] == deleted
    left = {str(row.id) for row in await rows(resources, ApiKeyModel)}
    assert left == ({kept.id} if deleted else {kept.id, old.id})
    assert {key["id"] for key in (await person.client.get(KEYS)).json()["items"]} == left
    assert (await kept.client.get(NOTES)).status_code == 200
    assert (await clean_up(resources))[NAME] == 0
