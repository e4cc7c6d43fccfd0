"""`app check --deploy` says whether Redis answers; the settings are judged all the same."""

from tests.cli.conftest import Run, in_thread
from tests.operations.service import free_port
from tests.wire import Wire

SAFE = {
    "ALLOWED_HOSTS": "api.example.com",
    "PUBLIC_URL": "https://api.example.com",
    # Where there is none, nobody reads it.
    "ALLOW_SQLITE_IN_PRODUCTION": "true",
}


async def test_notes_that_redis_does_not_answer_and_where(run: Run, deployed: dict[str, str]) -> None:
    place = f"localhost:{free_port()}"
    settings = {**SAFE, **deployed, "REDIS_URL": f"redis://:hunter2@{place}/0"}
    result = await in_thread(run, "check", "--deploy", **settings)
    assert result.exit_code == 0, result.output
    assert f"Note: Redis does not answer from here, and without it the service is not ready: {place} (" in result.output
    assert "hunter2" not in result.output


async def test_says_nothing_when_it_answers(run: Run, deployed: dict[str, str], wire: Wire) -> None:
    result = await in_thread(run, "check", "--deploy", **{**SAFE, **deployed, "REDIS_URL": wire.url})
    assert result.exit_code == 0, result.output
    assert "Redis" not in result.output


def test_does_not_ask_without_deploy(run: Run) -> None:
    result = run("check", REDIS_URL=f"redis://localhost:{free_port()}/0")
    assert (result.exit_code, result.output) == (0, "The settings are complete and safe.\n")
