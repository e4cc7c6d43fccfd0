"""`app clean-up`: what every service with a database leaves behind."""

from datetime import timedelta

from app.core.clock import utc_now
from app.resources import Resources
from app.schedule import CLEAN_UP
from app.tasks.models import JobReceiptModel
from app.tasks.receipts import claim
from tests.cli.conftest import Run, in_thread


async def test_deletes_receipts_that_are_older_than_a_month(run: Run, resources: Resources) -> None:
    now = utc_now()
    async with resources.database.transaction() as session:
        session.add_all(
            JobReceiptModel(key=f"{days} days", created_at=now - timedelta(days=days)) for days in (31, 29, 32, 0)
        )
    result = await in_thread(run, "clean-up")
    assert (result.exit_code, result.output.splitlines()[-1].split(maxsplit=1)) == (0, ["2", "receipts of jobs"])
    assert not await claim(resources.database, "29 days")
    assert await claim(resources.database, "31 days")


async def test_says_a_number_for_each_kind(run: Run) -> None:
    result = await in_thread(run, "clean-up")
    assert len(result.output.splitlines()) >= len(CLEAN_UP)


def test_its_help_names_nothing_that_this_service_may_not_have(run: Run) -> None:
    assert "Delete what has expired, as the schedule does once a day." in run("clean-up", "--help").output
